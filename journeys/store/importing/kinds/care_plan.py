"""CarePlan → `care_plan`, its activities → `care_plan_activity`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.words import N_
from journeys.store.importing.fhir import moment_of
from journeys.store.importing.kinds.base import Context, Kind, Row, Written, clinical
from journeys.store.importing.reading import Coded, Reading
from journeys.store.importing.writing import insert_many, sealed, sealed_row, update_many
from journeys.store.plans import ACTIVITY_STATUSES, REQUEST_STATUSES, CarePlan, CarePlanActivity

UNIT_DAYS = {"d": 1, "wk": 7, "mo": 30, "a": 365}
GENERAL = "careplan-category"


class CarePlanKind(Kind):
    """A care plan; `code` is its category (the special one when there is also a general one)."""

    resource_type = "CarePlan"
    table = CarePlan
    order = 80
    event = "care-plan.recorded"

    def read(self, reading: Reading, context: Context) -> Row | None:
        """Category, intent, period; `parts` are the activities, each as (columns, description to seal)."""
        row = clinical(reading, REQUEST_STATUSES, code="category")
        starts, ends = reading.period("period")
        activities = [activity(each) for each in reading.each("activity")]
        category = special_category(reading)
        title = reading.text("title")
        if row is None:
            return None
        row.values |= {"code_system": category.system, "code": category.code, "display": category.display or title}
        row.values["intent"] = reading.text("intent")
        row.values["start_at"] = starts
        row.values["end_at"] = ends
        row.at = starts or reading.moment("created")
        row.parts = activities
        row.refer("encounter_id", reading.reference("encounter", "Encounter"))
        return row

    def write_parts(self, session: Session, context: Context, written: Sequence[Written]) -> None:
        """The activities. They keep their ids, because enrolments are about them; one that is gone is cancelled."""
        known = known_activities(session, [each.id for each in written if not each.is_new])
        fresh = []
        changed = []
        for plan in written:
            for position, (values, description) in enumerate(plan.row.parts):
                found = known.pop((plan.id, position), None)
                secrets = {"description": description}
                if found is None:
                    place = {"care_plan_id": plan.id, "position": position, "patient_id": plan.patient_id}
                    fresh.append(sealed_row(CarePlanActivity, secrets, **place, **values))
                else:
                    columns = {**values, **sealed(CarePlanActivity, found.uid, secrets)}
                    changed.append({"id": found.id, "patient_id": plan.patient_id, **columns})
        insert_many(session, CarePlanActivity, fresh)
        update_many(session, CarePlanActivity, changed)
        update_many(session, CarePlanActivity, [{"id": each.id, "status": "cancelled"} for each in known.values()])


def known_activities(session: Session, plans: Sequence[int]) -> dict[tuple[int, int], CarePlanActivity]:
    """The activities that these plans have in the store, by plan and position."""
    if not plans:
        return {}
    rows = session.scalars(select(CarePlanActivity).where(CarePlanActivity.care_plan_id.in_(plans)))
    return {(row.care_plan_id, row.position): row for row in rows}


def special_category(reading: Reading) -> Coded:
    """The first category that is not of FHIR's own general list, else the first."""
    categories = [each.concept() for each in reading.each("category")]
    special = [each for each in categories if GENERAL not in (each.system or "")]
    return next(iter([*special, *categories]), Coded())


def activity(reading: Reading) -> tuple[dict[str, Any], str | None]:
    """One activity: its columns, and the description that is to be sealed."""
    detail = reading.one("detail")
    if detail is None:
        reference = reading.one("reference")
        shown = reference.text("display") if reference else None
        return columns("unknown", Coded(None, None, shown), None, None), None
    status = detail.choice("status", ACTIVITY_STATUSES) or "unknown"
    timing = detail.one("scheduledTiming")
    return (
        columns(status, detail.coded("code"), interval_of(timing), due_on(detail, timing)),
        detail.text("description"),
    )


def due_on(detail: Reading, timing: Reading | None) -> dt.date | None:
    """The day by which it is to be done: the end of its period, or the first day that its timing names."""
    starts, ends = detail.period("scheduledPeriod")
    due = ends or starts
    if due is not None or timing is None:
        return due.date() if due else None
    days = [moment_of(each) for each in timing.texts("event")]
    if None in days:
        timing.wrong("event", N_("is not a date and time"))
    return min((day.date() for day in days if day is not None), default=None)


def columns(status: str, coded: Coded, interval: int | None, due: Any) -> dict[str, Any]:
    """The columns of one activity."""
    return {
        "status": status,
        "code_system": coded.system,
        "code": coded.code,
        "display": coded.display,
        "interval_days": interval,
        "due_on": due,
    }


def interval_of(timing: Reading | None) -> int | None:
    """Days between two times, when a timing repeats in days or longer."""
    repeat = timing.one("repeat") if timing else None
    if repeat is None:
        return None
    period = repeat.number("period")
    days = UNIT_DAYS.get(repeat.text("periodUnit") or "")
    if period is None or days is None:
        return None
    return int(period * days) or None
