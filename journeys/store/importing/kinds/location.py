"""Location → `location`. An imported location is a place, not a branch, until somebody gives it a slug."""

from __future__ import annotations

from journeys.store.importing.kinds.base import Context, Kind, Row
from journeys.store.importing.reading import Reading
from journeys.store.organisation import Location


class LocationKind(Kind):
    """A place; one without a name is called by its description or type."""

    resource_type = "Location"
    table = Location
    order = 20

    def read(self, reading: Reading, context: Context) -> Row:
        """Name, status, country, phone, and whose it is."""
        status = reading.choice("status", ("active", "suspended", "inactive"))
        address = reading.one("address")
        phones = [each.text("value") for each in reading.each("telecom") if each.value.get("system") == "phone"]
        values = {
            "name": reading.text("name") or reading.text("description") or reading.coded("type").display or "Location",
            "status": status or "active",
            "country": address.text("country") if address else None,
            "phone": next((phone for phone in phones if phone), None),
        }
        row = Row(values=values, needed=frozenset())
        row.refer("organization_id", reading.reference("managingOrganization", "Organization"))
        row.refer("part_of_id", reading.reference("partOf", "Location"))
        return row
