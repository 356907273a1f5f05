"""What an interface tells other systems: the list, one message, and what a person does about it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, Screen, allowed, expose, perform, say
from app.views.interface_words import TOLD_ERRORS, TOLD_EVENTS, TOLD_STATES
from journeys.foundation.errors import Stale
from journeys.foundation.words import N_
from journeys.store.outgoing_messages import OUTGOING_STATUSES, OutgoingMessage
from journeys.sync.sending.open_outgoing import open_outgoing
from journeys.sync.sending.outgoing_messages import outgoing_messages
from journeys.sync.sending.retry_outgoing import retry_outgoing
from journeys.sync.sending.settle_outgoing import settle_outgoing

TOLD_COLUMNS = (
    Column(N_("What it tells"), "event", link=lambda row: f"/interfaces/told/{row['uid']}"),
    Column(N_("State"), "status", kind="chip", chip=TOLD_STATES.__getitem__),
    Column(N_("Noted"), "noted_at", kind="moment"),
    Column(N_("Sent"), "sent_at", kind="moment"),
    Column(N_("Attempts"), "attempts", kind="number"),
    Column(N_("Why not"), "error", kind="muted"),
)


class Told(Screen):
    """The pages of an interface about what goes out; `Interfaces` is the screen that has them."""

    @expose("/<slug>/told/")
    @allowed("read")
    def told(self, slug: str) -> tuple[str, int]:
        """What is told, the newest first."""
        status, before = request.args.get("state", ""), request.args.get("before", "")
        older = int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else None
        found = perform(outgoing_messages, slug, status if status in OUTGOING_STATUSES else "", older)
        states = [("", gettext("All")), *((state, say(TOLD_STATES[state][2])) for state in OUTGOING_STATUSES)]
        return self.page(
            "interfaces/told.html",
            given=found.connection,
            columns=TOLD_COLUMNS,
            rows=[told_row(each) for each in found.messages],
            states=[(words, self.address("told", slug=slug, state=state or None), None) for state, words in states],
            state=self.address("told", slug=slug, state=status or None),
            older=found.older,
        )

    @expose("/told/<uuid:uid>")
    @allowed("open")
    def told_message(self, uid: uuid.UUID) -> tuple[str, int]:
        """One message as it goes out."""
        found = perform(open_outgoing, uid)
        return self.page(
            "interfaces/told_message.html",
            found=found,
            event=say(TOLD_EVENTS[found.message.event]),
            chip=TOLD_STATES[found.message.status],
            error=error_words(found.message),
        )

    @expose("/told/<uuid:uid>/again", methods=("POST",))
    @allowed("change")
    def tell_again(self, uid: uuid.UUID) -> Response:
        """Have it sent once more."""
        return self._seen_to(uid, "told_message", retry_outgoing, gettext("It is sent once more."))

    @expose("/told/<uuid:uid>/settle", methods=("POST",))
    @allowed("change")
    def settle_told(self, uid: uuid.UUID) -> Response:
        """It is sent no more."""
        return self._seen_to(uid, "told_message", settle_outgoing, gettext("It is settled."))

    def _seen_to(self, uid: uuid.UUID, page: str, verb: Any, says: str) -> Response:
        """Do it, say so, and show the message again."""
        try:
            perform(verb, uid)
        except Stale as stale:
            flash(gettext(str(stale)), "warning")
        else:
            flash(says, "success")
        return self.go(page, uid=uid)


def told_row(each: OutgoingMessage) -> dict[str, Any]:
    """One message as the list shows it; nothing of whom it is about."""
    return {
        "uid": each.uid,
        "event": say(TOLD_EVENTS[each.event]),
        "status": each.status,
        "noted_at": each.noted_at,
        "sent_at": each.sent_at,
        "attempts": each.attempts,
        "error": error_words(each),
    }


def error_words(each: OutgoingMessage) -> str:
    """Why it was not taken so far; nothing where it was, or nobody tried."""
    return say(TOLD_ERRORS.get(each.error, each.error)) if each.error else ""
