"""Medicines that were given."""

from __future__ import annotations

from journeys.criteria.kept_records import Kept, kept_attributes
from journeys.foundation.words import N_


class MedicationAdministration(Kept):
    """A medicine that was given; windows look at when."""

    resource_type = "MedicationAdministration"
    label = N_("a medicine given")
    singular = N_("medicine given")
    plural = N_("medicines given")
    attributes = kept_attributes(N_("medicine"))
