"""What was known of a visit at a moment: one SELECT over all visits that are asked about, whatever they came from.

What became of a visit counts from the day after it: on the day itself nobody has said so yet, at least not everywhere.
A visit that was booked later, or a cancellation that came later, is not known either.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, Integer, Select, and_, cast, extract, func, literal, select

from journeys.access.risk.visits import INSTANT, KEPT, MISSED, stands_at

AHEAD = dt.timedelta(days=1)
"""How long before a visit what is learnt from looks at it; where it was booked later, at the booking."""

BEHIND = dt.timedelta(hours=12)
"""How far the last zone is behind UTC."""

USUAL_SHARE, WEIGHT = 0.2, 2.0
"""Who has not been here before is taken to miss as often as usual; this counts as much as so many visits."""

Value = float | int | str | None
Facts = dict[str, Value]


@dataclass(frozen=True)
class Seen:
    """One visit with what was known of it; `outcome` is what came afterwards and never among the facts."""

    id: int
    patient_id: int
    location_id: int | None
    day: dt.date
    outcome: str | None
    facts: Facts

    @property
    def is_missed(self) -> bool:
        """Whether the patient did not come."""
        return self.outcome == MISSED

    @property
    def is_same_day(self) -> bool:
        """Whether it was booked on its own day."""
        return self.facts["lead_days"] == 0


def asked_of_the_past(visits: Any) -> Select[Any]:
    """SELECT (id, moment, day) for visits whose outcome is known, a day ahead of each, or at its booking.

    What says that it was booked after the day of the visit is not believed.
    """
    moment = func.greatest(visits.c.booked_at, visits.c.start_at - literal(AHEAD))
    today = func.greatest(visits.c.booked_day, visits.c.day - 1)
    is_told = and_(visits.c.outcome.is_not(None), visits.c.booked_day <= visits.c.day)
    return asked(visits, moment, today).where(is_told)


def asked_now(visits: Any, now: dt.datetime) -> Select[Any]:
    """SELECT (id, moment, day) for visits that are to come and stand, at this moment.

    The day is the one that it is everywhere west of here too: no outcome counts too early in any zone, some half a day
    later than they might.
    """
    moment = literal(now, INSTANT)
    today = literal((now.astimezone(dt.UTC) - BEHIND).date(), Date)
    is_to_come = and_(visits.c.start_at > moment, visits.c.outcome.is_(None), stands_at(visits, moment))
    return asked(visits, moment, today).where(is_to_come, visits.c.booked_day <= visits.c.day)


def asked(visits: Any, moment: Any, today: Any) -> Select[Any]:
    """SELECT the visits with the moment that is asked about and its local day."""
    return select(visits.c.id, moment.label("moment"), cast(today, Date).label("today"))


def known_at(visits: Any, asking: Any) -> Select[Any]:
    """SELECT what was known of each visit that is asked about, in the order of their days."""
    one, other = visits.alias("one"), visits.alias("other")
    is_past = and_(other.c.day < asking.c.today, other.c.outcome.is_not(None))
    is_ahead = and_(other.c.day >= asking.c.today, stands_at(other, asking.c.moment))
    latest = func.array_agg(func.coalesce(other.c.outcome, ""))
    in_order = latest.aggregate_order_by(other.c.day.desc(), other.c.start_at.desc(), other.c.id.desc())
    kept = func.count().filter(is_past, other.c.outcome == KEPT)
    missed = func.count().filter(is_past, other.c.outcome == MISSED)
    facts = {
        "lead_days": one.c.day - one.c.booked_day,
        "booked_minute": one.c.booked_minute,
        "weekday": cast(extract("isodow", one.c.day), Integer),
        "minute": one.c.minute,
        "age": one.c.age,
        "service": one.c.service,
        "circumstance": one.c.circumstance,
        "kept": kept,
        "missed": missed,
        "last_outcome": in_order.filter(is_past)[1],
        "days_since": one.c.day - func.max(other.c.day).filter(is_past),
        "same_day": func.count().filter(is_ahead, other.c.day == one.c.day),
        "ahead": func.count().filter(is_ahead),
    }
    joined = asking.join(one, one.c.id == asking.c.id).outerjoin(
        other, and_(other.c.patient_id == one.c.patient_id, other.c.id != one.c.id)
    )
    by_itself = (one.c.id, one.c.patient_id, one.c.location_id, one.c.day, one.c.outcome)
    told = [value.label(name) for name, value in facts.items()]
    grouped = (*by_itself, *[one.c[name] for name in ("booked_day", "booked_minute", "minute", "age")])
    grouped = (*grouped, one.c.service, one.c.circumstance)
    return select(*by_itself, *told).select_from(joined).group_by(*grouped).order_by(one.c.day, one.c.id)


def seen_in(rows: Any) -> list[Seen]:
    """The rows of `known_at` as values, each with its share of missed visits."""
    found = []
    for row in rows:
        facts = dict(row._mapping)
        of_visit = {name: facts.pop(name) for name in ("id", "patient_id", "location_id", "day", "outcome")}
        facts["missed_share"] = share_missed(facts["kept"], facts["missed"])
        found.append(Seen(facts=facts, **of_visit))
    return found


def share_missed(kept: int, missed: int) -> float:
    """The share of visits that were missed, drawn towards the usual where there were few."""
    return (missed + USUAL_SHARE * WEIGHT) / (kept + missed + WEIGHT)
