"""What a message was let go by, in one word: when it is another one, somebody has spoken against the message since."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, any_, cast, func, select

from journeys.contact.deciding.facts import records_of
from journeys.store.contact import Consent, Message
from journeys.store.contact_marks import ContactMark
from journeys.store.people import Patient, PatientTelecom


def standing_of() -> ColumnElement[str]:
    """SQL: what was said last by or about the person of a message, whether they live and are whom we think, and what is
    known of the number or address it goes to.

    Statements and marks are only ever added, so the newest number tells whether there is another one; it need not be
    against the message, for the rules decide that when they look again.
    """
    records = records_of(Message.patient_id)
    parts: list[Any] = [
        newest(Consent, records),
        newest(ContactMark, records),
        of_row(PatientTelecom.status, PatientTelecom.id == Message.telecom_id),
        of_row(Patient.deceased, Patient.id == Message.patient_id),
        of_row(Patient.merged_into_id, Patient.id == Message.patient_id),
    ]
    return func.concat_ws("/", *(func.coalesce(cast(each, Text), "-") for each in parts))


def newest(table: Any, records: Any) -> Any:
    """SQL: the newest row about a person."""
    return select(func.max(table.id)).where(table.patient_id == any_(records)).correlate(Message).scalar_subquery()


def of_row(column: Any, which: ColumnElement[bool]) -> Any:
    """SQL: one column of one row."""
    return select(column).where(which).correlate(Message).scalar_subquery()
