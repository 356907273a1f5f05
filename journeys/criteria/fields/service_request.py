"""Orders of services, as their sources sent them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement

from journeys.criteria.fields.base import worked_out
from journeys.criteria.kept_records import Kept, kept_attributes
from journeys.criteria.kinds import CODE
from journeys.criteria.orders import is_waited_for, place_of_day, progress
from journeys.criteria.shapes import Rule, named_values
from journeys.foundation.words import N_

PROGRESS = {"undone": N_("still to be done"), "done": N_("done"), "over": N_("over, or no order that is waited for")}
PLACES = {"first": N_("none before it is undone"), "later": N_("one before it is undone")}


class ServiceRequest(Kept):
    """An order of a service (a referral, a test, a therapy) as its source sent it; windows look at when it was written.

    `progress` says how far it has come: done when a report, finding or procedure names it, or is of its code and
    follows it. `place_of_day` tells the orders of one category and one day (UTC) apart: one visit does them all. How
    far a referral has come is the record `referral`.
    """

    resource_type = "ServiceRequest"
    label = N_("an order")
    singular = N_("order")
    plural = N_("orders")
    attributes = {
        **kept_attributes(N_("service")),
        "progress": worked_out(CODE, N_("how far it has come"), progress, PROGRESS),
        "place_of_day": worked_out(CODE, N_("place among the orders of its day"), place_of_day, PLACES),
    }

    def narrowed(self, row: Any, where: Sequence[Rule]) -> ColumnElement[bool] | None:
        """Orders that are waited for have an index."""
        return is_waited_for(row) if named_values(where, "progress") == {"undone"} else None
