"""Practitioner → `practitioner`. Importing never gives anybody a sign-in."""

from __future__ import annotations

from journeys.store.importing.kinds.base import Context, Kind, Row, human_name
from journeys.store.importing.reading import Reading
from journeys.store.organisation import Practitioner


class PractitionerKind(Kind):
    """A member of staff or an outside clinician."""

    resource_type = "Practitioner"
    table = Practitioner
    order = 30

    def read(self, reading: Reading, context: Context) -> Row:
        """The first name that says anything, with its prefix."""
        names = [" ".join([*each.texts("prefix"), human_name(each) or ""]).strip() for each in reading.each("name")]
        values = {"active": reading.flag("active") is not False}
        return Row(values=values, secrets={"name": next((name for name in names if name), None)}, needed=frozenset())
