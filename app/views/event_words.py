"""What happens to patients, in words: the events that journeys wait for, and the reasons with which journeys end."""

import datetime as dt

from flask_babel import format_timedelta, gettext

from journeys.flow.closed_fields import FieldChanged, FieldClosedToJourneys, FieldRetired
from journeys.foundation.words import N_

EVENTS = {
    "patient.created": N_("The record was made"),
    "patient.changed": N_("The record changed"),
    "patient.deceased": N_("The patient died"),
    "appointment.changed": N_("An appointment changed"),
    "encounter.recorded": N_("A visit was recorded"),
    "condition.recorded": N_("A condition was recorded"),
    "observation.recorded": N_("A result was recorded"),
    "procedure.recorded": N_("A procedure was recorded"),
    "immunization.recorded": N_("A vaccine was recorded"),
    "medication-request.recorded": N_("A medicine was recorded"),
    "diagnostic-report.recorded": N_("A report was recorded"),
    "care-plan.recorded": N_("A care plan was recorded"),
    "referral.changed": N_("A referral changed"),
    "message.sent": N_("A message was sent"),
    "message.answered": N_("The patient answered"),
    "message.undeliverable": N_("A message could not be delivered"),
    "message.held": N_("A message was held"),
    "consent.given": N_("Consent was given"),
    "consent.withdrawn": N_("Consent was withdrawn"),
    "task.created": N_("A task was made"),
    "task.completed": N_("A task was done"),
    "task.cancelled": N_("A task was cancelled"),
    "segment.entered": N_("Entered a segment"),
    "segment.left": N_("Left a segment"),
    "enrolment.started": N_("A journey began"),
    "enrolment.ended": N_("A journey ended"),
}

ENDINGS = {
    "completed": N_("Came to the end"),
    "deceased": N_("The patient died"),
    "merged": N_("The record was merged"),
    "inactive": N_("Not a patient of the practice any more"),
    "journey-retired": N_("The journey was retired"),
}

FAILURES = {
    FieldRetired.__name__: N_("The field that the step writes is no longer in force"),
    FieldClosedToJourneys.__name__: N_("The field that the step writes is closed to journeys now"),
    FieldChanged.__name__: N_("The field that the step writes has changed, and the value no longer fits"),
}
"""Why a step failed, where it is no fault of the program."""

A_MINUTE = dt.timedelta(minutes=1)


def event_words(kind: str) -> str:
    """A kind of event; one that has no words is shown as it is."""
    words = EVENTS.get(kind)
    return gettext(words) if words else kind


def failure_words(error: str) -> str:
    """Why patients were set aside; a fault of the program by its name."""
    words = FAILURES.get(error)
    return gettext(words) if words else error


def ending_words(code: str) -> str:
    """A reason that no goal and no exit names; the clinic's own codes are shown as they are."""
    words = ENDINGS.get(code)
    return gettext(words) if words else code


def length(value: dt.timedelta | None) -> str:
    """How long, roughly: "3 days"; less than a minute is no time."""
    if value is None:
        return ""
    return format_timedelta(value, threshold=1.2) if value >= A_MINUTE else gettext("no time")
