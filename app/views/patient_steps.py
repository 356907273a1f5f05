"""What is open about a patient, in words: the step that comes next, whose it is, by when, and where it leads."""

import datetime as dt
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.base import clock, say, say_texts
from app.base.look import may
from app.views.state_words import RECORD_STATES
from journeys.care.record.next_steps import JOURNEY, NextStep, next_steps
from journeys.foundation.words import N_

STEP_KINDS = {
    "task": ("task", N_("Task")),
    "referral": ("referral", N_("Referral")),
    "request": ("inbox", N_("Request")),
    "appointment": ("calendar", N_("Appointment")),
    "care-plan-activity": ("list", N_("Care plan")),
    "due": ("bell", N_("Something due")),
    JOURNEY: ("journey", N_("Journey")),
}
PLANNED = ("active", "booked", "requested", "not-started", "pending")
"""States that go without saying."""

REQUESTED = {
    "appointment": N_("Wants an appointment"),
    "result": N_("Asks for a result"),
    "prescription": N_("Asks for a prescription"),
    "document": N_("Asks for a document"),
}


@dataclass(frozen=True)
class Step:
    """One step as it is shown; `by` is a moment, or a day where no time of it matters."""

    icon: str
    of: str
    kind: str
    title: str
    state: str
    owner: str
    is_owned: bool
    by: dt.datetime | dt.date | None
    is_day: bool
    is_late: bool
    address: str


def steps_of(session: Session, patient_id: int) -> list[Step]:
    """Everything that waits, what comes first first."""
    now = clock.now()
    return [step_of(each, now) for each in next_steps(session, patient_id, now)]


def step_of(step: NextStep, now: dt.datetime) -> Step:
    """One of them."""
    drawing, kind = STEP_KINDS[step.kind]
    title = say_texts(step.texts) if step.texts else say(REQUESTED.get(step.words or "", step.words or ""))
    state = "" if step.status in PLANNED else say(RECORD_STATES.get(step.status, step.status))
    owner, is_owned = owner_words(step)
    return Step(
        icon=drawing,
        of=step.kind,
        kind=say(kind),
        title=title or say(kind),
        state=state,
        owner=owner,
        is_owned=is_owned,
        by=step.on or step.by,
        is_day=step.on is not None,
        is_late=step.is_late(now),
        address=address_of(step),
    )


def address_of(step: NextStep) -> str:
    """The page of a task or an appointment, for whoever may see it; nothing for others."""
    if step.kind == "task" and may("read", "today"):
        return url_for("today.show", uid=step.uid)
    if step.kind == "appointment" and may("read", "calendar"):
        return url_for("calendar.show", uid=step.uid)
    return ""


def owner_words(step: NextStep) -> tuple[str, bool]:
    """Whose it is, and whether that is somebody: a person, a queue, the patient who comes, a journey by itself."""
    if step.owner:
        return step.owner, True
    if step.kind == "appointment":
        return gettext("The patient comes"), True
    if step.kind == JOURNEY:
        return gettext("Looks again by itself"), True
    if step.queue:
        return gettext("Nobody yet, in %(queue)s", queue=say_texts(step.queue)), False
    return gettext("Nobody yet"), False
