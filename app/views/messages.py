"""Messages: what was sent and what was not, each with its reasons in words."""

from typing import Any
from urllib.parse import quote

from flask import flash, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, Screen, allowed, expose, perform, place_of, place_text, say, say_texts
from app.views.decision_words import (
    STAGES,
    VERDICTS,
    channel_name,
    pieces_of,
    sentence_about,
    when_words,
    whole_sentence,
)
from journeys.contact.deciding.why import why
from journeys.contact.inbound.open_file import open_file
from journeys.contact.ledger.ledger import Filters, Line, Recipient, ledger
from journeys.contact.sending.settle import settle
from journeys.foundation.errors import Invalid
from journeys.foundation.words import N_

SHOWN: dict[str, tuple[str, tuple[str, ...], str | None]] = {
    "all": (N_("Everything"), (), None),
    "sent": (N_("Sent"), ("accepted", "delivered"), None),
    "waiting": (N_("Waiting"), ("planned", "released", "sending"), None),
    "held": (N_("Not sent"), ("held", "not-done", "undeliverable", "unknown"), None),
    "received": (N_("Received"), ("received",), "inbound"),
}

STATES = {
    "planned": ("", "clock", N_("Waiting")),
    "held": ("warning", "hand", N_("Held")),
    "released": ("info", "clock", N_("On its way")),
    "sending": ("info", "clock", N_("Being sent")),
    "accepted": ("good", "check", N_("Sent")),
    "delivered": ("good", "check-circle", N_("Delivered")),
    "undeliverable": ("danger", "error", N_("Undeliverable")),
    "unknown": ("danger", "help", N_("Not known")),
    "not-done": ("", "minus", N_("Not sent")),
    "received": ("accent", "inbox", N_("Received")),
}

COLUMNS = (
    Column(N_("Patient"), "patient", link=lambda row: row["address"]),
    Column(N_("State"), "status", kind="chip", chip=STATES.__getitem__),
    Column(N_("Message"), "what", link=lambda row: row["decisions"]),
    Column(N_("Channel"), "channel", kind="muted"),
    Column(N_("When"), "at", kind="moment"),
    Column(N_("Why, and what would let it go"), "why"),
)


class Messages(Screen):
    """The contact ledger."""

    name = "messages"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """The newest first."""
        shown = request.args.get("show", "all")
        shown = shown if shown in SHOWN else "all"
        _words, statuses, direction = SHOWN[shown]
        page = perform(ledger, Filters(statuses=statuses, direction=direction), place_of(request.args.get("after", "")))
        can_settle = self.may("settle")
        return self.page(
            "messages/index.html",
            can_settle=can_settle,
            columns=COLUMNS,
            rows=[row_of(line) for line in page.lines],
            tabs=[(say(words), self.address(show=name), None) for name, (words, _s, _d) in SHOWN.items()],
            current=self.address(show=shown),
            older=self.address(show=shown, after=place_text(page.after)) if page.after else "",
        )

    @expose("/<int:number>/")
    @allowed("read")
    def show(self, number: int) -> tuple[str, int]:
        """Every decision about one message, and what holds it now that no decision says."""
        decisions = perform(why, number)
        (line,) = perform(ledger, Filters(message_id=number)).lines
        told = {ground.code for each in decisions for channel in each.channels for ground in channel.reasons}
        return self.page(
            "messages/why.html",
            line=line,
            state=STATES[line.status],
            decisions=decisions,
            now=[each for each in line.reasons if each.code not in told],
            stages=STAGES,
            verdicts=VERDICTS,
            when_words=when_words,
            channel_name=channel_name,
            recipient_words=recipient_words,
            sentence_about=sentence_about,
            pieces_of=pieces_of,
            whole_sentence=whole_sentence,
        )

    @expose("/<int:number>/settle", methods=("POST",))
    @allowed("settle")
    def settle(self, number: int) -> Response:
        """Say what became of a message of which nobody knew."""
        try:
            perform(settle, number, request.form.get("arrived") == "yes")
            flash(gettext("Thank you. The message is settled."), "success")
        except Invalid:
            flash(gettext("It is known by now what became of this message."), "warning")
        return self.go(show="held")

    @expose("/<int:number>/files/<int:place>")
    @allowed("read")
    def file(self, number: int, place: int) -> Response:
        """One file that came with a message; the browser keeps it and never shows it as a page of the portal."""
        found = perform(open_file, number, place)
        answer = Response(found.content, mimetype="application/octet-stream")
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
        return answer


def row_of(line: Line) -> dict[str, Any]:
    """One message as the list shows it."""
    inbound = line.direction == "inbound"
    own = gettext("From the patient") if inbound else gettext("A text of its own")
    what = say_texts(line.template) or own
    if line.beside is not None:
        what = gettext("%(message)s, to %(person)s", message=what, person=recipient_words(line.beside))
    return {
        "id": line.id,
        "patient": line.patient_name or gettext("No name recorded"),
        "status": line.status,
        "what": f"{what} ({line.answer})" if line.answer else what,
        "channel": line.channel or "",
        "decisions": "" if inbound else url_for("messages.show", number=line.id),
        "at": line.sent_at or line.not_before or line.planned_at,
        "why": " ".join(why_words(line)),
        "address": url_for("patients.show", uid=line.patient_uid),
    }


def recipient_words(person: Recipient) -> str:
    """Somebody beside the patient, with what they are to them."""
    name = person.name or gettext("No name recorded")
    return f"{name} ({person.relationship})" if person.relationship else name


def why_words(line: Line) -> list[str]:
    """The reasons as sentences, each with what would change it."""
    words = []
    for each in line.reasons:
        if each.words is None:
            words.append(each.code)
        else:
            words.append(f"{say(each.words.says)} {say(each.words.remedy)}")
    return words
