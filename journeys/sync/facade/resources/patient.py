"""Patient: who is of the branches that may be seen. Found by number, never by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.store.organisation import Location
from journeys.store.people import Patient, PatientAddress, PatientIdentifier, PatientName, PatientTelecom
from journeys.sync.facade.resources.base import (
    Kind,
    Resource,
    moment,
    names_of,
    ours,
    reference,
    uids_of,
    without_nothing,
)

NAME_USES = ("usual", "official", "temp", "nickname", "anonymous", "old", "maiden")
IDENTIFIER_USES = ("usual", "official", "temp", "secondary", "old")
ADDRESS_USES = ("home", "work", "temp", "old", "billing")
OVER = ("invalid", "wrong-person", "reassigned", "ended")
"""What is known of a number that is not the patient's, or no longer: it is not given out."""


class PatientKind(Kind):
    """`link` says into whom a record was merged."""

    type = "Patient"
    table = Patient
    searches = ("identifier", "_lastUpdated")

    @classmethod
    def select(cls, act: Act) -> Select[Any]:
        """Everybody whom the act may see."""
        return cast(Select[Any], select(Patient, Patient.uid))

    @classmethod
    def changed(cls) -> ColumnElement[Any]:
        """The store keeps it."""
        return Patient.__table__.c.updated_at

    @classmethod
    def gather(cls, session: Session, rows: Sequence[Any]) -> Mapping[str, Any]:
        """Names, numbers and addresses; six statements however many patients there are."""
        numbers = [patient.id for patient, _ in rows]
        patients = [patient for patient, _ in rows]
        more: dict[str, Any] = {
            table.__tablename__: by_patient(session, table, numbers)
            for table in (PatientName, PatientIdentifier, PatientTelecom, PatientAddress)
        }
        more["merged"] = uids_of(session, Patient, [each.merged_into_id for each in patients])
        more["places"] = names_of(session, Location, [each.managing_location_id for each in patients])
        return more

    @classmethod
    def build(cls, row: Any, more: Mapping[str, Any], act: Act) -> Resource:
        """One patient."""
        patient, _ = row
        of = {name: more[name].get(patient.id, []) for name in PARTS}
        into = more["merged"].get(patient.merged_into_id)
        return without_nothing(
            {
                "identifier": [*ours(patient.uid), *map(identifier, of["patient_identifier"])],
                "active": patient.active and patient.merged_into_id is None,
                "name": list(map(name_of, of["patient_name"])) or ([{"text": patient.name}] if patient.name else []),
                "telecom": [telecom(each) for each in of["patient_telecom"] if is_given_out(each)],
                "gender": patient.gender,
                "birthDate": patient.birth_date.isoformat() if patient.birth_date else None,
                **deceased(patient),
                "address": list(map(address, of["patient_address"])),
                "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": patient.language}]}}]
                if patient.language
                else [],
                "managingOrganization": reference("", None, more["places"].get(patient.managing_location_id)),
                "link": [{"other": reference("Patient", into), "type": "replaced-by"}] if into else [],
            }
        )


PARTS = ("patient_name", "patient_identifier", "patient_telecom", "patient_address")


def by_patient(session: Session, table: Any, numbers: Sequence[int]) -> dict[int, list[Any]]:
    """The rows of these patients, each with its own, in the order in which they were written."""
    found: dict[int, list[Any]] = defaultdict(list)
    for each in session.scalars(select(table).where(table.patient_id.in_(numbers)).order_by(table.id)):
        found[each.patient_id].append(each)
    return found


def deceased(patient: Patient) -> Resource:
    """That somebody died, and when, where that is known."""
    if patient.deceased_at is not None:
        return {"deceasedDateTime": moment(patient.deceased_at)}
    return {"deceasedBoolean": patient.deceased}


def identifier(each: PatientIdentifier) -> Resource:
    """A number by its issuer."""
    kind = {"coding": [{"code": each.type_code}]} if each.type_code else None
    use = each.use if each.use in IDENTIFIER_USES else None
    return without_nothing({"use": use, "type": kind, "system": each.system, "value": each.value})


def name_of(each: PatientName) -> Resource:
    """One of the names."""
    use = each.use if each.use in NAME_USES else None
    given = [each.given] if each.given else []
    return without_nothing({"use": use, "text": each.text, "family": each.family, "given": given})


def is_given_out(each: PatientTelecom) -> bool:
    """Whether a number is the patient's own and not known to be wrong; postal ones are addresses."""
    return each.related_person_id is None and each.system != "postal" and each.status not in OVER


def telecom(each: PatientTelecom) -> Resource:
    """A number or address to write to."""
    rank = each.rank if each.rank and each.rank > 0 else None
    return without_nothing({"system": each.system, "value": each.value, "use": each.use, "rank": rank})


def address(each: PatientAddress) -> Resource:
    """Where somebody lives."""
    use = each.use if each.use in ADDRESS_USES else None
    parts = {"use": use, "text": each.text, "state": each.state, "postalCode": each.postal_code}
    return without_nothing({**parts, "country": each.country})
