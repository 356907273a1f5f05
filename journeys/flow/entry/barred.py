"""Why a patient is not in a journey that is in force: what they do not meet, or what keeps them out.

Asked with the very conditions by which enrolling decides, for one patient in one statement a journey.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.flow.entry.enrol import chosen_now
from journeys.flow.entry.entering import has_left_already, may_come_in
from journeys.flow.entry.holding_back import held_back_by
from journeys.flow.entry.letting_in import chosen_by_events
from journeys.flow.running.versions import PublishedJourney
from journeys.flow.text.catalogue import read_defaults
from journeys.flow.text.definition import Entry
from journeys.foundation.acting import Act
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.store.events import Event
from journeys.store.people import Patient

NOT_CHOSEN = N_("Not in the segment that the journey is for")
NOT_HAPPENED = N_("What lets patients in has not happened in the last %(days)s days")
ONCE_ONLY = N_("Was in it before, and patients enter only once")
ONCE_A_RECORD = N_("Was in it before about this record")
TOO_SOON = N_("Was in it before; patients may enter again %(days)s days after they left")
STILL_INSIDE = N_("Is in it already")
HAS_DIED = N_("The patient has died")
IS_MERGED = N_("The record was merged into another one")
IS_INACTIVE = N_("Not a patient of the practice any more")
GOAL_REACHED = N_("The goal is reached already: %(name)s")
WOULD_LEAVE = N_("Would leave at once: %(name)s")
HELD_BACK = N_("Held back because of a journey of higher priority in the same group: %(name)s")
ONLY_CHOSEN = N_("Nobody enters by itself: people, lists, programs and other journeys choose who does")
NOT_IN_RULE = N_("Not in the rule by which the journey takes patients")
COMES_AT = N_("Nothing; enters when the journey next takes patients: %(when)s")
COMES_IN = N_("Nothing; enters at the next round")
COMES_BY_EVENT = N_("Nothing; enters when it happens again")
IS_PAUSED = N_("The journey is paused, so nobody enters")

DAYS_BACK = 30
MOST_RECORDS = 20

BY_REENTRY = {
    "never": ONCE_ONLY,
    "after-exit": STILL_INSIDE,
    "cool-down": TOO_SOON,
    "per-focus": ONCE_A_RECORD,
    "per-focus-after-exit": STILL_INSIDE,
}


@dataclass(frozen=True)
class Barred:
    """Why somebody is outside: message ids with the values of their places.

    `is_chosen` says that the journey is meant for them, so that something else holds them from it.
    """

    is_chosen: bool
    reasons: list[tuple[str, Mapping[str, Any]]]


def barred(session: Session, act: Act, journey: PublishedJourney, patient_id: int) -> Barred:
    """Look at one patient; of several records that the journey could be about, the one that lacks least."""
    rows = session.execute(standing_of(session, act, journey, patient_id)).all()
    zone = read_defaults(session).time_zone
    judged = [judge(row, journey, act.now, zone) for row in rows]
    return min(judged, key=lambda each: (not each.is_chosen, len(each.reasons)))


def standing_of(session: Session, act: Act, journey: PublishedJourney, patient_id: int) -> Any:
    """SELECT what enrolling would ask about the patient, once for each record that would bring them in."""
    head = journey.journey.head
    if head.entry.segment is not None or head.entry.schedule is not None:
        everyone = chosen_now(session, act, journey).subquery("everyone")
    else:
        since = act.now - dt.timedelta(days=DAYS_BACK)
        mine = select(Event).where(
            Event.patient_id == patient_id, Event.kind == head.entry.heard, Event.recorded_at >= since
        )
        everyone = chosen_by_events(act, journey, mine).subquery("everyone")
    columns = (everyone.c.patient_id, everyone.c.focus_id)
    chosen = select(*columns).where(everyone.c.patient_id == patient_id).limit(MOST_RECORDS).cte("chosen")
    endings = has_left_already(act, journey, chosen)
    return (
        select(
            Patient.active,
            Patient.deceased,
            Patient.merged_into_id.is_not(None).label("merged"),
            chosen.c.patient_id.is_not(None).label("chosen"),
            may_come_in(act, journey, head.reentry, chosen).label("may_come_in"),
            held_back_by(journey, Patient.id).label("held_back_by"),
            *(holds.label(f"ending_{place}") for place, holds in enumerate(endings)),
        )
        .outerjoin(chosen, chosen.c.patient_id == Patient.id)
        .where(Patient.id == patient_id)
    )


def judge(row: Any, journey: PublishedJourney, now: dt.datetime, zone: str) -> Barred:
    """One row in words; `zone` is that of the organisation, whose clock schedules keep."""
    head = journey.journey.head
    found: list[tuple[str, Mapping[str, Any]]] = []
    found += [(words, {}) for holds, words in person_reasons(row) if holds]
    if not row.chosen:
        return Barred(False, [*found, not_meant(head.entry)])
    if not row.may_come_in:
        found.append((BY_REENTRY[head.reentry.allowed], {"days": head.reentry.days}))
    if row.held_back_by is not None:
        found.append((HELD_BACK, {"name": row.held_back_by}))
    found += [(words, {"name": name}) for words, name in endings_met(row, journey)]
    return Barred(True, found or [will_come(head.entry, now, zone)])


def not_meant(entry: Entry) -> tuple[str, Mapping[str, Any]]:
    """What the patient lacks of what lets patients in."""
    if entry.chosen:
        return ONLY_CHOSEN, {}
    if entry.heard is not None:
        return NOT_HAPPENED, {"days": DAYS_BACK}
    return (NOT_CHOSEN if entry.segment is not None else NOT_IN_RULE), {}


def will_come(entry: Entry, now: dt.datetime, zone: str) -> tuple[str, Mapping[str, Any]]:
    """When somebody comes in whom nothing keeps out."""
    if entry.schedule is not None:
        return COMES_AT, {"when": entry.schedule.coming(zone, now)}
    return (COMES_IN if entry.heard is None else COMES_BY_EVENT), {}


def person_reasons(row: Any) -> list[tuple[bool, str]]:
    """What keeps the person out of every journey."""
    return [(row.deceased, HAS_DIED), (row.merged, IS_MERGED), (not row.active, IS_INACTIVE)]


def endings_met(row: Any, journey: PublishedJourney) -> list[tuple[str, Texts]]:
    """The goals and exits whose rules hold already."""
    with_rules = [each for each in journey.journey.endings() if each[2].rule is not None]
    return [
        (GOAL_REACHED if purpose == "goal" else WOULD_LEAVE, ending.name)
        for place, (purpose, _position, ending) in enumerate(with_rules)
        if getattr(row, f"ending_{place}")
    ]
