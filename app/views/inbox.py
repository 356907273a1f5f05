"""The inbox: conversations with patients, whose turn it is, and everything that happened in one of them."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, request
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.base import (
    allowed,
    clock,
    expose,
    perform,
    portal_roles,
    reading,
    say,
    say_texts,
    signed_in_roles,
)
from app.views.drafts import row_version
from app.views.inbox_answers import Answering
from app.views.inbox_asked import (
    BOXES,
    MERGED,
    PARTED,
    Refused,
    box_asked,
    forms_beside,
    is_ours,
    place_in,
    uid_sent,
)
from app.views.inbox_forms import reasons, until
from app.views.inbox_strangers import strangers
from app.views.inbox_words import (
    STATES,
    bubble,
    channel_words,
    chip_of_thread,
    consent_words,
    other_words,
    outcome_words,
    row_of,
    who,
)
from journeys.contact.texts.saved_replies import saved_replies
from journeys.desk import inbox as boxes
from journeys.desk.assign_conversation import assign_conversation
from journeys.desk.claim_conversation import claim_conversation
from journeys.desk.close_conversation import close_conversation
from journeys.desk.drafts import begun_by
from journeys.desk.escalate_conversation import escalate_conversation
from journeys.desk.keep_draft import keep_draft
from journeys.desk.log_call import log_call
from journeys.desk.may_write import may_write
from journeys.desk.mentions import count_mentions, mentioned_by
from journeys.desk.merge_conversations import merge_conversations
from journeys.desk.note_conversation import note_conversation, words_after_at
from journeys.desk.read_conversation import read_conversation
from journeys.desk.reasons.reason import reason_of
from journeys.desk.reopen_conversation import reopen_conversation
from journeys.desk.rest_conversation import rest_conversation
from journeys.desk.see_conversation import see_conversation
from journeys.desk.set_reason import set_reason
from journeys.desk.split_conversation import split_conversation
from journeys.desk.undo_move import undo_move
from journeys.foundation.errors import Invalid, Stale
from journeys.foundation.ids import new_uid
from journeys.foundation.words import N_
from journeys.store.lists.keyset import BEGINNING


class Inbox(Answering):
    """The list, and one conversation beside it."""

    name = "inbox"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """One box; as a part only its list."""
        template = "inbox/list.html" if self.wants_part() else "inbox/index.html"
        return self.page(template, **self._list(request.args.get("open", "")))

    @expose("/<uuid:uid>/")
    @allowed("read")
    def show(self, uid: uuid.UUID) -> tuple[str, int]:
        """One conversation; as a part only what happened in it."""
        return self._show(uid)

    def _show(self, uid: uuid.UUID, refused: Refused | None = None) -> tuple[str, int]:
        thread = perform(read_conversation, uid, place_in("before"))
        names = dict(reasons())
        talk = [bubble(each, names) for each in thread.happened]
        earlier = self.address("show", uid=uid, box=box_asked(), before=thread.earlier.id) if thread.earlier else ""
        row = thread.conversation
        begun = perform(begun_by, row.id)
        if self.wants_part():
            shown = {"row": row, "is_ours": is_ours(thread.role), "box": box_asked()}
            return self.page("inbox/talk.html", talk=talk, earlier=earlier, writing=begun.others, **shown)
        with reading() as (session, _):
            reason = reason_of(session, row)
        forms = forms_beside(reason, begun, refused)
        replies = perform(saved_replies, thread.patient.uid, request.args.get("reply", ""), portal_roles())
        return self.page(
            "inbox/show.html",
            **self._list(str(uid)),
            thread=thread,
            writing=begun.others,
            asking=[who(by) for by in perform(mentioned_by, row.id)],
            others=[(each.uid, other_words(each, names)) for each in thread.others],
            row=row,
            talk=talk,
            earlier=earlier,
            state=STATES[row.status],
            chip=chip_of_thread(row),
            channel=channel_words(row.channel),
            outcome=outcome_words(row.outcome),
            next_step=say_texts(thread.task.title) if thread.task else "",
            queue=say_texts(thread.queue),
            campaign=say_texts(thread.campaign),
            is_mine=row.owner == current_user.username,
            is_ours=is_ours(thread.role),
            reason=names.get(row.reason or "", row.reason or ""),
            reasons=names,
            forms=forms,
            form=refused.form if refused else None,
            names={slug: say_texts(name) or slug for slug, name in replies.names.items()},
            outdated=replies.outdated.get(replies.chosen, ()),
            chosen=replies.chosen,
            said=replies.said,
            consent=consent_words(perform(may_write, uid)),
            delivery=new_uid(),
            status=refused.form.status if refused else 200,
        )

    def _list(self, opened: str) -> dict[str, Any]:
        box = box_asked()
        page = perform(boxes.inbox, box, place_in("after"), roles=signed_in_roles())
        names = dict(reasons())
        last = page.lines[-1].id if page.lines and page.has_next else None
        after = place_in("after").id or None
        return {
            "box": box,
            "tabs": [
                (say(words), self.address(box=name), (perform(count_mentions) or None) if name == "asked" else None)
                for name, words in BOXES.items()
            ],
            "current": self.address(box=box),
            "rows": [
                row_of(each, self.address("show", uid=each.uid, box=box, after=after), names) for each in page.lines
            ],
            "opened": opened,
            "strangers": strangers(box) if place_in("after") == BEGINNING else [],
            "older": self.address(box=box, after=last) if last else "",
            "newest": self.address(box=box) if after else "",
            "again": self.address(box=box, after=after, open=opened or None),
        }

    @expose("/<uuid:uid>/claim", methods=("POST",))
    @allowed("change")
    def claim(self, uid: uuid.UUID) -> Response:
        """Take it on."""
        return self._change(uid, claim_conversation, gettext("The conversation is yours."), roles=signed_in_roles())

    @expose("/<uuid:uid>/give-back", methods=("POST",))
    @allowed("change")
    def give_back(self, uid: uuid.UUID) -> Response:
        """Let it be everybody's again."""
        done = gettext("The conversation is nobody's again.")
        return self._change(uid, assign_conversation, done, None, roles=signed_in_roles())

    @expose("/<uuid:uid>/reopen", methods=("POST",))
    @allowed("change")
    def reopen(self, uid: uuid.UUID) -> Response:
        """Go on with the same case."""
        return self._change(
            uid, reopen_conversation, gettext("The conversation is open again."), roles=signed_in_roles()
        )

    @expose("/<uuid:uid>/hand", methods=("POST",))
    @allowed("change")
    def hand(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Give it to a colleague."""
        done, roles = gettext("It is theirs now."), signed_in_roles()
        return self._take(
            uid, "hand", done, lambda given: perform(assign_conversation, uid, given.owner, row_version(), roles)
        )

    @expose("/<uuid:uid>/note", methods=("POST",))
    @allowed("change")
    def note(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Write to colleagues."""
        return self._take(uid, "note", "", lambda given: self._noted(uid, given.note))

    @staticmethod
    def _noted(uid: uuid.UUID, note: str) -> None:
        kept = perform(note_conversation, uid, note, signed_in_roles())
        if words_after_at(note) - set(kept.mentions):
            flash(
                gettext("The note is kept. What stands after an @ there is no colleague: nobody is told by it."), "info"
            )

    @expose("/<uuid:uid>/call", methods=("POST",))
    @allowed("change")
    def call(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Write down a call."""
        return self._take(
            uid, "call", "", lambda given: perform(log_call, uid, given.call, given.about, signed_in_roles())
        )

    @expose("/<uuid:uid>/rest", methods=("POST",))
    @allowed("change")
    def rest(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Put it off, or wait for the patient."""
        return self._take(
            uid,
            "rest",
            gettext("It comes back by itself, or when the patient writes."),
            lambda given: perform(
                rest_conversation,
                uid,
                until(given, clock.now()),
                given.patients_turn,
                row_version(),
                signed_in_roles(),
            ),
        )

    @expose("/<uuid:uid>/end", methods=("POST",))
    @allowed("change")
    def end(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Close it with its outcome."""
        return self._take(
            uid,
            "end",
            gettext("Closed. It can be opened again here."),
            lambda given: perform(
                close_conversation, uid, given.outcome, row_version(), signed_in_roles(), given.confirmed
            ),
        )

    @expose("/<uuid:uid>/sort", methods=("POST",))
    @allowed("change")
    def sort(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Say what it is about."""
        done, roles = gettext("It goes where that belongs."), signed_in_roles()
        return self._take(uid, "sort", done, lambda given: perform(set_reason, uid, given.reason, row_version(), roles))

    @expose("/<uuid:uid>/ask", methods=("POST",))
    @allowed("change")
    def ask(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Ask colleagues of another role; the conversation stays whose it is."""
        done = gettext("They are asked. Their answer will stand here.")
        more = {"row_version": row_version(), "roles": signed_in_roles()}
        return self._take(
            uid,
            "ask",
            done,
            lambda given: perform(escalate_conversation, uid, given.role, given.question, int(given.minutes), **more),
        )

    @expose("/<uuid:uid>/merge", methods=("POST",))
    @allowed("change")
    def merge(self, uid: uuid.UUID) -> Response:
        """Take another conversation of the patient into this one."""
        return self._change(uid, merge_conversations, MERGED, uid_sent("other"), roles=signed_in_roles())

    @expose("/<uuid:uid>/split", methods=("POST",))
    @allowed("change")
    def split(self, uid: uuid.UUID) -> Response:
        """Let another one begin with a message."""
        return self._change(uid, split_conversation, PARTED, uid_sent("entry"), roles=signed_in_roles())

    @expose("/<uuid:uid>/undo", methods=("POST",))
    @allowed("change")
    def undo(self, uid: uuid.UUID) -> Response:
        """Take the last merging or splitting back."""
        return self._change(uid, undo_move, N_("It is undone."), roles=signed_in_roles())

    @expose("/<uuid:uid>/seen", methods=("POST",))
    @allowed("change")
    def seen(self, uid: uuid.UUID) -> Response:
        """Take away the mark of whoever a note names."""
        perform(see_conversation, uid)
        return self.go("show", uid=uid, box=box_asked())

    @expose("/<uuid:uid>/draft", methods=("POST",))
    @allowed("change")
    def draft(self, uid: uuid.UUID) -> Response:
        """Keep what is being written, and that somebody writes."""
        perform(keep_draft, uid, request.form.get("note", ""), request.form.get("own_words", ""))
        return Response(status=204)

    def _change(self, uid: uuid.UUID, verb: Callable[..., Any], done: str, *args: Any, **more: Any) -> Response:
        try:
            perform(verb, uid, *args, row_version=row_version(), **more)
            flash(say(done), "success")
        except Stale:
            self._was_changed()
        except Invalid as invalid:
            flash(" ".join(say(each) for each in invalid.problems), "warning")
        return self.go("show", uid=uid, box=box_asked())
