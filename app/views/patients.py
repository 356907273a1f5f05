"""Patients: found by what people know of them, and one page for each with everything that happened.

What somebody typed to find a patient is sent by POST and never stands in an address.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, request
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base import Column, Screen, allowed, clock, expose, form_for, perform, reading, say, say_texts
from app.base.look import day
from app.base.words import language_name
from app.custom.records import Record
from app.custom.showing import addresses_of, section_of
from app.views.consent_words import consent_words
from app.views.decision_words import AUTHORITIES, reasons_said
from app.views.messages import STATES as MESSAGE_STATES
from app.views.patient_list import GENDERS, PAYERS, addresses, branch_names, listing
from app.views.state_words import RECORD_STATES
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.definitions import STAGE, live_versions
from journeys.store.enrolments import Enrolment
from journeys.store.find_patients import Found, Terms, find_patients
from journeys.store.open_patient import PatientHead, open_patient
from journeys.store.people import PatientTelecom, RelatedPerson
from journeys.store.tasks import OPEN_STATUSES, Task
from journeys.store.timeline import Entry, timeline
from journeys.store.timeline_sources import Cursor

COLUMNS = (
    Column(N_("Patient"), "name", link=lambda row: row["address"]),
    Column(N_("Born"), "birth_date", kind="date"),
    Column(N_("Gender"), "gender"),
    Column(N_("Branch"), "branch", kind="muted"),
)

KINDS = {
    "appointment": ("calendar", "accent", N_("Appointment")),
    "encounter": ("visit", "good", N_("Visit")),
    "condition": ("activity", "warning", N_("Condition")),
    "observation": ("lab", "", N_("Result")),
    "procedure": ("hand", "", N_("Procedure")),
    "medication-request": ("pill", "", N_("Medicine")),
    "immunization": ("shot", "", N_("Vaccine")),
    "diagnostic-report": ("lab", "info", N_("Report")),
    "care-plan": ("list", "", N_("Care plan")),
    "episode": ("heart", "", N_("Programme")),
    "treatment-course": ("activity", "", N_("Course of treatment")),
    "referral": ("referral", "accent", N_("Referral")),
    "note": ("note", "", N_("Note")),
    "request": ("inbox", "accent", N_("Request")),
    "message": ("message", "info", N_("Message")),
    "task": ("task", "accent", N_("Task")),
    "enrolment-step": ("journey", "", N_("Journey")),
    "kept-record": ("history", "", N_("Record")),
}

SETTLED = ("final", "completed", "finished", "active", "received")
"""States that go without saying."""

FILTERS = (
    "appointment",
    "encounter",
    "observation",
    "medication-request",
    "referral",
    "message",
    "task",
    "enrolment-step",
)
"""The kinds that the timeline offers to show alone."""

ALERTS = {
    "deceased": ("danger", N_("This person has died. Nobody is written to.")),
    "merged": ("warning", N_("This record was merged into another one.")),
    "flag": ("warning", N_("Flag")),
    "allergy": ("warning", N_("Allergy")),
}

TELECOMS = {
    "phone": N_("Phone"),
    "sms": N_("Text message"),
    "email": N_("E-mail"),
    "fax": N_("Fax"),
    "pager": N_("Pager"),
    "url": N_("Web address"),
    "postal": N_("Postal address"),
    "other": N_("Other"),
}
TELECOM_STATES = {
    "invalid": N_("not valid"),
    "wrong-person": N_("somebody else's"),
    "reassigned": N_("given to somebody else"),
    "unverified": N_("not verified"),
    "bounced": N_("undeliverable"),
    "ended": N_("no longer used"),
}


FILE_REFUSALS = {
    "kind": N_("not kept, because it may hold a program"),
    "size": N_("not kept, because it is too large"),
    "number": N_("not kept, because there were too many files"),
}


@dataclass(frozen=True)
class Search:
    """What is known of the person."""

    text: str = field(
        default="",
        metadata={
            "label": N_("Name or number"),
            "help": N_("Names or their beginnings, a phone number, an e-mail address or a record number."),
            "attributes": {"autocomplete": "off", "autofocus": True},
        },
    )
    born: dt.date | None = field(default=None, metadata={"label": N_("Birth date")})


@dataclass(frozen=True)
class Standing:
    """Where a patient stands in one journey."""

    journey: str
    stage: str
    step: str
    due_at: dt.datetime | None
    is_waiting: bool


class Patients(Screen):
    """The search, the list and the patient page."""

    name = "patients"

    @expose("/", methods=("GET", "POST"))
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Find somebody, or look through the list."""
        form = form_for(Search)
        rows, after = None, None
        if form.is_accepted():
            given = form.value()
            text = (given.text or "").strip()
            if text or given.born:
                rows, after = patients_found(text, given.born)
            else:
                form.text.errors = [gettext("Write a name, a number or choose a birth date.")]
        return self.page(
            "patients/index.html",
            form=form,
            rows=rows,
            after=after,
            columns=COLUMNS,
            status=form.status,
            **(listing() if request.method == "GET" else {}),
        )

    @expose("/<uuid:uid>/")
    @allowed("read")
    def show(self, uid: uuid.UUID) -> tuple[str, int]:
        """One person: who, how to reach, what was agreed, what is next, what happened."""
        head = perform(open_patient, uid)
        with reading() as (session, act):
            standings = standings_of(session, head.patient.id)
            custom = section_of(session, act, Record("patient", head.patient.id, head.patient.id))
            tasks = session.scalars(
                select(Task)
                .where(Task.patient_id == head.patient.id, Task.status.in_(OPEN_STATUSES))
                .order_by(Task.due_at.asc().nulls_last())
            ).all()
        return self.page(
            "patients/show.html",
            head=head,
            patient=head.patient,
            age=head.age(clock.now().date()),
            facts=facts_of(head),
            reach=[reach_words(telecom) for telecom in head.telecoms],
            beside=[beside_words(person, head) for person in head.related],
            consents=[consent_words(consent) for consent in head.consents],
            alerts=[(ALERTS[alert.kind], alert.text) for alert in head.alerts],
            standings=standings,
            tasks=tasks,
            custom=custom,
            **self._timeline(head.patient.id),
        )

    def _timeline(self, patient_id: int) -> dict[str, Any]:
        kind = request.args.get("kind", "")
        kinds = (kind,) if kind in KINDS else None
        page = perform(timeline, patient_id, kinds, cursor_of(request.args.get("after", "")))
        with reading() as (session, _act):
            links = addresses_of(session, page.entries)
        return {
            "entries": page.entries,
            "links": links,
            "after": cursor_text(page.after),
            "kinds": KINDS,
            "filters": [(name, *KINDS[name]) for name in FILTERS],
            "kind": kind,
            "state_chip": state_chip,
            "reasons_said": reasons_said,
            "refusals": FILE_REFUSALS,
        }


def patients_found(text: str, born: dt.date | None) -> tuple[list[dict[str, Any]], int | None]:
    """A page of whom the words and the birth date fit, as the list shows them; and where the next one begins."""
    typed = request.form.get("after", "")
    found_terms = Terms.of_text(text)
    terms = Terms(
        name=found_terms.name,
        email=found_terms.email,
        number=found_terms.number,
        birth_date=born or found_terms.birth_date,
    )
    with reading(verb=find_patients) as (session, act):
        found = find_patients(session, act, terms, int(typed) if typed.isdecimal() else 0)
        branch_names(session)
    return rows_found(found.patients), found.after


def cursor_text(cursor: Cursor | None) -> str:
    """A place in the timeline as it stands in an address."""
    return "" if cursor is None else f"{cursor.at.isoformat()}~{cursor.kind}~{cursor.id}"


def cursor_of(text: str) -> Cursor | None:
    """The place that an address names; nonsense is the beginning."""
    at, _, rest = text.partition("~")
    kind, _, number = rest.partition("~")
    try:
        return Cursor(dt.datetime.fromisoformat(at), kind, int(number))
    except ValueError:
        return None


def state_chip(entry: Entry) -> Markup:
    """The state of an entry where it says something: what is simply done says nothing."""
    if entry.status is None or entry.kind == "enrolment-step" or entry.status in SETTLED:
        return Markup("")
    if entry.kind == "message":
        tone, drawing, words = MESSAGE_STATES[entry.status]
        return chip(gettext(words), tone, drawing)
    return chip(gettext(RECORD_STATES.get(entry.status, entry.status)))


def chip(label: str, tone: str = "", drawing: str = "") -> Markup:
    """A chip as the templates draw it."""
    return Markup(" ") + current_app.jinja_env.globals["ui"].chip(label, tone, drawing)


def rows_found(patients: Iterable[Found], endpoint: str = "patients.show", **others: Any) -> list[dict[str, Any]]:
    """Found patients as a list shows them, each leading to a screen that takes the `uid` and `others`."""
    branches = branch_names()
    genders = {code: gettext(words) for code, words in GENDERS.items()}
    nameless = gettext("No name recorded")
    address_of = addresses(endpoint, **others)
    return [
        {
            "name": patient.name or nameless,
            "birth_date": patient.birth_date,
            "gender": genders[patient.gender],
            "branch": branches.get(patient.managing_location_id or 0, ""),
            "uid": patient.uid,
            "address": address_of(patient.uid),
        }
        for patient in patients
    ]


def facts_of(head: PatientHead) -> list[tuple[str, str | None]]:
    """What stands under the name."""
    numbers = ", ".join(each.value for each in head.identifiers if each.type_code in (None, "MR"))
    return [
        (gettext("Gender"), gettext(GENDERS[head.patient.gender])),
        (gettext("Language"), language_name(head.patient.language) if head.patient.language else None),
        (gettext("Branches"), ", ".join(branch.name for branch in head.branches)),
        (gettext("Record number"), numbers or None),
        (gettext("Address"), head.addresses[0].text if head.addresses else None),
        (gettext("Payer"), gettext(PAYERS[head.patient.payer_class])),
    ]


def reach_words(telecom: PatientTelecom) -> tuple[str, str, str]:
    """(what it is, the number or address, what speaks against it) in words."""
    against = TELECOM_STATES.get(telecom.status)
    words = gettext(against) if against else ""
    if words and telecom.status_at is not None:
        words = gettext("%(state)s since %(day)s", state=words, day=day(telecom.status_at))
        words = f"{words} ({telecom.status_why})" if telecom.status_why else words
    return gettext(TELECOMS.get(telecom.system, telecom.system)), telecom.value, words


def beside_words(person: RelatedPerson, head: PatientHead) -> tuple[str, str, bool]:
    """(name, relationship and whether they decide, whether they receive messages) of somebody beside the patient."""
    decides = say(AUTHORITIES["decides"]) if person.authority == "decides" else ""
    about = ", ".join(filter(None, (person.relationship, decides)))
    return person.name or gettext("No name recorded"), about, person.id in head.receiving


def standings_of(session: Session, patient_id: int) -> list[Standing]:
    """Where the patient stands in every journey that goes on."""
    stages = {slug: say_texts(version.content["name"]) for slug, version in live_versions(session, STAGE).items()}
    wanted = select(Enrolment, Definition).join(Definition, Definition.id == Enrolment.definition_id)
    going_on = wanted.where(Enrolment.patient_id == patient_id, Enrolment.ended_at.is_(None))
    rows = session.execute(going_on.order_by(Enrolment.entered_at))
    return [
        Standing(
            journey=say_texts(definition.name),
            stage=stages.get(enrolment.stage or "", ""),
            step=step_name(definition, enrolment.step or ""),
            due_at=enrolment.due_at,
            is_waiting=bool(enrolment.waits_for),
        )
        for enrolment, definition in rows
    ]


def step_name(definition: Definition, step_id: str) -> str:
    """The name of a step as it is published now."""
    content = definition.live_version.content if definition.live_version else {}
    return say_texts(content.get("steps", {}).get(step_id, {}).get("name")) or step_id
