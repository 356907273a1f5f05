"""An import has brought records: what they say for custom fields is recorded with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import orjson
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journeys.criteria.custom.import_custom_values import Arrived, import_custom_values, mapped_fields
from journeys.flow.reactions.base import Reaction
from journeys.foundation.acting import Act
from journeys.store.access import Appointment
from journeys.store.importing.recording import opened_content
from journeys.store.people import Patient
from journeys.store.sources import SourceRecord

IMPORT = "import"
PATIENT = "patient"
APPOINTMENT = "appointment"


class CustomValuesArrived(Reaction):
    """In the transaction of the import, before anybody who waits is woken; without mapped fields nothing is opened."""

    kinds: ClassVar[tuple[str, ...]] = ("patient.created", "patient.changed", "appointment.changed")

    def react(self, session: Session, act: Act, events: Select[Any]) -> None:
        """Only after imports: a record that staff change here says nothing anew about what it came with."""
        if act.cause != IMPORT:
            return
        for record_kind in (PATIENT, APPOINTMENT):
            if mapped_fields(session, record_kind):
                import_custom_values(session, act, record_kind, list(arrived(session, record_kind, events)))


def arrived(session: Session, record_kind: str, events: Select[Any]) -> Iterator[Arrived]:
    """The records of a kind that events are about and that came from a source, their resources opened."""
    table: Any = Patient if record_kind == PATIENT else Appointment
    owner = table.id if record_kind == PATIENT else table.patient_id
    happened = events.subquery("happened")
    about = select(happened.c.subject_id).where(happened.c.subject_kind == record_kind)
    rows = session.execute(
        select(table.id, owner.label("patient_id"), SourceRecord.id, SourceRecord.uid, SourceRecord.raw_sealed)
        .join(SourceRecord, SourceRecord.id == table.source_record_id)
        .where(table.id.in_(about))
        .order_by(table.id)
    )
    for record_id, patient_id, source_record_id, uid, raw_sealed in rows:
        resource = orjson.loads(opened_content(raw_sealed, uid))
        yield Arrived(record_id, patient_id, source_record_id, resource)
