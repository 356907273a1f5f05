"""A batch: enrolments of one version that one transaction works on together, and the history they leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, insert, literal, select
from sqlalchemy.orm import Session

from journeys.flow.running.relation import know_zones, one_of_ids, rows_where
from journeys.flow.running.versions import PublishedJourney
from journeys.flow.steps.base import Rows
from journeys.flow.text.catalogue import Defaults
from journeys.flow.text.definition import Node
from journeys.foundation.acting import Act
from journeys.store.enrolments import Enrolment, EnrolmentHistory

QUIET = {"synchronize_session": False}
"""Bulk updates leave the session's own objects alone: it holds none."""


@dataclass(frozen=True)
class Batch:
    """Enrolments of one version, claimed together; `ids` in patient order."""

    session: Session
    act: Act
    defaults: Defaults
    published: PublishedJourney
    ids: Sequence[int]

    def rows(self, where: ColumnElement[bool] | None = None) -> Rows:
        """The relation as it stands now, or the part of it for which `where` holds."""
        chosen = one_of_ids(Enrolment.id, self.ids)
        return rows_where(self.act, self.defaults, self.published, chosen if where is None else chosen & where)

    def node(self, step_id: str) -> Node:
        """One step of the version."""
        return self.published.journey.nodes[step_id]

    def know_zones(self) -> None:
        """Make sure that SQL can work with the time zones of these patients."""
        know_zones(self.session, select(Enrolment.patient_id).where(one_of_ids(Enrolment.id, self.ids)), self.defaults)

    def only(self, ids: Sequence[int]) -> Batch:
        """The same for fewer enrolments."""
        return Batch(self.session, self.act, self.defaults, self.published, ids)


def record(batch: Batch) -> None:
    """One history row for each enrolment of the batch that leaves its step, by its `exit_port`."""
    columns: dict[str, Any] = {
        "enrolment_id": Enrolment.id,
        "patient_id": Enrolment.patient_id,
        "version_id": Enrolment.version_id,
        "step": Enrolment.step,
        "stage": Enrolment.stage,
        "visit": Enrolment.visit,
        "port": Enrolment.exit_port,
        "entered_at": Enrolment.step_entered_at,
        "left_at": literal(batch.act.now),
        "woken_by": Enrolment.woken_by,
        "act": literal(batch.act.by),
    }
    leaving = one_of_ids(Enrolment.id, batch.ids) & Enrolment.exit_port.is_not(None)
    chosen = select(*columns.values()).where(leaving).order_by(Enrolment.patient_id)
    batch.session.execute(insert(EnrolmentHistory).from_select(list(columns), chosen))
