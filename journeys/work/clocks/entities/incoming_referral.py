"""Referrals that came in: patients whom somebody else waits to hear of."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import and_, func

from journeys.foundation.words import N_
from journeys.store.referrals import INCOMING, OVER, Referral
from journeys.work.clocks.entities.base import Entity, State

WORDS: Mapping[str, str] = {
    "sent": N_("came in and not acknowledged"),
    "received": N_("acknowledged and not accepted"),
    "accepted": N_("accepted and not scheduled"),
    "declined": N_("declined"),
    "no-show": N_("the patient did not come"),
    "attended": N_("attended, and the report not sent"),
    "results-received": N_("the report written and not released"),
    "reviewed": N_("reviewed and the patient not informed"),
    "patient-informed": N_("the patient informed, and not closed"),
}
"""State of an incoming referral → in words, as long as somebody here has to go on with it."""

IS_THEIRS = Referral.direction == INCOMING
MOVED_AT = func.coalesce(Referral.status_at, Referral.ordered_at, Referral.recorded_at)


def in_status(status: str) -> State:
    """One of them, since the referral stands there."""
    return State(WORDS[status], lambda now: and_(IS_THEIRS, Referral.status == status), lambda now: MOVED_AT)


class IncomingReferral(Entity):
    """A referral to us that is not closed."""

    label = N_("Incoming referrals")
    table = Referral
    location_id = Referral.to_location_id
    owner = Referral.owner
    queue_id = Referral.queue_id
    priority = Referral.priority
    display = Referral.display
    states = {
        **{status: in_status(status) for status in WORDS},
        "scheduled": State(
            N_("scheduled, and not known to be attended"),
            lambda now: and_(IS_THEIRS, Referral.status == "scheduled"),
            lambda now: func.coalesce(Referral.scheduled_at, MOVED_AT),
        ),
        "open": State(
            N_("without progress, whatever its state"),
            lambda now: and_(IS_THEIRS, Referral.status.not_in(OVER)),
            lambda now: func.coalesce(Referral.last_progress_at, MOVED_AT),
        ),
    }
