"""Communications that other systems tell of."""

from __future__ import annotations

from journeys.criteria.kept_records import Kept, kept_attributes
from journeys.foundation.words import N_


class Communication(Kept):
    """A communication that another system tells of (a result passed on); windows look at when it was sent.

    What Waymark itself sends and receives is the record `message`.
    """

    resource_type = "Communication"
    label = N_("a communication")
    singular = N_("communication")
    plural = N_("communications")
    attributes = kept_attributes(N_("topic"))
