"""Orders of services, as their sources sent them."""

from __future__ import annotations

from journeys.criteria.kept_records import Kept, kept_attributes
from journeys.foundation.words import N_


class ServiceRequest(Kept):
    """An order of a service (a referral, a test, a therapy) as its source sent it; windows look at when it was written.

    How far a referral has come since is the record `referral`.
    """

    resource_type = "ServiceRequest"
    label = N_("an order")
    singular = N_("order")
    plural = N_("orders")
    attributes = kept_attributes(N_("service"))
