"""Answering a patient with a saved reply: what was said, what may be answered, how it reads, and off it goes."""

import uuid

from flask import flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Screen, allowed, expose, perform, portal_roles, say, say_texts
from app.views.written import Shown, shown
from journeys.contact.ledger.written_to import written_to
from journeys.contact.media import MEDIA
from journeys.contact.sending.send_reply import send_reply
from journeys.contact.texts.saved_replies import saved_replies
from journeys.foundation.errors import Stale
from journeys.foundation.ids import new_uid

SHOWN = 20


class Replies(Screen):
    """The talk with one patient, and the form of an answer."""

    name = "replies"
    default_view = "show"

    @expose("/<uuid:uid>/")
    @allowed("read")
    def show(self, uid: uuid.UUID) -> tuple[str, int]:
        """Choose a reply; it is shown as this patient would read it before anybody sends it."""
        found = perform(saved_replies, uid, request.args.get("reply", ""), portal_roles())
        return self.page(
            "replies/show.html",
            patient=found.patient,
            talk=self._talk(uid),
            names={slug: say_texts(name) or slug for slug, name in found.names.items()},
            outdated=found.outdated.get(found.chosen, ()),
            medium=say(MEDIA[found.medium].one) if found.medium in MEDIA else "",
            chosen=found.chosen,
            said=found.said,
            delivery=new_uid(),
        )

    @expose("/<uuid:uid>/send", methods=("POST",))
    @allowed("send")
    def send(self, uid: uuid.UUID) -> Response:
        """Plan it; contact rules say whether and when it goes."""
        slug, looked_at = request.form.get("reply", ""), request.form.get("version", "")
        try:
            delivery = uuid.UUID(request.form.get("delivery", ""))
            perform(send_reply, uid, slug, int(looked_at), delivery)
        except (Stale, ValueError):
            flash(gettext("The reply has changed since you looked at it. Look again, then send it."), "warning")
            return self.go("show", uid=uid, reply=slug)
        says = gettext("Your answer goes as soon as the contact rules let it. It stands among what was written.")
        flash(says, "success")
        return self.go("show", uid=uid)

    def _talk(self, uid: uuid.UUID) -> list[Shown]:
        """What was written last on both sides, the oldest first."""
        letters = perform(written_to, uid, None, SHOWN).letters
        return [shown(each) for each in reversed(letters)]
