"""Allergies and intolerances."""

from __future__ import annotations

from journeys.criteria.kept_records import Kept, kept_attributes
from journeys.foundation.words import N_


class Allergy(Kept):
    """An allergy or intolerance; windows look at its onset, or at when it was recorded.

    `category` is food, medication and so on.
    """

    resource_type = "AllergyIntolerance"
    label = N_("an allergy")
    singular = N_("allergy")
    plural = N_("allergies")
    attributes = kept_attributes(N_("substance"))
