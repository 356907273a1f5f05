"""The records that custom fields are on, found by what stands in addresses; changes that overwrite nothing unseen."""

import hashlib
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.criteria.custom.current import Values, read_values
from journeys.criteria.custom.read_custom_values import fields_to_see, read_custom_values
from journeys.criteria.custom.records import TABLES
from journeys.criteria.custom.set_custom_values import set_custom_values
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, Stale
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.people import Patient


@dataclass(frozen=True)
class Record:
    """One record: what it is, and whose."""

    kind: str
    id: int
    patient_id: int


def find_record(session: Session, kind: str, uid: uuid.UUID) -> Record:
    """The record of this kind and uid. Missing when there is none in the act's scope."""
    table = TABLES[kind]
    owner = table.id if table is Patient else table.patient_id
    row = session.execute(select(table.id, owner).where(table.uid == uid)).first()
    if row is None:
        raise Missing(f"There is no such {kind} here")
    return Record(kind, *row)


def mark_of(values: Values) -> str:
    """What stands for these values: other values, other mark."""
    written = orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(written).hexdigest()[:32]


def change_values(
    session: Session,
    act: Act,
    record: Record,
    values: Mapping[str, Any],
    marks: Collection[str],
    place: str,
    roles: Collection[str],
) -> Values:
    """Record values if those that stand are still the ones that were read; return all that these roles may see.

    Stale when none of `marks` is the mark of what stands now: somebody changed the record since. `*` is any. Otherwise
    as `set_custom_values`.
    """
    # the same lock that recording takes, so that nobody comes between looking and writing
    lock_lanes(session, [lane_of(record.patient_id)])
    slugs = list(fields_to_see(session, act, record.kind, roles))
    before = read_values(session, record.kind, [record.id], slugs)[record.id]
    if mark_of(before) not in marks and "*" not in marks:
        raise Stale(f"{record.kind} {record.id} was changed by somebody else")
    set_custom_values(session, act, record.kind, record.id, values, place, roles)
    return read_custom_values(session, act, record.kind, [record.id], roles)[record.id]
