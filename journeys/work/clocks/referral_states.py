"""The states of a referral in which a clock may run, of those that went out and of those that came in."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import and_, func

from journeys.foundation.words import N_
from journeys.store.referrals import OVER, Referral
from journeys.work.clocks.entities.base import State

MOVED_AT = func.coalesce(Referral.status_at, Referral.ordered_at, Referral.recorded_at)


def states_of(direction: str, words: Mapping[str, str]) -> Mapping[str, State]:
    """Each state in words by itself since the referral stands there; `scheduled` since its appointment, and `open`,
    whatever the state, since anything moved."""
    is_meant = Referral.direction == direction

    def in_status(status: str) -> State:
        return State(words[status], lambda now: and_(is_meant, Referral.status == status), lambda now: MOVED_AT)

    return {
        **{status: in_status(status) for status in words},
        "scheduled": State(
            N_("scheduled, and not known to be attended"),
            lambda now: and_(is_meant, Referral.status == "scheduled"),
            lambda now: func.coalesce(Referral.scheduled_at, MOVED_AT),
        ),
        "open": State(
            N_("without progress, whatever its state"),
            lambda now: and_(is_meant, Referral.status.not_in(OVER)),
            lambda now: func.coalesce(Referral.last_progress_at, MOVED_AT),
        ),
    }
