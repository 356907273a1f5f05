"""Answers to patients out of a conversation, and how what a form beside it says is done."""

import uuid
from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from flask import flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Screen, allowed, expose, form_for, perform, say, signed_in_roles
from app.views.inbox_asked import LONGEST_NUMBER, SHAPES, Refused, box_asked, delivery_sent
from app.views.inbox_forms import Words
from journeys.contact.sending.send_own_words import OwnWords
from journeys.desk.answer_in_own_words import answer_in_own_words
from journeys.desk.reply_in_conversation import reply_in_conversation
from journeys.foundation.errors import Invalid, Problem, Stale
from journeys.foundation.words import N_

GOES = N_("Your answer goes as soon as the contact rules let it. Here you see when.")
CLOSED = N_("This conversation was closed meanwhile: open it again, then send it")


class Answering(Screen):
    """What a screen with a conversation does with forms and answers; the conversation itself is shown by `_show`."""

    @abstractmethod
    def _show(self, uid: uuid.UUID, refused: Refused | None = None) -> tuple[str, int]: ...

    @expose("/<uuid:uid>/reply", methods=("POST",))
    @allowed("send")
    def reply(self, uid: uuid.UUID) -> Response:
        """Plan a saved reply; contact rules say whether and when it goes."""
        slug, looked_at = request.form.get("reply", ""), request.form.get("version", "")
        try:
            delivery = uuid.UUID(request.form.get("delivery", ""))
            version = int(looked_at) if looked_at.isdecimal() and len(looked_at) < LONGEST_NUMBER else 0
            perform(reply_in_conversation, uid, slug, version, delivery, signed_in_roles())
        except (Stale, ValueError):
            flash(gettext("The reply or the conversation has changed since you looked at it. Look again."), "warning")
            return self.go("show", uid=uid, box=box_asked(), reply=slug)
        flash(say(GOES), "success")
        return self.go("show", uid=uid, box=box_asked())

    @expose("/<uuid:uid>/words", methods=("POST",))
    @allowed("send")
    def words(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Plan an answer in words of one's own."""
        return self._take(uid, "words", say(GOES), lambda given: self._answered(uid, given))

    @staticmethod
    def _answered(uid: uuid.UUID, given: Words) -> None:
        words = OwnWords(given.own_words, given.reveals)
        try:
            perform(answer_in_own_words, uid, words, delivery_sent(), signed_in_roles())
        except Stale as closed:
            # what was typed stays: the conversation can be opened again beside it
            raise Invalid([Problem("own_words", CLOSED)]) from closed

    def _take(self, uid: uuid.UUID, name: str, done: str, act: Callable[[Any], Any]) -> Response | tuple[str, int]:
        """Do what a form says; what is wrong with it stands beside what was typed."""
        form = form_for(SHAPES[name])
        if not form.is_accepted():
            return self._show(uid, Refused(name, form))
        try:
            act(form.value())
        except Invalid as invalid:
            form.refuse(invalid.problems)
            return self._show(uid, Refused(name, form))
        except Stale:
            self._was_changed()
        else:
            if done:
                flash(done, "success")
        return self.go("show", uid=uid, box=box_asked())

    @staticmethod
    def _was_changed() -> None:
        flash(gettext("Somebody else changed this conversation first. This is how it stands now."), "warning")
