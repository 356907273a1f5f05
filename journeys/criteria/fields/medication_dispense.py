"""Medicines that were handed over."""

from __future__ import annotations

from journeys.criteria.kept_records import Kept, kept_attributes
from journeys.foundation.words import N_


class MedicationDispense(Kept):
    """A medicine that was handed over; windows look at when."""

    resource_type = "MedicationDispense"
    label = N_("a medicine dispensed")
    singular = N_("medicine dispensed")
    plural = N_("medicines dispensed")
    attributes = kept_attributes(N_("medicine"))
