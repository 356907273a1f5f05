"""Consents: what a patient has agreed to, now and on any past day, and writing down what they say."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flask import flash, g, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, Screen, ShapeForm, allowed, clock, expose, form_for, perform, say
from app.views.consent_words import (
    BY_STAFF,
    EVERY,
    PURPOSES,
    SOURCES,
    channel_words,
    purpose_words,
    source_words,
)
from journeys.contact.consent.consent_record import ConsentRecord, Held, consent_record, end_of
from journeys.contact.consent.give_consent import give_consent
from journeys.contact.consent.withdraw_consent import withdraw_consent
from journeys.contact.media import MEDIA
from journeys.foundation.errors import Invalid
from journeys.foundation.words import N_
from journeys.store.contact import Consent
from journeys.store.people import RelatedPerson

VERDICTS = {
    "permit": ("good", "check", N_("Yes")),
    "unasked": ("good", "check", N_("Yes, needs no permission")),
    "deny": ("danger", "close", N_("No")),
    "silent": ("", "minus", N_("No, never asked")),
}
COLUMNS = (
    Column(N_("About"), "purpose"),
    Column(N_("Channel"), "channel"),
    Column(N_("May we write?"), "verdict", kind="chip", chip=VERDICTS.__getitem__),
    Column(N_("Since"), "since", kind="moment"),
    Column(N_("Until"), "until", kind="moment"),
)
DECISIONS = {"permit": ("good", "check", N_("Agrees")), "deny": ("danger", "close", N_("Refuses"))}
STATEMENT_COLUMNS = (
    Column(N_("When"), "from_at", kind="moment"),
    Column(N_("Said"), "decision", kind="chip", chip=DECISIONS.__getitem__),
    Column(N_("About"), "about"),
    Column(N_("Who said it, and how"), "said_by"),
    Column(N_("Until"), "until", kind="moment"),
    Column(N_("What shows it"), "evidence", kind="muted"),
    Column(N_("Written down by"), "by", kind="muted"),
)


def purposes() -> list[tuple[str, str]]:
    """What a statement can be about."""
    return [(EVERY, gettext("Everything")), *[(key, say(words)) for key, words in PURPOSES.items()]]


def channels() -> list[tuple[str, str]]:
    """On which channel."""
    return [(EVERY, gettext("Every channel")), *[(key, say(kind.one)) for key, kind in MEDIA.items()]]


def speakers() -> list[tuple[str, str]]:
    """Who may be heard: the patient, and the people beside them."""
    return [("", gettext("The patient")), *g.get("people_beside", ())]


@dataclass(frozen=True)
class Statement:
    """What the patient says."""

    decision: Literal["permit", "deny"] = field(
        metadata={
            "label": N_("The patient"),
            "choices": (("permit", N_("agrees to be written to")), ("deny", N_("does not want to be written to"))),
        }
    )
    purpose: str = field(default=EVERY, metadata={"label": N_("About"), "choices": purposes})
    channel: str = field(default=EVERY, metadata={"label": N_("Channel"), "choices": channels})
    said_by: str = field(
        default="",
        metadata={
            "label": N_("Who said it"),
            "choices": speakers,
            "help": N_("A guardian or proxy, in the patient's place."),
        },
    )
    source: str = field(
        default="in-person",
        metadata={"label": N_("How"), "choices": tuple((key, SOURCES[key]) for key in BY_STAFF)},
    )
    evidence: str = field(
        default="",
        metadata={
            "label": N_("What shows it"),
            "help": N_("What was asked and answered, in the words it was said in, or where the paper is. Kept sealed."),
            "rows": 3,
        },
    )
    wording: str | None = field(
        default=None,
        metadata={
            "label": N_("Wording shown"),
            "help": N_("The name of the form or text that the patient saw, with its edition."),
        },
    )
    until: dt.date | None = field(
        default=None,
        metadata={
            "label": N_("Until"),
            "key": "until_at",
            "help": N_("The last day on which it holds. Empty: until something else is said."),
        },
    )


class Consents(Screen):
    """What one patient has said, and writing down more."""

    name = "consents"
    default_view = "show"

    @expose("/<uuid:uid>/")
    @allowed("read")
    def show(self, uid: uuid.UUID) -> tuple[str, int]:
        """What holds (`?on=2026-05-03`: what held at the end of that day), every statement, and the form."""
        on, fault = day_asked()
        found = perform(consent_record, uid, on)
        return self._show(found, new_form(found), on, fault)

    @expose("/<uuid:uid>/statements", methods=("POST",))
    @allowed("change")
    def add(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Write down what the patient says."""
        found = perform(consent_record, uid)
        form = new_form(found)
        if form.is_accepted():
            try:
                write_down(found, form.value())
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext("It is written down and holds from now on."), "success")
                return self.go("show", uid=uid)
        return self._show(found, form)

    @expose("/<uuid:uid>/stop", methods=("POST",))
    @allowed("change")
    def stop(self, uid: uuid.UUID) -> Response:
        """Take everything back at once: no harder than giving it."""
        perform(withdraw_consent, perform(consent_record, uid).patient.id, source="in-person")
        flash(gettext("It is written down and holds from now on."), "success")
        return self.go("show", uid=uid)

    def _show(
        self, found: ConsentRecord, form: ShapeForm, on: dt.date | None = None, fault: str = ""
    ) -> tuple[str, int]:
        """Draw the page, with what was typed where it was refused."""
        return self.page("consents/show.html", form=form, on=on, fault=fault, status=form.status, **shown(found))


def new_form(found: ConsentRecord) -> ShapeForm:
    """The form of a statement, which offers the people beside this patient."""
    g.people_beside = [(str(each.id), speaker_words(each)) for each in found.people]
    return form_for(Statement)


def speaker_words(person: RelatedPerson) -> str:
    """Somebody beside the patient, with what they are to them."""
    name = person.name or gettext("No name recorded")
    return f"{name} ({person.relationship})" if person.relationship else name


def write_down(found: ConsentRecord, given: Statement) -> None:
    """Give or withdraw, as it was said."""
    about = (found.patient.id, given.purpose or None, given.channel or None, given.source)
    evidence = given.evidence.strip() or None
    said_by = int(given.said_by) if given.said_by else None
    if given.decision == "deny":
        perform(withdraw_consent, *about, evidence=evidence, related_person_id=said_by)
    else:
        until_at = end_of(given.until, found.zone) if given.until else None
        perform(
            give_consent, *about, evidence=evidence, wording=given.wording, until_at=until_at, related_person_id=said_by
        )


def day_asked() -> tuple[dt.date | None, str]:
    """The past day that the address asks for, and what is wrong with it."""
    typed = request.args.get("on", "")
    if not typed:
        return None, ""
    try:
        return dt.date.fromisoformat(typed), ""
    except ValueError:
        return None, gettext("Choose a day.")


def shown(found: ConsentRecord) -> dict[str, Any]:
    """What the page shows of a record."""
    people = {each.id: speaker_words(each) for each in found.people}
    return {
        "patient": found.patient,
        "back": url_for("patients.show", uid=found.patient.uid),
        "columns": COLUMNS,
        "held": [held_row(each) for each in found.held],
        "statement_columns": STATEMENT_COLUMNS,
        "statements": [statement_row(each, people) for each in found.statements],
        "today": clock.now().date(),
    }


def held_row(held: Held) -> dict[str, Any]:
    """What held for one purpose on one channel."""
    verdict = held.state.decision or ("unasked" if held.allows else "silent")
    return {
        "purpose": purpose_words(held.state.purpose),
        "channel": channel_words(held.state.channel),
        "verdict": verdict,
        "since": held.statement.from_at if held.statement else None,
        "until": held.statement.until_at if held.statement else None,
    }


def statement_row(statement: Consent, people: Mapping[int, str]) -> dict[str, Any]:
    """One statement; `people` are those beside the patient, in words."""
    said_by = statement.related_person_id
    speaker = gettext("The patient") if said_by is None else people.get(said_by, gettext("Somebody else"))
    return {
        "from_at": statement.from_at,
        "decision": statement.decision,
        "about": f"{purpose_words(statement.purpose)}, {channel_words(statement.channel)}",
        "said_by": f"{speaker}, {source_words(statement.source)}",
        "until": statement.until_at,
        "evidence": " · ".join(filter(None, (statement.wording, statement.language, statement.evidence))),
        "by": statement.recorded_by.removeprefix("user:"),
    }
