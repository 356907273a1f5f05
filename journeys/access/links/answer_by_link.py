"""A patient takes a freed time, or does not, by the link in the message that offered it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.links.offer_link import offer_named
from journeys.access.waitlist.answer_offer import answer_offer
from journeys.foundation.acting import Act
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.waitlist import OFFERED, WaitlistOffer


def answer_by_link(session: Session, act: Act, token: str, is_yes: bool) -> str:
    """What has become of the offer (see `answer_offer`): the first valid yes has the time, an answer that comes late or
    twice changes nothing. Missing for letters that are no link of ours.

    The lanes of all who are asked are locked first: whoever wins takes the questions of the others back, and two who
    answer at once would else wait for each other.
    """
    offer = offer_named(session, act, token).row
    asked = select(WaitlistOffer.patient_id).where(
        WaitlistOffer.backfill_id == offer.backfill_id, WaitlistOffer.status == OFFERED
    )
    lock_lanes(session, [lane_of(each) for each in (offer.patient_id, *session.scalars(asked))])
    return answer_offer(session, act, offer.uid, is_yes)
