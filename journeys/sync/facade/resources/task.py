"""Task: work of people about a patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.store.access import Appointment
from journeys.store.referrals import Referral
from journeys.store.tasks import TASK_STATUSES, Task
from journeys.sync.facade.resources.base import (
    Kind,
    Resource,
    coded,
    in_english,
    moment,
    newest,
    ours,
    reference,
    uids_of,
    without_nothing,
)

ABOUT: dict[str, tuple[str, Any]] = {
    "referral": ("ServiceRequest", Referral),
    "appointment": ("Appointment", Appointment),
}
"""What a task may be about that is given out, too."""


class TaskKind(Kind):
    """Notes of staff and their names are not given out."""

    type = "Task"
    table = Task
    searches = ("patient", "status", "_lastUpdated")
    statuses = TASK_STATUSES

    @classmethod
    def changed(cls) -> ColumnElement[Any]:
        """The latest of its times."""
        return newest(Task.created_at, Task.claimed_at, Task.completed_at)

    @classmethod
    def gather(cls, session: Session, rows: Sequence[Any]) -> Mapping[str, Any]:
        """What they are about."""
        return {
            kind: uids_of(session, table, [task.focus_id for task, _ in rows if task.focus_kind == kind])
            for kind, (_, table) in ABOUT.items()
        }

    @classmethod
    def build(cls, row: Any, more: Mapping[str, Any], act: Act) -> Resource:
        """One piece of work."""
        found, patient = row
        named, _ = ABOUT.get(found.focus_kind, ("", None))
        about = more[found.focus_kind].get(found.focus_id) if named else None
        due = moment(found.due_at)
        return without_nothing(
            {
                "identifier": ours(found.uid),
                "status": found.status,
                "businessStatus": coded(found.outcome),
                "intent": "order",
                "priority": found.priority,
                "description": in_english(found.title),
                "focus": reference(named, about),
                "for": reference("Patient", patient),
                "executionPeriod": without_nothing(
                    {"start": moment(found.claimed_at), "end": moment(found.completed_at)}
                ),
                "authoredOn": moment(found.created_at),
                "restriction": {"period": {"end": due}} if due else None,
            }
        )
