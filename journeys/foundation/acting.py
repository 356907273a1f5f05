"""`Act` says when, who, which branches, why and what led to it; `act()` runs one verb whole.

    scope → verb → reactions → audit → commit → ring

Portal, worker, importer, simulator and tests all use it alike. A verb is called as `verb(session, act, **arguments)`;
it neither commits, nor reads a clock, nor knows Flask or RQ. What it emits, notes and rings is kept on the session
until the end, so an act that fails leaves nothing behind: no row, no audit of a thing that did not happen, no bell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.act import EVERYWHERE, Act, Scope
from journeys.foundation.database import PREPARED
from journeys.foundation.errors import Forbidden

__all__ = ["EVERYWHERE", "Act", "House", "Scope", "act", "enter", "ring_after_commit"]

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

BELLS = "waymark.bells"
SCOPE = text(
    "SELECT set_config('waymark.locations', :locations, true), set_config('waymark.actor', :actor, true)"
).execution_options(**PREPARED)


def no_reactions(session: Session, act: Act) -> None:
    """React to nothing."""


def no_bell(name: str) -> None:
    """Ring nothing: the sweep finds the work anyway."""


@dataclass(frozen=True)
class House:
    """What `act()` needs of the world: sessions of one database role, the reactions, the bell.

    `ring` must never raise: Redis only rings, and losing it loses nothing.
    """

    sessions: Callable[[], Session]
    react: Callable[[Session, Act], None] = no_reactions
    ring: Callable[[str], None] = no_bell


def act(
    house: House,
    doing: Act,
    verb: Callable[Concatenate[Session, Act, Parameters], Result],
    /,
    *args: Parameters.args,
    **kwargs: Parameters.kwargs,
) -> Result:
    """Run one verb in one transaction and return what it returns; raises what it raises, with nothing written.

    Exactly one refusal is written although the act failed: a Forbidden, because denied attempts are audited too.
    """
    try:
        with house.sessions() as session:
            with session.begin():
                enter(session, doing)
                result = verb(session, doing, *args, **kwargs)
                house.react(session, doing)
                audit.write(session, doing, verb_name(verb))
            bells = session.info.pop(BELLS, {})
    except Forbidden:
        write_refusal(house, doing, verb_name(verb))
        raise
    for name in bells:
        house.ring(name)
    return result


def enter(session: Session, doing: Act) -> None:
    """Tell the database, for this transaction only, which branches may be seen and who acts."""
    session.execute(SCOPE, {"locations": doing.scope.as_setting(), "actor": doing.by})


def ring_after_commit(session: Session, name: str) -> None:
    """Ask for a bell once this act has committed; each name rings once."""
    session.info.setdefault(BELLS, {})[name] = True


def write_refusal(house: House, doing: Act, name: str) -> None:
    """Keep that this actor was refused."""
    with house.sessions() as session, session.begin():
        enter(session, doing)
        audit.note(session, "E", "act", outcome="8")
        audit.write(session, doing, name)


def verb_name(verb: Callable[..., Any]) -> str:
    """`flow.advance` for journeys.flow.running.advance.advance: the room and the verb, as the audit calls it for good,
    wherever in its room it lies. Of a part of a verb's module, `flow.advance.part`."""
    parts = verb.__module__.removeprefix("journeys.").split(".")
    return ".".join(dict.fromkeys((parts[0], parts[-1], verb.__name__)))
