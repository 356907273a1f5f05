"""Organization → `organization`."""

from __future__ import annotations

from journeys.store.importing.kinds.base import Context, Kind, Row
from journeys.store.importing.reading import Reading
from journeys.store.organisation import Organization


class OrganizationKind(Kind):
    """An organization; one without a name is called by its type."""

    resource_type = "Organization"
    table = Organization
    order = 10

    def read(self, reading: Reading, context: Context) -> Row:
        """Name, type and whether it is in use."""
        kind = reading.coded("type")
        active = reading.flag("active")
        values = {
            "name": reading.text("name") or kind.display or "Organization",
            "kind": kind.code,
            "active": active is not False,
        }
        return Row(values=values, needed=frozenset())
