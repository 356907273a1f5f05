"""Insurance coverage."""

from __future__ import annotations

from journeys.criteria.kept_records import Kept, kept_attributes
from journeys.foundation.words import N_


class Coverage(Kept):
    """A coverage by an insurance or payer; it lasts from the beginning to the end of its period."""

    resource_type = "Coverage"
    label = N_("a coverage")
    singular = N_("coverage")
    plural = N_("coverages")
    attributes = kept_attributes(N_("kind"))
