"""Medicines that patients say they take."""

from __future__ import annotations

from journeys.criteria.kept_records import Kept, kept_attributes
from journeys.foundation.words import N_


class MedicationStatement(Kept):
    """A medicine that somebody says the patient takes; windows look at when."""

    resource_type = "MedicationStatement"
    label = N_("a medicine taken")
    singular = N_("medicine taken")
    plural = N_("medicines taken")
    attributes = kept_attributes(N_("medicine"))
