"""A safety clock as values: what it watches, how long that may take, what is next, and who is asked when nothing
happens.

    format: 1
    name: {en: Referral without an answer}
    entity: referral            one of `entities/`
    state: sent                 one of the entity's states
    where: {priority: [urgent]}   only these (optional); `severity` likewise
    limit: {working_days: 2}
    hard_limit: {days: 42}      from here on it is red (optional)
    sooner:                     shorter limits for some; the first that fits holds
      - {priority: [urgent, asap, stat], limit: {hours: 4}}
    risk: raised                how much it matters by itself: ordinary, raised, high
    next_step: {en: Send it again and call the specialist}
    queue: front-desk           whose it is while nobody has taken it; tasks have a queue of their own
    escalation:                 what happens by itself, so much after the limit: a task, asked of the queue or another
      - {after: {minutes: 0}, priority: routine}
      - {after: {working_days: 1}, priority: urgent, queue: medical-lead}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from journeys.foundation.tables import Texts
from journeys.store.putting_in_force.definitions import SAFETY_CLOCK, live_versions
from journeys.work.clocks.entities import ENTITIES
from journeys.work.clocks.entities.base import Entity, State
from journeys.work.clocks.limits import Limit, limit_of

FORMAT = 1
RISKS = ("ordinary", "raised", "high")
"""How much a row matters, from the least: their numbers are what SQL compares."""


@dataclass(frozen=True)
class Some:
    """Which rows: of these priorities and severities, of all where none is said."""

    priorities: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sooner:
    """Shorter limits for some rows."""

    of: Some
    limit: Limit
    hard_limit: Limit | None


@dataclass(frozen=True)
class Rung:
    """What happens so long after the limit: with which priority somebody is asked, of which queue if of another."""

    after: Limit
    priority: str
    queue: str | None


@dataclass(frozen=True)
class Clock:
    """One safety clock in force."""

    slug: str
    name: Texts
    entity: str
    state: str
    of: Some
    limit: Limit
    hard_limit: Limit | None
    sooner: tuple[Sooner, ...]
    risk: int
    next_step: Texts
    queue: str | None
    escalation: tuple[Rung, ...]

    @property
    def kind(self) -> type[Entity]:
        """What it watches."""
        return ENTITIES[self.entity]

    @property
    def stands(self) -> State:
        """The state that it watches."""
        return self.kind.states[self.state]


def clock_of(slug: str, content: Mapping[str, Any]) -> Clock:
    """What a checked content means."""
    return Clock(
        slug=slug,
        name=content["name"],
        entity=content["entity"],
        state=content["state"],
        of=some_of(content.get("where", {})),
        limit=limit_of(content["limit"]),
        hard_limit=hard_limit_of(content),
        sooner=tuple(
            Sooner(some_of(each), limit_of(each["limit"]), hard_limit_of(each)) for each in content.get("sooner", ())
        ),
        risk=RISKS.index(content.get("risk", RISKS[0])),
        next_step=content["next_step"],
        queue=content.get("queue"),
        escalation=tuple(
            Rung(limit_of(each["after"]), each["priority"], each.get("queue")) for each in content.get("escalation", ())
        ),
    )


def some_of(written: Mapping[str, Any]) -> Some:
    """The conditions that stand in a map."""
    return Some(tuple(written.get("priority", ())), tuple(written.get("severity", ())))


def hard_limit_of(written: Mapping[str, Any]) -> Limit | None:
    """The hard limit, where there is one."""
    return limit_of(written["hard_limit"]) if "hard_limit" in written else None


def clocks_in_force(session: Session) -> tuple[Clock, ...]:
    """Every clock that runs, by slug. One of an entity or state that this version does not know any more is left
    out."""
    found = [clock_of(slug, version.content) for slug, version in live_versions(session, SAFETY_CLOCK).items()]
    return tuple(each for each in found if each.entity in ENTITIES and each.state in ENTITIES[each.entity].states)
