"""What a draft of a safety clock would put on the board, and what its ladder would ask, if it were in force now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.criteria.limits import limited
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import refuse_errors
from journeys.work.clocks.check import clock_problems
from journeys.work.clocks.clock import Clock, clock_of
from journeys.work.clocks.publish_clock import queues_in_use
from journeys.work.clocks.reaching import reached
from journeys.work.clocks.safety_board import FEW, SOON, Kind, Wanted, kinds_of, lines_of


@dataclass(frozen=True)
class Preview:
    """`kind` is what the board would show, None for nothing; `asked` how many things each rung would ask about."""

    kind: Kind | None
    asked: tuple[int, ...]


def preview_clock(session: Session, act: Act, slug: str, content: Mapping[str, Any]) -> Preview:
    """The rows of the act's branches; Invalid with the problems of the content, or when it takes too long.

    What the clock in force has asked about already is not asked about again.
    """
    refuse_errors(clock_problems(content, queues_in_use(session)))
    clock = clock_of(slug, content)
    with limited(session, "entity"):
        rows = session.execute(lines_of([clock], act.now, act.now + SOON, Wanted(), FEW + 1)).all()
        asked = asked_now(session, act, clock)
    kind = next(iter(kinds_of(rows, {slug: clock}, FEW)), None)
    shown = kind.lines if kind else ()
    audit.note(
        session, "R", "safety-clock.preview", patients=[line.patient.id for line in shown], detail={"slug": slug}
    )
    return Preview(kind, asked)


def asked_now(session: Session, act: Act, clock: Clock) -> tuple[int, ...]:
    """How many things each rung has reached that it has not asked about."""
    climbing = reached([clock], act.now)
    if climbing is None:
        return ()
    rungs = climbing.subquery("rungs")
    found = {
        rung: int(count) for rung, count in session.execute(select(rungs.c.rung, func.count()).group_by(rungs.c.rung))
    }
    return tuple(found.get(place, 0) for place in range(len(clock.escalation)))
