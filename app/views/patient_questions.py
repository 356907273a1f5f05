"""The six questions of the field, answered for one patient: each by facts with their source and their day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from app.base import clock
from app.base.look import day, reader_zone
from app.custom.showing import Line
from app.views.decision_words import channel_name
from app.views.patient_courses import Drawing
from app.views.patient_steps import Step
from journeys.care.record.habits import MISSED, Answering, Coming, answering, coming
from journeys.store.people import PatientTelecom

LOOKS_BACK = dt.timedelta(days=365)
MOST = 5
"""Facts of one question: more are not read at a glance."""

NEEDS = ("due", "care-plan-activity", "referral", "request")


@dataclass(frozen=True)
class Fact:
    """One fact: what it says, where it comes from, and when that was or will be."""

    words: str
    source: str
    on: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Question:
    """One question with the facts that answer it, and what is said where there are none."""

    icon: str
    asks: str
    none: str
    facts: list[Fact] = field(default_factory=list)


@dataclass(frozen=True)
class Known:
    """What the answers are made of."""

    steps: Sequence[Step]
    drawings: Sequence[Drawing]
    lines: Sequence[Line]
    marks: Sequence[str]
    telecoms: Sequence[PatientTelecom]
    preferred: str | None
    answering: Sequence[Answering]
    coming: Sequence[Coming]


def habits_of(session: Session, patient_id: int) -> tuple[list[Answering], list[Coming]]:
    """How the patient answered and came in the last year."""
    now = clock.now()
    since = now - LOOKS_BACK
    return answering(session, patient_id, since), coming(session, patient_id, since, now)


def questions_of(known: Known) -> list[Question]:
    """All six in their order."""
    return [
        Question("list", gettext("What is needed at this stage?"), gettext("Nothing is asked for."), needs(known)),
        Question(
            "message",
            gettext("Which channel resolves?"),
            gettext("No message was answered in the last year."),
            channels(known),
        ),
        Question("alert", gettext("What are the risks, and why?"), gettext("No risk is known."), risks(known)),
        Question(
            "visit",
            gettext("What is needed to arrive prepared?"),
            gettext("No appointment is booked."),
            prepares(known),
        ),
        Question("hand", gettext("Where was there friction?"), gettext("None in the last year."), friction(known)),
        Question("user", gettext("Who owns the next step?"), gettext("Nothing is open."), owners(known)),
    ]


def needs(known: Known) -> list[Fact]:
    """What guidelines, care plans, referrals and the patient ask for."""
    wanted = [step for step in known.steps if step.of in NEEDS]
    return [Fact(step.title, step.kind, day_of(step.by), "danger" if step.is_late else "") for step in wanted[:MOST]]


def channels(known: Known) -> list[Fact]:
    """The channel that is answered most, and the one that was wished for."""
    said = [
        Fact(
            ngettext(
                "%(channel)s: %(num)s message answered of %(sent)s",
                "%(channel)s: %(num)s messages answered of %(sent)s",
                each.answered,
                channel=channel_name(each.channel),
                sent=max(each.sent, each.answered),
            ),
            gettext("Messages"),
            day_of(each.answered_at),
        )
        for each in known.answering
        if each.answered and each.channel
    ]
    if known.preferred:
        words = gettext("%(channel)s is preferred", channel=channel_name(known.preferred))
        said.append(Fact(words, gettext("Patient record")))
    return said[:MOST]


def risks(known: Known) -> list[Fact]:
    """What was missed, what is late, what lies out of bounds, whom nothing reaches."""
    said = missed(known)
    late = [step for step in known.steps if step.is_late]
    said += [Fact(gettext("Late: %(what)s", what=each.title), each.kind, day_of(each.by), "danger") for each in late]
    for drawing in known.drawings:
        outside = next((row for row in drawing.rows if row[3]), None)
        if outside and outside == drawing.rows[0]:
            said.append(Fact(f"{outside[1]}: {outside[2]}", gettext("Result"), outside[0], "warning"))
    if known.telecoms and all(each.status != "usable" for each in known.telecoms):
        said.append(Fact(gettext("No number or address works"), gettext("Patient record"), "", "danger"))
    said += [Fact(mark, gettext("Mark"), "", "warning") for mark in known.marks]
    return said[: MOST + 1]


def missed(known: Known) -> list[Fact]:
    """Appointments that the patient did not come to."""
    return [
        Fact(
            ngettext("%(num)s appointment missed", "%(num)s appointments missed", each.number),
            gettext("Appointments"),
            day_of(each.last_at),
            "warning",
        )
        for each in known.coming
        if each.status == MISSED
    ]


def prepares(known: Known) -> list[Fact]:
    """The next appointment, and what fields say of getting there."""
    booked = [step for step in known.steps if step.of == "appointment"]
    said = [Fact(step.title, gettext("Appointment"), day_of(step.by)) for step in booked[:1]]
    return (
        said + [Fact(f"{line.label}: {line.words}", gettext("Field"), day_of(line.at)) for line in known.lines][:MOST]
    )


def friction(known: Known) -> list[Fact]:
    """Messages that did not arrive, appointments that were missed or cancelled."""
    said = [
        Fact(
            ngettext("%(num)s message did not arrive", "%(num)s messages did not arrive", each.failed),
            channel_name(each.channel) if each.channel else gettext("Messages"),
            day_of(each.failed_at),
            "warning",
        )
        for each in known.answering
        if each.failed
    ]
    cancelled = [
        Fact(
            ngettext("%(num)s appointment cancelled", "%(num)s appointments cancelled", each.number),
            gettext("Appointments"),
            day_of(each.last_at),
        )
        for each in known.coming
        if each.status == "cancelled"
    ]
    return [*said, *missed(known), *cancelled][:MOST]


def owners(known: Known) -> list[Fact]:
    """Whose the steps are, those of nobody first."""
    owned = sorted(known.steps, key=lambda step: step.is_owned)
    return [
        Fact(step.owner, step.title, day_of(step.by), "" if step.is_owned else "warning")
        for step in owned[:MOST]
        if step.of != "enrolment"
    ]


def day_of(at: dt.datetime | dt.date | None) -> str:
    """The reader's day of a moment; a day is the same for every reader."""
    return day(at.astimezone(reader_zone()).date() if isinstance(at, dt.datetime) else at)
