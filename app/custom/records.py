"""The records that custom fields are on, found by what stands in addresses; changes that overwrite nothing unseen."""

import hashlib
import hmac
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask import current_app
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

MARKS = b"waymark marks of custom values"


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


def mark_of(record_kind: str, record_id: int, values: Values) -> str:
    """What stands for these values of this record: other values, other mark.

    It goes to who may not have opened all of them. Keyed with the portal's secret, so that nobody finds out what they
    are by trying; and of another record the same values have another mark.
    """
    written = orjson.dumps([record_kind, record_id, values], option=orjson.OPT_SORT_KEYS)
    return hmac.new(mark_key(), written, hashlib.sha256).hexdigest()[:32]


def mark_key() -> bytes:
    """The key of marks: drawn from the portal's secret, which signs other things too."""
    secret = current_app.secret_key
    if not secret:
        raise RuntimeError("The portal has no secret key")
    return hmac.digest(secret.encode() if isinstance(secret, str) else secret, MARKS, "sha256")


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
    if mark_of(record.kind, record.id, before) not in marks and "*" not in marks:
        raise Stale(f"{record.kind} {record.id} was changed by somebody else")
    set_custom_values(session, act, record.kind, record.id, values, place, roles)
    return read_custom_values(session, act, record.kind, [record.id], roles)[record.id]
