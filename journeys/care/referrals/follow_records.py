"""Referrals follow what is recorded of them: results, appointments, what the source says of the order.

Where a referral belongs is worked out from all that is linked to it, never from the news alone: so a second delivery
changes nothing, and the order in which news arrive does not matter.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    any_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from journeys.care.referrals.moving import QUIET, Move, move_all, tell_dates
from journeys.foundation.acting import Act
from journeys.store.access import Appointment
from journeys.store.clinical import DiagnosticReport
from journeys.store.referrals import Referral, ReferralHistory

RESULTS = ("final", "amended", "corrected", "appended")
CORRECTED = ("amended", "corrected", "appended")
WITHDRAWN = ("cancelled", "entered-in-error")
LATE = ("results-received", "reviewed", "patient-informed", "closed")
BEFORE_VISIT = ("sent", "received", "accepted", "scheduled", "no-show")
BEFORE_DATE = ("sent", "received", "accepted", "no-show")
BEFORE_RESULT = (*BEFORE_VISIT, "attended", "declined")
RECEIVED = "results-received"
VISITED = ("fulfilled", "arrived", "checked-in")
SAME_DAY = dt.timedelta(hours=12)
"""A day that somebody gave without an hour is kept as its noon."""


@dataclass(frozen=True)
class Heard:
    """SELECTs of the ids of the reports and the appointments that have just arrived or changed, and when that is."""

    reports: Select[Any]
    appointments: Select[Any]
    now: dt.datetime


def follow_records(
    session: Session, act: Act, referrals: Select[Any], reports: Select[Any], appointments: Select[Any]
) -> list[int]:
    """Move those of `referrals` (their ids) that what is recorded moves, and return their ids.

    `reports` and `appointments` SELECT the ids of those that have just arrived or changed: only such a report opens a
    referral again, only such an appointment takes back a date or gives another. The patients' lanes are locked.
    """
    heard = Heard(reports, appointments, act.now)
    chosen = worked_out(referrals, heard).subquery("worked_out")
    wanted = select(chosen).where(or_(chosen.c.to.is_not(None), chosen.c.is_moved)).order_by(chosen.c.id)
    rows = session.execute(wanted).all()
    dated = [row for row in rows if row.to == "scheduled" or row.to is None]
    if dated:
        keep_dates(session, [row.id for row in dated])
        tell_dates(session, act, [row for row in dated if row.to is None], "appointment-moved")
    moving = [Move(row, row.to, row.why) for row in rows if row.to is not None]
    move_all(session, act, moving)
    return [each.referral.id for each in moving]


def worked_out(referrals: Select[Any], heard: Heard) -> Select[Any]:
    """SELECT of these referrals with where each belongs (`to`, null to stay) and why, the first that holds counts; and
    whether the appointment of one that stays has another date (`is_moved`)."""
    cases = [(holds, to, why) for holds, to, why in judgements(heard)]
    to = case(*((holds, literal(to)) for holds, to, _ in cases), else_=null())
    why = case(*((holds, literal(why)) for holds, _, why in cases), else_=null())
    named = (Referral.id, Referral.patient_id, Referral.status, Referral.moves, Referral.code_system, Referral.code)
    moved = has_moved(heard).label("is_moved")
    return select(*named, to.label("to"), why.label("why"), moved).where(Referral.id.in_(referrals))


def judgements(heard: Heard) -> list[tuple[ColumnElement[bool], str, str]]:
    """(what holds, the state that follows from it, why), the weightiest first."""
    status, reports = Referral.status, heard.reports
    early = status.in_(BEFORE_RESULT)
    seen = status.in_(("reviewed", "patient-informed", "closed"))
    return [
        (and_(seen, was_reviewed(), arrived(reports, *CORRECTED)), RECEIVED, "result-corrected"),
        (and_(seen, unseen(reports)), RECEIVED, "result-arrived"),
        (and_(status.in_(LATE), withdrawn(reports), ~has_result()), "attended", "result-withdrawn"),
        (and_(status == "cancelled", unseen(reports)), RECEIVED, "result-arrived"),
        (and_(early, has_result()), RECEIVED, "result-arrived"),
        (and_(or_(early, status == "draft"), source_says("revoked", "entered-in-error")), "cancelled", "source"),
        (and_(early, source_says("completed"), ~of_referral(*WITHDRAWN)), RECEIVED, "source"),
        (and_(status.in_(BEFORE_VISIT), visited()), "attended", "visit-recorded"),
        (and_(status.in_(BEFORE_DATE), newest_is("booked"), lies_ahead()), "scheduled", "appointment-booked"),
        (and_(status == "scheduled", fell_through("noshow", heard)), "no-show", "appointment-missed"),
        (and_(status == "scheduled", fell_through("cancelled", heard)), "accepted", "appointment-cancelled"),
    ]


def has_result() -> ColumnElement[bool]:
    """There is a report that answers it and holds."""
    return of_referral(*RESULTS)


def of_referral(*statuses: str) -> Any:
    """A report on it in one of these states."""
    return exists().where(DiagnosticReport.referral_id == Referral.id, DiagnosticReport.status.in_(statuses))


def arrived(reports: Select[Any], *statuses: str) -> Any:
    """The same, among those that have just arrived."""
    return of_referral(*statuses).where(DiagnosticReport.id.in_(reports))


def unseen(reports: Select[Any]) -> Any:
    """A result has arrived that was made after the last one was reviewed, or else after it was over."""
    told = select(func.max(ReferralHistory.at)).where(
        ReferralHistory.referral_id == Referral.id, ReferralHistory.to_status == "reviewed"
    )
    made_at = func.coalesce(DiagnosticReport.issued_at, DiagnosticReport.effective_at)
    return arrived(reports, *RESULTS).where(made_at > func.coalesce(told.scalar_subquery(), Referral.status_at))


def withdrawn(reports: Select[Any]) -> ColumnElement[bool]:
    """A report was withdrawn that has brought the referral so far."""
    return and_(arrived(reports, *WITHDRAWN), or_(Referral.status != "closed", was_reviewed()))


def was_reviewed() -> ColumnElement[bool]:
    """Somebody here has reviewed it; what was over when it was first heard of, nobody has."""
    return exists().where(ReferralHistory.referral_id == Referral.id, ReferralHistory.to_status == "reviewed")


def source_says(*statuses: str) -> ColumnElement[bool]:
    """What its source says of the order."""
    return Referral.source_status.in_(statuses)


def visited() -> ColumnElement[bool]:
    """The patient came to an appointment of it, and nobody has led it on from there since: to a second visit, say."""
    led_on = exists().where(
        ReferralHistory.referral_id == Referral.id,
        ReferralHistory.from_status == "attended",
        ReferralHistory.at > Appointment.start_at,
    )
    return appointment_that_is(*VISITED).where(~led_on)


def appointment_that_is(*statuses: str) -> Any:
    """An appointment of it in one of these states."""
    return exists().where(Appointment.referral_id == Referral.id, Appointment.status.in_(statuses))


def fell_through(status: str, heard: Heard) -> ColumnElement[bool]:
    """The appointment that was waited for was missed or cancelled just now, and there is no other.

    An earlier one is not waited for any more: somebody has arranged another day since, by phone for example.
    """
    waited_for = or_(
        Referral.scheduled_at.is_(None),
        Appointment.start_at.is_(None),
        Appointment.start_at > Referral.scheduled_at - SAME_DAY,
    )
    news = appointment_that_is(status).where(waited_for, Appointment.id.in_(heard.appointments))
    return and_(news, ~appointment_that_is("booked").where(Appointment.start_at > heard.now))


def has_moved(heard: Heard) -> ColumnElement[bool]:
    """The last appointment is booked for another moment than is known, and that is news."""
    another = newest_appointment(Appointment.start_at).is_distinct_from(Referral.scheduled_at)
    news = exists().where(Appointment.referral_id == Referral.id, Appointment.id.in_(heard.appointments))
    return and_(Referral.status == "scheduled", newest_is("booked"), lies_ahead(), another, news)


def newest_is(status: str) -> ColumnElement[bool]:
    """Its last appointment is in this state."""
    return newest_appointment(Appointment.status) == literal(status)


def lies_ahead() -> ColumnElement[bool]:
    """Its last appointment is later than what is known of it: what was missed is no new appointment."""
    return newest_appointment(Appointment.start_at) > func.coalesce(Referral.status_at, Referral.recorded_at)


def newest_appointment(column: Any) -> Any:
    """One column of its last appointment that was not called off."""
    found = select(column).where(Appointment.referral_id == Referral.id, Appointment.status.not_in(WITHDRAWN))
    return found.order_by(Appointment.start_at.desc().nulls_last(), Appointment.id.desc()).limit(1).scalar_subquery()


def keep_dates(session: Session, ids: list[int]) -> None:
    """Keep when the appointments are."""
    if ids:
        mine = Referral.id == any_(cast(ids, ARRAY(BigInteger)))
        dated = update(Referral).where(mine).values(scheduled_at=newest_appointment(Appointment.start_at))
        session.execute(dated.execution_options(**QUIET))
