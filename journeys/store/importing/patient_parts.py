"""The rows around a patient: names, identifiers, ways to reach them, addresses, and the tokens of all of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from journeys.foundation.tokens import email_token, identifier_token, name_tokens, phone_number, phone_token
from journeys.store.importing.kinds.base import Context, human_name
from journeys.store.importing.reading import Reading
from journeys.store.importing.writing import insert_many, sealed_row, update_many
from journeys.store.people import (
    POSTAL,
    TELECOM_SYSTEMS,
    TELECOM_USES,
    PatientAddress,
    PatientIdentifier,
    PatientName,
    PatientTelecom,
    PatientToken,
)

SPOKEN = ("phone", "sms", "fax", "pager")
REPLACED = (PatientName, PatientIdentifier, PatientAddress, PatientToken)
"""Tables whose rows nothing refers to: a changed patient gets them anew. Telecom rows stay, messages refer to them."""

Secrets = dict[str, str | None]


@dataclass
class PatientParts:
    """What goes around one patient: (columns, secrets) per table, and tokens."""

    names: list[tuple[dict[str, Any], Secrets]] = field(default_factory=list)
    identifiers: list[tuple[dict[str, Any], Secrets]] = field(default_factory=list)
    telecoms: list[tuple[dict[str, Any], Secrets]] = field(default_factory=list)
    addresses: list[tuple[dict[str, Any], Secrets]] = field(default_factory=list)
    tokens: set[tuple[str, bytes]] = field(default_factory=set)


def read_parts(reading: Reading, context: Context) -> PatientParts:
    """Everything around the patient that a Patient resource says."""
    parts = PatientParts()
    for name in reading.each("name"):
        read_name(name, parts)
    for identifier in reading.each("identifier"):
        read_identifier(identifier, parts)
    for telecom in reading.each("telecom"):
        read_telecom(telecom, context, parts)
    for address in reading.each("address"):
        read_address(address, parts)
    return parts


def read_name(name: Reading, parts: PatientParts) -> None:
    """One name."""
    shown = human_name(name)
    if shown is None:
        return
    secrets = {"text": shown, "family": name.text("family"), "given": " ".join(name.texts("given")) or None}
    parts.names.append(({"use": name.text("use")}, secrets))
    for part in {shown, secrets["family"] or "", secrets["given"] or ""}:
        parts.tokens.update(name_tokens(part))


def read_identifier(identifier: Reading, parts: PatientParts) -> None:
    """One identifier."""
    value = identifier.text("value")
    kind = identifier.coded("type")
    if value is None:
        return
    columns = {"system": identifier.text("system"), "type_code": kind.code, "use": identifier.text("use")}
    parts.identifiers.append((columns, {"value": value}))
    parts.tokens.add(identifier_token(value))


def read_telecom(telecom: Reading, context: Context, parts: PatientParts) -> None:
    """One way to reach the patient; a number is kept in E.164, one that cannot be a number is marked as invalid."""
    value = telecom.text("value")
    system = telecom.choice("system", TELECOM_SYSTEMS)
    use = telecom.choice("use", TELECOM_USES)
    rank = telecom.whole("rank")
    starts, ends = telecom.period("period")
    if value is None:
        return
    system = system or ("email" if "@" in value else "phone")
    number = phone_number(value, context.region) if system in SPOKEN else None
    columns = {
        "system": system,
        "use": use,
        "rank": rank,
        "status": telecom_status(system, use, value, number, ends, context),
        "valid_from": starts,
        "valid_until": ends,
    }
    parts.telecoms.append((columns, {"value": number or value}))
    parts.tokens.update(telecom_tokens(system, value, context.region))


def telecom_status(
    system: str, use: str | None, value: str, number: str | None, ends: dt.datetime | None, context: Context
) -> str:
    """What is known of an address from its looks and its dates."""
    if use == "old" or (ends is not None and ends < context.now):
        return "ended"
    if (system in SPOKEN and number is None) or (system == "email" and "@" not in value):
        return "invalid"
    return "usable"


def telecom_tokens(system: str, value: str, region: str) -> Iterator[tuple[str, bytes]]:
    """The tokens under which a number or address is found."""
    if system == "email":
        yield email_token(value)
    token = phone_token(value, region) if system in SPOKEN else None
    if token is not None:
        yield token


def read_address(address: Reading, parts: PatientParts) -> None:
    """One postal address."""
    postal_code, state, country = (address.text(key) for key in ("postalCode", "state", "country"))
    pieces = [*address.texts("line"), address.text("city"), state, postal_code, country]
    shown = address.text("text") or ", ".join(piece for piece in pieces if piece)
    if shown:
        columns = {"use": address.text("use"), "state": state, "country": country}
        parts.addresses.append((columns, {"text": shown, "postal_code": postal_code}))
        read_postal(address, shown, parts)


def read_postal(address: Reading, shown: str, parts: PatientParts) -> None:
    """The same address as letters are sent to, a line for each of its lines; a bill's address is none."""
    if address.text("type") == "physical" or address.text("use") == "billing":
        return
    town = " ".join(each for each in map(address.text, ("city", "state", "postalCode")) if each)
    lines = [*address.texts("line"), town, address.text("country")]
    written = "\n".join(line for line in lines if line) if address.texts("line") else shown
    use = address.text("use")
    status = "ended" if use == "old" else "usable"
    dates = {"rank": None, "valid_from": None, "valid_until": None}
    columns = {"system": POSTAL, "use": use if use in TELECOM_USES else None, "status": status, **dates}
    parts.telecoms.append((columns, {"value": written}))


def write_patient_parts(session: Session, parts: Mapping[int, PatientParts], changed: Sequence[int]) -> None:
    """Write what goes around these patients; those that were known before (`changed`) get it anew."""
    if changed:
        for table in REPLACED:
            session.execute(delete(table).where(table.patient_id.in_(changed)))
    for table, name in ((PatientName, "names"), (PatientIdentifier, "identifiers"), (PatientAddress, "addresses")):
        rows = [
            sealed_row(table, secrets, patient_id=patient_id, **columns)
            for patient_id, each in parts.items()
            for columns, secrets in getattr(each, name)
        ]
        insert_many(session, table, rows)
    tokens = [
        {"patient_id": patient_id, "kind": kind, "token": token}
        for patient_id, each in parts.items()
        for kind, token in sorted(each.tokens)
    ]
    insert_many(session, PatientToken, tokens)
    write_telecoms(session, parts, changed)


def write_telecoms(session: Session, parts: Mapping[int, PatientParts], changed: Sequence[int]) -> None:
    """Add new addresses, bring known ones up to date, end those that the source no longer has.

    What was learnt of an address here (bounced, wrong person) outlives the import.
    """
    known = known_telecoms(session, changed)
    fresh: list[dict[str, Any]] = []
    updates: list[dict[str, Any]] = []
    for patient_id, each in parts.items():
        for columns, secrets in each.telecoms:
            row = known.pop((patient_id, columns["system"], secrets["value"]), None)
            if row is None:
                fresh.append(sealed_row(PatientTelecom, secrets, patient_id=patient_id, **columns))
            else:
                learnt = row.status in ("bounced", "reassigned", "wrong-person")
                updates.append({"id": row.id, **columns, "status": row.status if learnt else columns["status"]})
    gone = [{"id": row.id, "status": "ended"} for row in known.values() if row.status == "usable"]
    insert_many(session, PatientTelecom, fresh)
    update_many(session, PatientTelecom, updates)
    update_many(session, PatientTelecom, gone)


def known_telecoms(session: Session, patients: Sequence[int]) -> dict[tuple[int, str, str | None], PatientTelecom]:
    """The addresses of these patients that the store has, by what they are; those of people beside them are no
    source's to end."""
    if not patients:
        return {}
    own = (PatientTelecom.patient_id.in_(patients), PatientTelecom.related_person_id.is_(None))
    rows = session.scalars(select(PatientTelecom).where(*own))
    return {(row.patient_id, row.system, row.value): row for row in rows}
