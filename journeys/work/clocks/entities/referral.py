"""Referrals that went out: each state of one until it is closed, and all together for those that do not move at all."""

from __future__ import annotations

from collections.abc import Mapping

from journeys.foundation.words import N_
from journeys.store.referrals import OUTGOING, Referral
from journeys.work.clocks.entities.base import Entity
from journeys.work.clocks.referral_states import states_of

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


class PendingReferral(Entity):
    """A referral to somebody else that is not closed."""

    label = N_("Referrals")
    table = Referral
    location_id = Referral.from_location_id
    owner = Referral.owner
    queue_id = Referral.queue_id
    priority = Referral.priority
    display = Referral.display
    states = states_of(OUTGOING, WORDS)
