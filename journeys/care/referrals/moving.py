"""Moves referrals: their history first, with why; then their states, as the history says; then who waits is told.

Three statements and one for each state, however many move. Whoever calls holds the lanes of the patients, so nothing
moves in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import BigInteger, any_, case, cast, insert, null, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.ids import new_uid
from journeys.foundation.secrets import seal
from journeys.store.events import emit
from journeys.store.referrals import Referral, ReferralHistory

QUIET = {"synchronize_session": False}
UNDATED = ("draft", "sent", "received", "accepted", "declined")
"""States in which there is no appointment, or no longer."""


@dataclass(frozen=True)
class Move:
    """One referral on its way: where it stands, where it goes, why (a code), and what staff wrote about it.

    `moves` is how many rows its history has; `referral` may be a row of a SELECT with these names.
    """

    referral: Any
    to: str
    why: str | None = None
    note: str | None = None


def move_all(session: Session, act: Act, moving: Sequence[Move]) -> None:
    """Move each of these, which the database refuses when one may not go there."""
    if not moving:
        return
    moving = sorted(moving, key=lambda each: (each.to, each.referral.patient_id, each.referral.id))
    session.execute(insert(ReferralHistory), [told(act, each) for each in moving])
    session.execute(following([each.referral.id for each in moving], act))
    for state, some in groupby(moving, key=attrgetter("to")):
        emit(session, act, f"referral.{state}", [happened(each) for each in some])
    ids = [each.referral.id for each in moving]
    patients = [each.referral.patient_id for each in moving]
    audit.note(session, "U", "referral", ids, patients, {"to": sorted({each.to for each in moving})})
    ring_after_commit(session, "advance")


def tell_dates(session: Session, act: Act, referrals: Sequence[Any], why: str | None = None) -> None:
    """Tell who waits for the appointment of these that it is at another time; where they stand stays as it was."""
    if not referrals:
        return
    emit(session, act, "referral.scheduled", [happened(Move(each, "scheduled", why)) for each in referrals])
    ids = [each.id for each in referrals]
    patients = [each.patient_id for each in referrals]
    audit.note(session, "U", "referral", ids, patients, {"changed": ["scheduled_at"]})
    ring_after_commit(session, "advance")


def told(act: Act, move: Move) -> dict[str, Any]:
    """The row of the history; what was written is sealed for it."""
    uid = new_uid()
    name = str(ReferralHistory.__tablename__)
    return {
        "uid": uid,
        "referral_id": move.referral.id,
        "patient_id": move.referral.patient_id,
        "number": move.referral.moves + 1,
        "at": act.now,
        "by": act.by,
        "from_status": move.referral.status,
        "to_status": move.to,
        "why": move.why,
        "cause": act.cause,
        "note_sealed": None if not move.note else seal(move.note, name, "note", uid),
    }


def following(ids: Sequence[int], act: Act) -> Any:
    """UPDATE of these referrals to what the next row of their history says."""
    is_next = (ReferralHistory.referral_id == Referral.id) & (ReferralHistory.number == Referral.moves + 1)
    changing = update(Referral).where(is_next, Referral.id == any_(cast(list(ids), ARRAY(BigInteger))))
    undated = ReferralHistory.to_status.in_(UNDATED)
    moved = {
        "status": ReferralHistory.to_status,
        "status_at": act.now,
        "row_version": Referral.row_version + 1,
        "scheduled_at": case((undated, null()), else_=Referral.scheduled_at),
    }
    return changing.values(moved).execution_options(**QUIET)


def happened(move: Move) -> dict[str, Any]:
    """The event: about the referral, with the service as its code and why as its outcome."""
    return {
        "patient_id": move.referral.patient_id,
        "subject_kind": Referral.__tablename__,
        "subject_id": move.referral.id,
        "code_system": move.referral.code_system,
        "code": move.referral.code,
        "outcome": move.why,
    }
