"""RelatedPerson → `related_person`. What somebody may decide is never taken from outside: authority stays `none`."""

from __future__ import annotations

from journeys.store.importing.kinds.base import PATIENT, Context, Kind, Row, human_name, patient_of
from journeys.store.importing.reading import Reading
from journeys.store.people import RelatedPerson


class RelatedPersonKind(Kind):
    """Somebody beside the patient."""

    resource_type = "RelatedPerson"
    table = RelatedPerson
    order = 55

    def read(self, reading: Reading, context: Context) -> Row | None:
        """Relationship, name, first way to reach them, and from when until when."""
        patient = patient_of(reading, "patient", needed=True)
        relationship = reading.coded("relationship")
        starts, ends = reading.period("period")
        names = [human_name(each) for each in reading.each("name")]
        numbers = [each.text("value") for each in reading.each("telecom")]
        row = Row(
            values={
                "relationship": relationship.display or relationship.code,
                "from_on": starts.date() if starts else None,
                "until_on": ends.date() if ends else None,
            },
            secrets={
                "name": next((name for name in names if name), None),
                "telecom": next((number for number in numbers if number), None),
            },
        )
        if patient is None:
            return None
        row.refer(PATIENT, patient)
        return row
