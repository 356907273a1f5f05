"""Documents."""

from __future__ import annotations

from journeys.criteria.kept_records import Kept, kept_attributes
from journeys.foundation.words import N_


class Document(Kept):
    """A document of the patient as a source names it; windows look at its date."""

    resource_type = "DocumentReference"
    label = N_("a document")
    singular = N_("document")
    plural = N_("documents")
    attributes = kept_attributes(N_("document"))
