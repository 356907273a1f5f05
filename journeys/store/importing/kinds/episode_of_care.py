"""EpisodeOfCare → `episode`."""

from __future__ import annotations

from journeys.store.importing.kinds.base import Context, Kind, Row, clinical
from journeys.store.importing.reading import Reading
from journeys.store.plans import EPISODE_STATUSES, Episode


class EpisodeOfCareKind(Kind):
    """A stay in a programme; which programme it is here is for people to say."""

    resource_type = "EpisodeOfCare"
    table = Episode
    order = 60

    def read(self, reading: Reading, context: Context) -> Row | None:
        """Type, status and period."""
        row = clinical(reading, EPISODE_STATUSES, subject="patient", code="type")
        starts, ends = reading.period("period")
        if row is None:
            return None
        row.values["start_at"] = starts
        row.values["end_at"] = ends
        return row
