"""Says who comes into a journey in one sentence: the same on every page."""

from __future__ import annotations

from journeys.flow.text.definition import Entry
from journeys.flow.text.schedule import Schedule
from journeys.flow.text.times import WEEKDAYS
from journeys.flow.words.reader import Reader
from journeys.foundation.words import N_
from journeys.store.putting_in_force.definitions import FORM

NOBODY = N_("Nobody yet: say who comes in")
CHOSEN = N_("Only chosen patients")
BY_EVENT = N_("Patients to whom this happens: %(event)s")
BY_FORM = N_("Patients who send the form %(name)s")
BY_SEGMENT = N_("Members of the segment %(name)s")
BY_RULE = N_("Patients for whom this holds: %(rule)s")
BY_SCHEDULE = N_("%(when)s: %(who)s")
EVERY_DAY = N_("Every day at %(hour)s")
ON_WEEKDAYS = N_("At %(hour)s on: %(days)s")
EVERY_MONTH = N_("Every month on day %(day)s at %(hour)s")


def entry_words(entry: Entry, reader: Reader) -> str:
    """Who comes in; the segment and the event by their names, a rule as its sentence."""
    if entry.schedule is not None:
        said = {"when": schedule_words(entry.schedule, reader), "who": who_words(entry, reader)}
        return reader.translate(BY_SCHEDULE) % said
    if entry.chosen:
        return reader.translate(CHOSEN)
    if entry.event is not None:
        return reader.translate(BY_EVENT) % {"event": reader.event(entry.event)}
    if entry.form is not None:
        return reader.translate(BY_FORM) % {"name": reader.named(FORM, entry.form)}
    return who_words(entry, reader)


def who_words(entry: Entry, reader: Reader) -> str:
    """The segment, or the rule."""
    if entry.segment is not None:
        return reader.translate(BY_SEGMENT) % {"name": reader.segment(entry.segment)}
    if entry.rule is not None:
        return reader.translate(BY_RULE) % {"rule": reader.rule(entry.rule)}
    return reader.translate(NOBODY)


def schedule_words(schedule: Schedule, reader: Reader) -> str:
    """When: "Every month on day 1 at 08:00", in the zone of the organisation."""
    if schedule.month_day is not None:
        return reader.translate(EVERY_MONTH) % {"day": schedule.month_day, "hour": schedule.at}
    if not schedule.weekdays:
        return reader.translate(EVERY_DAY) % {"hour": schedule.at}
    days = ", ".join(reader.translate(name) for day, name in WEEKDAYS.items() if day in schedule.weekdays)
    return reader.translate(ON_WEEKDAYS) % {"hour": schedule.at, "days": days}
