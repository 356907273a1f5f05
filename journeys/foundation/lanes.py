"""Lanes: every patient has one of 256, and whatever decides for a patient first takes that lane's lock.

The lock is an advisory transaction lock in a statement of its own: taken inside the planning statement it would be too
late, because that statement's snapshot is older than the lock (two workers would both see room under a cap of one).
"""

from collections.abc import Iterable

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from journeys.foundation import advisory
from journeys.foundation.database import PREPARED

LANES = 256
"""How many lanes there are; fixed, because it is kept on rows."""

LOCK_CLASS = advisory.LANES
"""The first key of the advisory locks, so that lanes never meet somebody else's locks."""

ALL_LANES = tuple(range(LANES))

LOCK = text(
    "SELECT pg_advisory_xact_lock(:lock_class, lane)"
    " FROM unnest(CAST(:lanes AS integer[])) WITH ORDINALITY AS taken(lane, place) ORDER BY place"
).bindparams(bindparam("lock_class", LOCK_CLASS))
LOCK = LOCK.execution_options(**PREPARED)

LOCK_ALL = text(
    "SELECT count(pg_advisory_xact_lock(:lock_class, lane)) FROM generate_series(0, :last) AS lane"
).bindparams(bindparam("lock_class", LOCK_CLASS), bindparam("last", LANES - 1))
"""The same for every lane: nothing is sent there, and one row comes back."""


def lane_of(patient_id: int) -> int:
    """The lane of a patient; the same formula as the generated column `patient.lane`."""
    return patient_id & (LANES - 1)


def lock_lanes(session: Session, lanes: Iterable[int]) -> None:
    """Wait for and hold these lanes until the transaction ends; always in ascending order, so that no two wait for
    each other."""
    wanted = sorted(set(lanes))
    if len(wanted) == LANES:
        session.execute(LOCK_ALL)
    elif wanted:
        session.execute(LOCK, {"lanes": wanted})


def lanes_of_share(share: int, shares: int) -> tuple[int, ...]:
    """The lanes of one worker's share of `shares` equal parts."""
    return tuple(lane for lane in ALL_LANES if lane % shares == share)
