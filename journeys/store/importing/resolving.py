"""Finds the rows behind references: first in the batch itself, then in the store, one query a type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journeys.store.importing.kinds import KINDS
from journeys.store.importing.kinds.base import PATIENT
from journeys.store.importing.recording import Incoming
from journeys.store.importing.references import Reference
from journeys.store.sources import SourceAlias, SourceRecord

Name = tuple[str, str | bytes]
"""Resource type, and outside id or alias token."""


class Targets:
    """The rows that the references of a batch may lead to."""

    def __init__(self, session: Session, source_id: int, incoming: Sequence[Incoming]) -> None:
        """Know the batch's own rows, and look the others up."""
        self.here: dict[Name, Incoming] = {}
        for each in incoming:
            if each.row is not None:
                self.here.update(dict.fromkeys(names_of(each), each))
        rows = [each.row for each in incoming if each.row is not None]
        wanted = {reference for row in rows for some in row.references.values() for reference in some}
        self.stored = stored_rows(session, source_id, wanted)

    def find(self, reference: Reference, order: int) -> int | None:
        """The row behind a reference, if it exists or is written before rows of this order."""
        for key in (reference.token, reference.outside_id):
            if key is None:
                continue
            name = (reference.resource_type, key)
            stored = self.stored.get(name)
            if stored is not None:
                return stored
            near = self.here.get(name)
            if near is not None and near.row is not None and near.kind.order <= order:
                return near.row_id
        return None


def names_of(incoming: Incoming) -> list[Name]:
    """Every name of a record."""
    resource_type = incoming.received.resource_type
    return [(resource_type, incoming.received.outside_id), *((resource_type, token) for token in incoming.aliases)]


def resolve(session: Session, source_id: int, incoming: Sequence[Incoming]) -> None:
    """Fill the columns that refer. A record that lacks what it needs loses its row and waits.

    `incoming` is in order of kinds, so that a record that waits makes those wait that need it.
    """
    targets = Targets(session, source_id, incoming)
    for each in incoming:
        row = each.row
        if row is None:
            continue
        for column, references in row.references.items():
            found = (targets.find(reference, each.kind.order) for reference in references)
            row.values[column] = next((number for number in found if number is not None), None)
            if row.values[column] is None:
                each.awaited.extend((reference, column in row.needed) for reference in references)
        each.patient_id = each.row_id if each.received.resource_type == "Patient" else row.values.get(PATIENT)
        # a kind may do without a patient, its row cannot
        if any(needed for _, needed in each.awaited) or (PATIENT in row.values and each.patient_id is None):
            each.row = None


def stored_rows(session: Session, source_id: int, wanted: Iterable[Reference]) -> dict[Name, int]:
    """The rows in the store, by every name that was asked for."""
    ids: dict[str, set[str]] = {}
    tokens: dict[str, set[bytes]] = {}
    for reference in wanted:
        if reference.outside_id is not None:
            ids.setdefault(reference.resource_type, set()).add(reference.outside_id)
        if reference.token is not None:
            tokens.setdefault(reference.resource_type, set()).add(reference.token)
    found: dict[Name, int] = {}
    for resource_type in sorted({*ids, *tokens} & set(KINDS)):
        by_id = rows_by_id(session, source_id, resource_type, ids.get(resource_type, set()))
        by_token = rows_by_token(session, source_id, resource_type, tokens.get(resource_type, set()))
        found |= {(resource_type, name): number for name, number in (by_id | by_token).items()}
    return found


def rows_by_id(session: Session, source_id: int, resource_type: str, outside_ids: set[str]) -> dict[str | bytes, int]:
    """The rows of the records with these ids."""
    if not outside_ids:
        return {}
    chosen = rows_of(resource_type, SourceRecord.outside_id).where(
        SourceRecord.source_id == source_id,
        SourceRecord.resource_type == resource_type,
        SourceRecord.outside_id.in_(outside_ids),
    )
    return dict(each_pair(session, chosen))


def rows_by_token(session: Session, source_id: int, resource_type: str, tokens: set[bytes]) -> dict[str | bytes, int]:
    """The rows of the records with these aliases. Most urns are no alias at all, so the aliases are asked alone."""
    if not tokens:
        return {}
    aliases = session.execute(
        select(SourceAlias.token, SourceAlias.source_record_id).where(
            SourceAlias.source_id == source_id,
            SourceAlias.resource_type == resource_type,
            SourceAlias.token.in_(tokens),
        )
    ).all()
    if not aliases:
        return {}
    records = {record for _, record in aliases}
    chosen = rows_of(resource_type, SourceRecord.id).where(SourceRecord.id.in_(records))
    rows: dict[int, int] = dict(each_pair(session, chosen))
    return {bytes(token): rows[record] for token, record in aliases if record in rows}


def each_pair(session: Session, chosen: Select[Any]) -> Iterator[tuple[Any, int]]:
    """The rows of a SELECT of two columns."""
    return ((first, second) for first, second in session.execute(chosen))


def rows_of(resource_type: str, name: Any) -> Select[Any]:
    """SELECT something of the records of a type, and their row. A patient is whom the record was linked to."""
    if resource_type == "Patient":
        return select(name, SourceRecord.patient_id).where(SourceRecord.patient_id.is_not(None))
    table: Any = KINDS[resource_type].table
    return select(name, table.id).join(table, table.source_record_id == SourceRecord.id)
