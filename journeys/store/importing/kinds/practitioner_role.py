"""PractitionerRole → `practitioner_role`."""

from __future__ import annotations

from journeys.store.importing.kinds.base import Context, Kind, Row
from journeys.store.importing.reading import Reading
from journeys.store.organisation import PractitionerRole
from journeys.store.scope import EVERY_BRANCH


class PractitionerRoleKind(Kind):
    """What somebody does at one place (the first, when several are given). A role of nobody has no row.

    The role code that opens every branch is Waymark's own and is never taken from outside.
    """

    resource_type = "PractitionerRole"
    table = PractitionerRole
    order = 40
    replaced_when_changed = True

    def read(self, reading: Reading, context: Context) -> Row | None:
        """Who, where, as what, from when until when."""
        code = reading.coded("code")
        period = reading.one("period")
        starts, ends = period.span("start", "end") if period else (None, None)
        values = {
            "code": code.code if code.code != EVERY_BRANCH else None,
            "display": code.display,
            "active": reading.flag("active") is not False,
            "from_on": starts.date() if starts else None,
            "until_on": ends.date() if ends else None,
        }
        practitioner = reading.reference("practitioner", "Practitioner")
        if practitioner is None:
            return None
        row = Row(values=values, needed=frozenset({"practitioner_id"}))
        row.refer("practitioner_id", practitioner)
        row.refer("organization_id", reading.reference("organization", "Organization"))
        row.refer("location_id", *reading.references("location", "Location"))
        return row
