"""Referrals that went out: each state of one until it is closed, and all together for those that do not move at all."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import and_, func

from journeys.foundation.words import N_
from journeys.store.referrals import OUTGOING, OVER, Referral
from journeys.work.clocks.entities.base import Entity, State

WORDS: Mapping[str, str] = {
    "draft": N_("not sent yet"),
    "sent": N_("sent and not acknowledged"),
    "received": N_("acknowledged and not accepted"),
    "accepted": N_("accepted and not scheduled"),
    "declined": N_("declined"),
    "no-show": N_("the patient did not come"),
    "attended": N_("attended and without a report"),
    "results-received": N_("report received and not reviewed"),
    "reviewed": N_("reviewed and the patient not informed"),
    "patient-informed": N_("the patient informed, and not closed"),
}
"""State of a referral → in words, as long as somebody has to go on with it."""

IS_OURS = Referral.direction == OUTGOING
MOVED_AT = func.coalesce(Referral.status_at, Referral.ordered_at, Referral.recorded_at)


def in_status(status: str) -> State:
    """One of them, since the referral stands there."""
    return State(WORDS[status], lambda now: and_(IS_OURS, Referral.status == status), lambda now: MOVED_AT)


class PendingReferral(Entity):
    """A referral to somebody else that is not closed."""

    label = N_("Referrals")
    table = Referral
    location_id = Referral.from_location_id
    owner = Referral.owner
    queue_id = Referral.queue_id
    priority = Referral.priority
    display = Referral.display
    states = {
        **{status: in_status(status) for status in WORDS},
        "scheduled": State(
            N_("scheduled, and not known to be attended"),
            lambda now: and_(IS_OURS, Referral.status == "scheduled"),
            lambda now: func.coalesce(Referral.scheduled_at, MOVED_AT),
        ),
        "open": State(
            N_("without progress, whatever its state"),
            lambda now: and_(IS_OURS, Referral.status.not_in(OVER)),
            lambda now: func.coalesce(Referral.last_progress_at, MOVED_AT),
        ),
    }
