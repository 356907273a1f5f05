"""Orders: tests, imaging and other services that were ordered and not done.

`journeys.criteria.orders` says what does one.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, and_

from journeys.criteria.orders import is_done, is_waited_for, ordered_at
from journeys.foundation.words import N_
from journeys.store.sources import KeptRecord
from journeys.work.clocks.entities.base import NEWS, Entity, State

ORDER = KeptRecord.__table__
ORDERED_AT = ordered_at(ORDER)


def stands_still(now: dt.datetime) -> ColumnElement[bool]:
    """SQL: an order of the past that nothing answers. Sources leave many old ones active for ever: it was young when
    it came first, and one that is sent again is as old as before."""
    was_news = ORDER.c.recorded_at - NEWS <= ORDERED_AT
    return and_(is_waited_for(ORDER), now >= ORDERED_AT, was_news, ~is_done(ORDER))


class OpenOrder(Entity):
    """A FHIR ServiceRequest that is no referral; such are kept whole."""

    label = N_("Orders")
    table = KeptRecord
    called = "service_request"
    display = KeptRecord.display
    states = {"not-done": State(N_("ordered and not done"), stands_still, lambda now: ORDERED_AT)}
