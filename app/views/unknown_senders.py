"""Unknown senders: what people wrote whom no record knows. Staff link it to a patient, or set it aside."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from flask import flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, Screen, ShapeForm, allowed, expose, form_for, perform, say
from app.views.patients import COLUMNS as PATIENT_COLUMNS
from app.views.patients import Search, patients_found
from journeys.contact.caregivers.who_it_may_be import who_it_may_be
from journeys.contact.channels import CHANNELS
from journeys.contact.inbound.link_sender import link_sender
from journeys.contact.inbound.set_aside_sender import REASONS, set_aside_sender
from journeys.contact.inbound.unknown_senders import UnknownSender, unknown_senders
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.foundation.words import N_

LONGEST_SHOWN = 120

STATES = {
    "emergency": ("danger", "alert", N_("May be an emergency")),
    "waiting": ("", "clock", N_("Waiting")),
}

COLUMNS = (
    Column(N_("From"), "sender", link=lambda row: row["address"]),
    Column(N_("Channel"), "channel", kind="muted"),
    Column(N_("State"), "state", kind="chip", chip=STATES.__getitem__),
    Column(N_("Arrived"), "at", kind="moment"),
    Column(N_("Text"), "text"),
)


def reasons() -> list[tuple[str, str]]:
    """Why something is set aside."""
    return [(code, say(words)) for code, words in REASONS.items()]


@dataclass(frozen=True)
class Aside:
    """Why it is nobody's here."""

    reason: str = field(default="", metadata={"label": N_("Reason"), "choices": reasons, "required": True})


class UnknownSenders(Screen):
    """What waits, and one of them with the search for whose it is."""

    name = "unknown-senders"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """The oldest first."""
        typed = request.args.get("after", "")
        page = perform(unknown_senders, after=int(typed) if typed.isdecimal() and len(typed) < 16 else 0)
        rows = [self._row(each) for each in page.waiting]
        after = self.address(after=page.after) if page.after else ""
        is_urgent = any(each.is_emergency for each in page.waiting)
        return self.page("unknown-senders/index.html", columns=COLUMNS, rows=rows, after=after, is_urgent=is_urgent)

    @expose("/<int:number>/", methods=("GET", "POST"))
    @allowed("link")
    def show(self, number: int) -> Response | tuple[str, int]:
        """What was written; find whose it is."""
        search = form_for(Search)
        rows = None
        if search.is_accepted():
            given = search.value()
            if (given.text or "").strip() or given.born:
                rows, _after = patients_found((given.text or "").strip(), given.born)
            else:
                search.text.errors = [gettext("Write a name, a number or choose a birth date.")]
        return self._show(number, search, rows)

    @expose("/<int:number>/link", methods=("POST",))
    @allowed("link")
    def link(self, number: int) -> Response:
        """It is this patient's."""
        try:
            patient = uuid.UUID(request.form.get("patient", ""))
            perform(link_sender, number, patient, request.form.get("keep") == "yes")
        except (ValueError, Missing):
            flash(gettext("Find the patient again."), "warning")
            return self.go("show", number=number)
        except Stale:
            flash(gettext("Somebody dealt with it first."), "warning")
        else:
            flash(gettext("It is the patient's now, with all that follows from what it says."), "success")
        return self.go()

    @expose("/<int:number>/aside", methods=("POST",))
    @allowed("link")
    def aside(self, number: int) -> Response | tuple[str, int]:
        """It is nobody's here."""
        form = form_for(Aside)
        if form.is_accepted():
            try:
                perform(set_aside_sender, number, form.value().reason)
                flash(gettext("It is set aside. It stays in the history as long as other deliveries."), "success")
                return self.go()
            except Invalid as invalid:
                form.refuse(invalid.problems)
            except Stale:
                flash(gettext("Somebody dealt with it first."), "warning")
                return self.go()
        return self._show(number, aside=form)

    def _show(
        self, number: int, search: ShapeForm | None = None, rows: Any = None, aside: ShapeForm | None = None
    ) -> Response | tuple[str, int]:
        try:
            (found,) = perform(unknown_senders, number).waiting
        except Missing:
            flash(gettext("Somebody dealt with it first."), "warning")
            return self.go()
        search = search or form_for(Search)
        aside = aside or form_for(Aside)
        return self.page(
            "unknown-senders/show.html",
            found=found,
            possible=perform(who_it_may_be, found.channel, found.sender, found.region),
            channel=where_words(found),
            is_visit=is_visit(found),
            search=search,
            columns=PATIENT_COLUMNS,
            rows=rows,
            aside=aside,
            status=max(search.status, aside.status) if request.method == "POST" else 200,
        )

    def _row(self, each: UnknownSender) -> dict[str, Any]:
        text = " ".join(each.text.split())
        shown = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
        address = self.address("show", number=each.id) if self.may("link") else ""
        return {
            "sender": gettext("A visitor of the chat")
            if is_visit(each)
            else each.sender or gettext("No number or address"),
            "channel": where_words(each),
            "state": "emergency" if each.is_emergency else "waiting",
            "at": each.at,
            "text": shown or gettext("No words"),
            "address": address,
        }


def channel_words(name: str) -> str:
    """What a channel is called."""
    return say(CHANNELS[name].label) if name in CHANNELS else name


def is_visit(each: UnknownSender) -> bool:
    """Whether it was written on a page that its writer goes on to read."""
    return each.channel in CHANNELS and CHANNELS[each.channel].medium.lasts is not None


def where_words(each: UnknownSender) -> str:
    """On which channel it came, and to which branch."""
    return " · ".join(part for part in (channel_words(each.channel), each.branch) if part)
