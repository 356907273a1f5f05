"""What happens to patients, in words: the events that journeys wait for, and the reasons with which journeys end."""

import datetime as dt

from flask_babel import format_timedelta, gettext

from journeys.flow.running.closed_fields import FieldChanged, FieldClosedToJourneys, FieldRetired
from journeys.flow.text.kinds import KINDS
from journeys.flow.words.names import ENDINGS, without_hyphens
from journeys.foundation.words import N_

FAILURES = {
    FieldRetired.__name__: N_("The field that the step writes is no longer in force"),
    FieldClosedToJourneys.__name__: N_("The field that the step writes is closed to journeys now"),
    FieldChanged.__name__: N_("The field that the step writes has changed, and the value no longer fits"),
}
"""Why a step failed, where it is no fault of the program."""

A_MINUTE = dt.timedelta(minutes=1)


def event_words(kind: str) -> str:
    """A kind of event; one that has no words is shown as it is."""
    words = KINDS.get(kind)
    return gettext(words) if words else kind


def failure_words(error: str) -> str:
    """Why patients were set aside; a fault of the program by its name."""
    words = FAILURES.get(error)
    return gettext(words) if words else error


def ending_words(code: str) -> str:
    """A reason that no goal and no exit names; the clinic's own codes are shown as words."""
    words = ENDINGS.get(code)
    return gettext(words) if words else without_hyphens(code)


def length(value: dt.timedelta | None) -> str:
    """How long, roughly: "3 days"; less than a minute is no time."""
    if value is None:
        return ""
    return format_timedelta(value, threshold=1.2) if value >= A_MINUTE else gettext("no time")
