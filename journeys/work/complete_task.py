"""Somebody has done a task: its outcome is kept, and the journey that waits for it goes on."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, refuse_errors
from journeys.foundation.words import N_
from journeys.store.tasks import Task
from journeys.work.finding import actor, open_task
from journeys.work.telling import tell

LONGEST_NOTE = 4_000


def complete_task(
    session: Session,
    act: Act,
    uid: uuid.UUID,
    outcome: str | None = None,
    note: str | None = None,
    row_version: int | None = None,
    roles: Collection[str] | None = None,
) -> Task:
    """Close the task with one of its outcomes and return it; a task without outcomes takes none.

    Stale when it is closed already: a second click must not look like a second call. Forbidden when its queue asks for
    none of `roles`.
    """
    task = open_task(session, uid, row_version, roles)
    refuse_errors(problems_of(task, outcome, note))
    task.status = "completed"
    task.outcome = outcome
    task.owner = task.owner or actor(act)
    task.completed_at = act.now
    task.completed_by = actor(act)
    if note:
        task.note = note
    tell(session, act, task, "task.completed", outcome)
    return task


def problems_of(task: Task, outcome: str | None, note: str | None) -> list[Problem]:
    """What is wrong with how it is said to have ended."""
    known = [str(each["code"]) for each in task.outcomes]
    problems = []
    if known and outcome not in known:
        data = {"outcomes": ", ".join(known)}
        problems.append(Problem("outcome", N_("Say how it ended, with one of: %(outcomes)s"), data))
    if not known and outcome is not None:
        problems.append(Problem("outcome", N_("This task has no outcomes to choose from")))
    if note is not None and len(note) > LONGEST_NOTE:
        problems.append(Problem("note", N_("At most %(most)s characters"), {"most": LONGEST_NOTE}))
    return problems
