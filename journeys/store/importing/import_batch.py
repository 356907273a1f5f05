"""Imports one batch of received resources: what is new or changed goes into the store, the rest is left alone."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.ids import new_uid
from journeys.store.importing.applying import Landing, apply, note, read_rows
from journeys.store.importing.judging import known_records, known_subjects, remember_others, sort_out
from journeys.store.importing.kept import KEPT
from journeys.store.importing.kinds.base import Context
from journeys.store.importing.received import Received
from journeys.store.importing.recording import Incoming, Tally, lock_source


def import_batch(session: Session, act: Act, landing: Landing, batch: Sequence[Received]) -> Tally:
    """Apply a batch and say what became of each resource; a malformed one is in `rejections`, with every problem."""
    tally = Tally()
    context = Context(act.now, landing.region)
    lock_source(session, landing.source_id)
    known = known_records(session, landing.source_id, {(each.resource_type, each.outside_id) for each in batch})
    result = sort_out(batch, known, known_subjects(session, known, batch), landing.started_at, tally)
    remember_others(session, known, result)
    incoming: list[Incoming] = []
    for key, (received, outcome) in result.applied.items():
        record = known.get(key)
        record_id, record_uid = (record.id, record.uid) if record is not None else (0, new_uid())
        each = Incoming(received, outcome, record_id, record_uid, KEPT, None, others=result.others.get(key, set()))
        rejection = read_rows(received, each, context)
        if rejection is not None:
            tally.reject(rejection)
            continue
        tally.counts[received.resource_type, outcome] += 1
        incoming.append(each)
    apply(session, act, landing, incoming)
    note(session, incoming, tally)
    return tally
