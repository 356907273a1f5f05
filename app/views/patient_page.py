"""One person on one page: who, what comes next, how to reach them, what was agreed, and everything that happened."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext, ngettext
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.base import ShapeForm, clock, form_for, portal_roles, reading, say_texts
from app.base.look import day, may, reader_zone
from app.custom.records import Record
from app.custom.showing import Group, section_of
from app.views.consent_words import consent_words
from app.views.mark_words import mark_words
from app.views.patient_courses import courses_of
from app.views.patient_questions import Known, Question, habits_of, questions_of
from app.views.patient_steps import steps_of
from app.views.patient_timeline import timeline_of
from app.views.patient_words import ALERTS, beside_words, facts_of, reach_words
from journeys.care.record.care_team import Member, care_team
from journeys.care.record.layout import SLUG, Layout, layout_for, layout_of
from journeys.foundation import audit
from journeys.foundation.act import Act
from journeys.foundation.database import PREPARED
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.contact_marks import BARS, ContactMark
from journeys.store.enrolments import Enrolment
from journeys.store.finding.open_patient import PatientHead, open_patient
from journeys.store.putting_in_force.definitions import SETTING, STAGE, live_versions

ENTRIES = 50
"""So many entries stand on a page of the timeline."""

MAIN = ("steps", "questions", "courses", "note", "timeline")
"""Cards that need the width of the page; the others stand beside them."""


@dataclass(frozen=True)
class NoteForm:
    """What is noted."""

    text: str = field(
        metadata={
            "label": N_("Note"),
            "rows": 3,
            "help": N_("Everybody who may open the patient can read it. A note is never changed."),
        }
    )


@dataclass(frozen=True)
class Standing:
    """Where a patient stands in one journey."""

    journey: str
    stage: str
    step: str
    due_at: dt.datetime | None
    is_waiting: bool


def page_of(uid: uuid.UUID, note: ShapeForm | None = None, entries: int = ENTRIES) -> dict[str, Any]:
    """What the page is drawn from, read in one transaction; `note` is a form that was sent and refused. More entries
    than a screen shows are for paper, and the audit says so."""
    with reading(verb=open_patient) as (session, act):
        head = open_patient(session, act, uid)
        patient = head.patient
        if entries > ENTRIES:
            audit.note(session, "R", "patient.print", [patient.id], [patient.id])
        layout = layout_of_reader(session)
        marks = marks_in_force(session, patient.id)
        found = drawn(session, act, patient.id, layout, entries)
        custom = section_of(session, act, Record("patient", patient.id, patient.id))
        return {
            "patient": patient,
            "age": head.age(clock.now().date()),
            "cards": layout.cards,
            "main": MAIN,
            "facts": facts_of(head),
            "reach": [reach_words(telecom) for telecom in head.telecoms],
            "beside": [beside_words(person, head) for person in head.related],
            "consents": [consent_words(consent) for consent in head.consents],
            "alerts": [(ALERTS[alert.kind], alert.text) for alert in head.alerts],
            "kept": head.kept,
            "flags": [*marks, *flags_of(custom, layout.alerts)],
            "custom": shown_fields(custom, layout.fields),
            "note_form": note or form_for(NoteForm),
            **found,
            "questions": answered(session, head, layout, custom, marks, found) if "questions" in layout.cards else [],
        }


def layout_of_reader(session: Session) -> Layout:
    """What the signed-in person sees; who may arrange pages looks at the draft of a role by `?as=…`."""
    role = request.args.get("as", "")
    if not role or not may("change", "record-layouts"):
        return layout_for(session, portal_roles())
    draft = session.scalar(select(Definition.draft).where(Definition.kind == SETTING, Definition.slug == SLUG))
    return layout_of(draft or {}, [role])


def drawn(session: Session, act: Act, patient_id: int, layout: Layout, entries: int) -> dict[str, Any]:
    """What the cards need that are in the layout; nothing is read for the others."""
    needs: dict[str, Callable[[], dict[str, Any]]] = {
        "steps": lambda: {"standings": standings_of(session, patient_id)},
        "courses": lambda: courses_of(session, patient_id, layout.courses),
        "team": lambda: {"team": team_of(session, patient_id)},
        "timeline": lambda: timeline_of(session, act, patient_id, entries),
    }
    is_asked = {"steps", "questions"} & set(layout.cards)
    found: dict[str, Any] = {"steps": steps_of(session, patient_id) if is_asked else []}
    for card in layout.cards:
        if card in needs:
            found.update(needs[card]())
    return found


def answered(
    session: Session,
    head: PatientHead,
    layout: Layout,
    custom: Sequence[Group],
    marks: Sequence[str],
    found: Mapping[str, Any],
) -> list[Question]:
    """The six questions, from what waits, what was measured, how the patient answers and comes."""
    answers, comes = habits_of(session, head.patient.id)
    known = Known(
        steps=found["steps"],
        drawings=found.get("drawings", ()),
        lines=[line for group in custom for line in group.lines if line.words and line.slug in layout.prepares],
        marks=marks,
        telecoms=head.telecoms,
        preferred=head.patient.preferred_channel,
        answering=answers,
        coming=comes,
    )
    return questions_of(known)


def team_of(session: Session, patient_id: int) -> list[tuple[str, str]]:
    """(name, what they have to do with the patient) of the care team."""
    return [(member.name or gettext("No name recorded"), member_words(member)) for member in team(session, patient_id)]


def team(session: Session, patient_id: int) -> list[Member]:
    """The care team now."""
    return care_team(session, patient_id, clock.now())


def member_words(member: Member) -> str:
    """How often and when last a member saw the patient, or when next."""
    said = []
    if member.next_at:
        said.append(gettext("appointment on %(day)s", day=day(member.next_at.astimezone(reader_zone()).date())))
    if member.last_at:
        said.append(ngettext("%(num)s visit", "%(num)s visits", member.visits))
        said.append(gettext("last on %(day)s", day=day(member.last_at.astimezone(reader_zone()).date())))
    return ", ".join(said)


def marks_in_force(session: Session, patient_id: int) -> list[str]:
    """What holds messages back, in words."""
    now = clock.now()
    mine = select(ContactMark.kind).where(ContactMark.patient_id == patient_id, ContactMark.kind.in_(BARS))
    holding = mine.where(ContactMark.from_at <= now, or_(ContactMark.until_at.is_(None), ContactMark.until_at > now))
    kinds = holding.distinct().order_by(ContactMark.kind).execution_options(**PREPARED)
    return [mark_words(kind) for kind in session.scalars(kinds)]


def flags_of(groups: Sequence[Group], slugs: Sequence[str]) -> list[str]:
    """What fields say that are to be known first; a no says nothing, a yes is the name of the field."""
    lines = {line.slug: line for group in groups for line in group.lines if line.words}
    said = [(lines[slug].label, lines[slug].words) for slug in slugs if slug in lines]
    return [
        label if words == gettext("Yes") else f"{label}: {words}" for label, words in said if words != gettext("No")
    ]


def shown_fields(groups: Sequence[Group], slugs: Sequence[str]) -> list[Group]:
    """Fields that the layout shows, under their headings; all where it names none."""
    if not slugs:
        return list(groups)
    kept = [Group(group.heading, [line for line in group.lines if line.slug in slugs]) for group in groups]
    return [group for group in kept if group.lines]


def standings_of(session: Session, patient_id: int) -> list[Standing]:
    """Where the patient stands in every journey that goes on."""
    stages = {slug: say_texts(version.content["name"]) for slug, version in live_versions(session, STAGE).items()}
    wanted = select(Enrolment, Definition).join(Definition, Definition.id == Enrolment.definition_id)
    going_on = wanted.where(Enrolment.patient_id == patient_id, Enrolment.ended_at.is_(None))
    ordered = going_on.order_by(Enrolment.entered_at, Enrolment.id).execution_options(**PREPARED)
    return [
        Standing(
            journey=say_texts(definition.name),
            stage=stages.get(enrolment.stage or "", ""),
            step=step_name(definition, enrolment.step or ""),
            due_at=enrolment.due_at,
            is_waiting=bool(enrolment.waits_for),
        )
        for enrolment, definition in session.execute(ordered)
    ]


def step_name(definition: Definition, step_id: str) -> str:
    """The name of a step as it is published now."""
    content = definition.live_version.content if definition.live_version else {}
    return say_texts(content.get("steps", {}).get(step_id, {}).get("name")) or step_id
