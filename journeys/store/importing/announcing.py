"""Tells the house what an import brought: one event per new or changed row that somebody may wait for.

What happened more than `HISTORY` before the import is history: nobody waits for it, and a load of twenty years of
records would otherwise wake every journey that listens.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.store.events import emit
from journeys.store.importing.recording import BOUND, Incoming
from journeys.store.importing.writing import core
from journeys.store.people import Patient

MERGED_INTO = "merged_into_id"
HISTORY = dt.timedelta(days=400)


def living(session: Session, incoming: Sequence[Incoming]) -> set[int]:
    """The patients among these who exist already and are alive: asked before they are written."""
    known = [each.row_id for each in incoming if each.kind.table is Patient and not each.row_is_new]
    if not known:
        return set()
    return set(session.scalars(select(Patient.id).where(Patient.id.in_(known), ~Patient.deceased)))


def announce(session: Session, act: Act, incoming: Sequence[Incoming], alive: set[int]) -> None:
    """Emit the events of these records, kind by kind."""
    told: dict[str, list[Mapping[str, Any]]] = {}
    for each in incoming:
        for kind in events_of(each, act.now, alive):
            told.setdefault(kind, []).append(event_row(each, act.now))
    for kind, rows in sorted(told.items()):
        emit(session, act, kind, rows)


def events_of(incoming: Incoming, now: dt.datetime, alive: set[int]) -> list[str]:
    """The kinds of events that a record makes."""
    row = incoming.row
    if row is None:
        return []
    if incoming.state == BOUND and not incoming.row_is_new:
        return when_bound(incoming)
    if incoming.kind.table is Patient:
        changed = ["patient.created" if incoming.row_is_new else "patient.changed"]
        died = row.values["deceased"] and incoming.row_id in alive
        return [*changed, "patient.deceased"] if died else changed
    if incoming.kind.event is None or (row.at is not None and row.at < now - HISTORY):
        return []
    return [incoming.kind.event]


def when_bound(incoming: Incoming) -> list[str]:
    """Nothing is new but a reference; few change what becomes of somebody: to the kept record, to a referral."""
    values = {} if incoming.row is None else incoming.row.values
    if incoming.kind.table is Patient:
        return ["patient.changed"] if values.get(MERGED_INTO) is not None else []
    told = incoming.kind.event
    return [told] if told and incoming.kind.bound_by and values.get(incoming.kind.bound_by) is not None else []


def event_row(incoming: Incoming, now: dt.datetime) -> dict[str, Any]:
    """The columns of an event about this record's row; a change of state happens when it is learnt."""
    values = incoming.given.values
    is_change = (incoming.kind.event or "").endswith(".changed")
    return {
        "patient_id": incoming.patient_id,
        "subject_kind": core(incoming.kind.table).name,
        "subject_id": incoming.row_id,
        "code_system": values.get("code_system"),
        "code": values.get("code"),
        "outcome": values.get("status") if is_change else None,
        "at": now if is_change or incoming.given.at is None else incoming.given.at,
    }
