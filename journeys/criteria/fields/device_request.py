"""Orders of devices."""

from __future__ import annotations

from journeys.criteria.kept_records import Kept, kept_attributes
from journeys.foundation.words import N_


class DeviceRequest(Kept):
    """An order of a device or aid; windows look at when it was written."""

    resource_type = "DeviceRequest"
    label = N_("an order of a device")
    singular = N_("order of a device")
    plural = N_("orders of devices")
    attributes = kept_attributes(N_("device"))
