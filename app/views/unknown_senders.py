"""Unknown senders: what people wrote whom no record knows. Staff link it to a patient, or set it aside."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, Screen, ShapeForm, allowed, clock, expose, form_for, perform, say
from app.views.inbox_asked import delivery_sent
from app.views.inbox_words import answer_words
from app.views.patients import COLUMNS as PATIENT_COLUMNS
from app.views.patients import Search, patients_found
from journeys.contact.caregivers.who_it_may_be import who_it_may_be
from journeys.contact.channels import CHANNELS
from journeys.contact.chat.answer_visitor import answer_visitor
from journeys.contact.chat.read_chat import read_visit
from journeys.contact.inbound.claim_sender import claim_sender, give_back_sender
from journeys.contact.inbound.link_sender import link_sender
from journeys.contact.inbound.set_aside_sender import REASONS, set_aside_sender
from journeys.contact.inbound.unknown_senders import UnknownSender, unknown_senders
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.foundation.ids import new_uid
from journeys.foundation.words import N_

LONGEST_SHOWN = 120

COLUMNS = (
    Column(N_("From"), "sender", link=lambda row: row["address"]),
    Column(N_("Channel"), "channel", kind="muted"),
    Column(N_("State"), "state", kind="chip", chip=lambda chip: chip),
    Column(N_("Owner"), "owner", kind="muted"),
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


@dataclass(frozen=True)
class Answer:
    """What a visitor of the chat is told on the page where they ask."""

    answer: str = field(
        metadata={
            "label": N_("Answer on the page"),
            "rows": 3,
            "help": N_("You do not know who reads it: write nothing about anybody's care. Kept encrypted."),
        }
    )


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

    @expose("/<int:number>/claim", methods=("POST",))
    @allowed("link")
    def claim(self, number: int) -> Response:
        """Take it on."""
        return self._own(number, claim_sender, gettext("It is yours: find out whose it is, and answer."))

    @expose("/<int:number>/give-back", methods=("POST",))
    @allowed("link")
    def give_back(self, number: int) -> Response:
        """Let it be everybody's again."""
        return self._own(number, give_back_sender, gettext("It is nobody's again."))

    @expose("/<int:number>/answer", methods=("POST",))
    @allowed("link")
    def answer(self, number: int) -> Response | tuple[str, int]:
        """Answer a visitor of the chat on the page where they wrote."""
        form = form_for(Answer)
        if not form.is_accepted():
            return self._show(number, answer=form)
        try:
            perform(answer_visitor, number, form.value().answer, delivery_sent())
        except Invalid as invalid:
            form.refuse(invalid.problems)
            return self._show(number, answer=form)
        except (Stale, Missing):
            flash(gettext("Somebody dealt with it first."), "warning")
            return self.go()
        return self.go("show", number=number)

    def _own(self, number: int, verb: Callable[..., Any], done: str) -> Response:
        try:
            perform(verb, number)
            flash(done, "success")
        except Stale:
            flash(gettext("Somebody else was first. This is how it stands now."), "warning")
        except Missing:
            return self.go()
        return self.go("show", number=number)

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
        self,
        number: int,
        search: ShapeForm | None = None,
        rows: Any = None,
        aside: ShapeForm | None = None,
        answer: ShapeForm | None = None,
    ) -> Response | tuple[str, int]:
        try:
            (found,) = perform(unknown_senders, number).waiting
        except Missing:
            flash(gettext("Somebody dealt with it first."), "warning")
            return self.go()
        if self.wants_part():
            return self.page("unknown-senders/talk.html", lines=perform(read_visit, found))
        search = search or form_for(Search)
        answer = answer or form_for(Answer)
        if is_visit(found) and rows is None:
            # one reads and answers first: the page begins where the talk does
            search.text.render_kw.pop("autofocus", None)
        aside = aside or form_for(Aside)
        return self.page(
            "unknown-senders/show.html",
            found=found,
            possible=perform(who_it_may_be, found.channel, found.sender, found.region),
            channel=where_words(found),
            is_visit=is_visit(found),
            chip=chip_of(found),
            lines=perform(read_visit, found) if is_visit(found) else [],
            answer=answer,
            delivery=new_uid(),
            search=search,
            columns=PATIENT_COLUMNS,
            rows=rows,
            aside=aside,
            status=max(search.status, aside.status, answer.status) if request.method == "POST" else 200,
        )

    def _row(self, each: UnknownSender) -> dict[str, Any]:
        text = " ".join(each.text.split())
        shown = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
        address = self.address("show", number=each.id) if self.may("link") else ""
        return {
            "sender": sender_words(each),
            "channel": where_words(each),
            "state": chip_of(each),
            "owner": each.owner or gettext("Nobody yet"),
            "at": each.at,
            "text": shown or gettext("No words"),
            "address": address,
        }


def chip_of(each: UnknownSender) -> tuple[str, str, str]:
    """(tone, icon, words) of what matters most: a cry for help, else by when it is to be dealt with."""
    if each.is_emergency:
        return "danger", "alert", gettext("May be an emergency")
    if each.answered_at is not None:
        return "good", "check", gettext("Answered")
    return answer_words(each.due_at, clock.now())


def sender_words(each: UnknownSender) -> str:
    """Who wrote, as far as one knows."""
    if is_visit(each):
        return gettext("A visitor of the chat")
    return each.sender or gettext("No number or address")


def channel_words(name: str) -> str:
    """What a channel is called."""
    return say(CHANNELS[name].label) if name in CHANNELS else name


def is_visit(each: UnknownSender) -> bool:
    """Whether it was written on a page that its writer goes on to read."""
    return each.channel in CHANNELS and CHANNELS[each.channel].medium.lasts is not None


def where_words(each: UnknownSender) -> str:
    """On which channel it came, and to which branch."""
    return " · ".join(part for part in (channel_words(each.channel), each.branch) if part)
