"""Works out anew when enrolments are due that wait for a date of their focus record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_, update
from sqlalchemy.orm import Session

from journeys.flow.running.batch import QUIET, Batch
from journeys.flow.running.versions import published
from journeys.flow.text.catalogue import read_defaults
from journeys.foundation.acting import Act, ring_after_commit
from journeys.store.enrolments import Enrolment


def retime(session: Session, act: Act, records: Select[Any], more: Mapping[str, Select[Any]]) -> None:
    """`records` SELECTs (kind, id) of what has changed, `more` gives further ids by kind."""
    about: list[ColumnElement[bool]] = [tuple_(Enrolment.focus_kind, Enrolment.focus_id).in_(records)]
    about += [and_(Enrolment.focus_kind == kind, Enrolment.focus_id.in_(ids)) for kind, ids in more.items()]
    rows = session.execute(
        select(Enrolment.version_id, Enrolment.step, Enrolment.id)
        .where(or_(*about), Enrolment.ended_at.is_(None), Enrolment.woken_by.is_(None))
        .order_by(Enrolment.version_id, Enrolment.step, Enrolment.patient_id)
        .with_for_update()
    ).all()
    places: dict[tuple[int, Any], list[int]] = {}
    for version_id, step_id, enrolment_id in rows:
        places.setdefault((version_id, step_id), []).append(enrolment_id)
    journeys = published(session, {version_id for version_id, _ in places}) if places else {}
    defaults = read_defaults(session) if places else None
    for (version_id, step_id), ids in places.items():
        if defaults is not None and journeys[version_id].journey.nodes[step_id].step.follows_focus:
            move_due(Batch(session, act, defaults, journeys[version_id], ids), step_id)


def move_due(batch: Batch, step_id: str) -> None:
    """Due when the step says now; the step itself follows the focus, so it does say."""
    rows = batch.rows()
    due = batch.node(step_id).step.due(rows)
    if due is None:
        return
    moved = select(rows.c.enrolment_id, due.label("due_at")).subquery("moved")
    batch.session.execute(
        update(Enrolment)
        .where(Enrolment.id == moved.c.enrolment_id, Enrolment.due_at.is_distinct_from(moved.c.due_at))
        .values(due_at=moved.c.due_at)
        .execution_options(**QUIET)
    )
    ring_after_commit(batch.session, "advance")
