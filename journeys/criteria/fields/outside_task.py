"""Tasks of other systems."""

from __future__ import annotations

from journeys.criteria.kept_records import Kept, kept_attributes
from journeys.foundation.words import N_


class OutsideTask(Kept):
    """A task as another system sent it (a report that is due); windows look at when it was written or began.

    The work of the own staff is the record `task`.
    """

    resource_type = "Task"
    label = N_("a task of another system")
    singular = N_("task of another system")
    plural = N_("tasks of other systems")
    attributes = kept_attributes(N_("task"))
