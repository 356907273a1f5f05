"""Referrals that came in: patients whom somebody else waits to hear of."""

from __future__ import annotations

from collections.abc import Mapping

from journeys.foundation.words import N_
from journeys.store.referrals import INCOMING, Referral
from journeys.work.clocks.entities.base import Entity
from journeys.work.clocks.referral_states import states_of

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


class IncomingReferral(Entity):
    """A referral to us that is not closed."""

    label = N_("Incoming referrals")
    table = Referral
    location_id = Referral.to_location_id
    owner = Referral.owner
    queue_id = Referral.queue_id
    priority = Referral.priority
    display = Referral.display
    states = states_of(INCOMING, WORDS)
