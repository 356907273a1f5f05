"""An administrator writes how a queue works: what it promises, who gets its tasks, and which come first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem, Stale, refuse_errors
from journeys.foundation.ids import is_slug
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import SEGMENT
from journeys.store.staffing import QueuePriority
from journeys.store.tasks import ASSIGNMENTS, CLAIM, TaskQueue

MOST_SKILLS = 20
RAISED = ("urgent", "asap")
LONGEST = 366 * 24 * 60
"""Minutes; nothing is promised for longer than calendars are written out."""


@dataclass(frozen=True)
class QueueSettings:
    """What is decided about a queue; minutes of working time."""

    response_minutes: int | None = None
    resolution_minutes: int | None = None
    warn_percent: int = 80
    pause_minutes: int = 1_440
    effort_minutes: int = 10
    assignment: str = CLAIM
    skills: tuple[str, ...] = ()
    priorities: Mapping[str, str] = field(default_factory=dict)
    """Segment (a slug) → the priority that tasks about its patients have at least."""


def keep_queue(
    session: Session, act: Act, slug: str, given: QueueSettings, row_version: int | None = None
) -> TaskQueue:
    """Return the queue as it is from now on: what was promised before stays promised. Invalid with every problem, Stale
    when somebody changed it."""
    refuse_errors(problems_of(given))
    queue = session.scalar(select(TaskQueue).where(TaskQueue.slug == slug).with_for_update())
    if queue is None:
        raise Missing("There is no such queue")
    if row_version is not None and queue.row_version != row_version:
        raise Stale("Somebody else changed this queue first")
    for name, value in asdict(given).items():
        if name != "priorities":
            setattr(queue, name, sorted(set(value)) if name == "skills" else value)
    put_first(session, queue, given.priorities)
    session.flush()
    audit.note(session, "U", TaskQueue.__tablename__, [queue.id], detail={"queue": slug})
    return queue


def put_first(session: Session, queue: TaskQueue, priorities: Mapping[str, str]) -> None:
    """Write which segments come first, in place of what was said before. Invalid where there is no such segment."""
    named = select(Definition.slug, Definition.id).where(
        Definition.kind == SEGMENT, Definition.slug.in_(list(priorities))
    )
    known = dict(session.execute(named).all())
    missing = sorted(set(priorities) - set(known))
    if missing:
        raise Invalid([Problem("priorities", N_("There is no segment %(segment)s"), {"segment": missing[0]})])
    session.execute(delete(QueuePriority).where(QueuePriority.queue_id == queue.id))
    for slug, priority in sorted(priorities.items()):
        session.add(QueuePriority(queue_id=queue.id, segment_id=known[slug], priority=priority))


def settings_of(session: Session, queue: TaskQueue) -> QueueSettings:
    """What is decided about it now."""
    said = (
        select(Definition.slug, QueuePriority.priority)
        .join(Definition, Definition.id == QueuePriority.segment_id)
        .where(QueuePriority.queue_id == queue.id)
        .order_by(Definition.slug)
    )
    priorities = dict(session.execute(said).all())
    plain = {name: getattr(queue, name) for name in QueueSettings.__dataclass_fields__ if hasattr(queue, name)}
    return QueueSettings(**{**plain, "skills": tuple(queue.skills), "priorities": priorities})


def problems_of(given: QueueSettings) -> Iterator[Problem]:
    """What is wrong with it, each at its place."""
    least = {"response_minutes": 1, "resolution_minutes": 1, "pause_minutes": 0, "effort_minutes": 1}
    for name, fewest in least.items():
        minutes = getattr(given, name)
        if minutes is not None and not fewest <= minutes <= LONGEST:
            yield Problem(name, N_("From %(least)s to %(most)s minutes"), {"least": fewest, "most": LONGEST})
    if not 1 <= given.warn_percent <= 100:
        yield Problem("warn_percent", N_("From 1 to 100 per cent"))
    if given.assignment not in ASSIGNMENTS:
        yield Problem("assignment", N_("Choose who gets the tasks"))
    yield from problems_of_skills(given.skills)
    if not set(given.priorities.values()) <= set(RAISED):
        yield Problem("priorities", N_("Choose a priority"))


def problems_of_skills(skills: Collection[str]) -> Iterator[Problem]:
    """Short codes, and not too many."""
    wrong = [skill for skill in skills if not is_slug(skill)]
    if wrong:
        yield Problem("skills", N_("Use short codes, for example wound-care"))
    if len(skills) > MOST_SKILLS:
        yield Problem("skills", N_("At most %(most)s"), {"most": MOST_SKILLS})
