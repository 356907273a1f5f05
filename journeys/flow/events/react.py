"""What `House.react` is given: after every verb, do what its events call for, until nothing new happens."""

from __future__ import annotations

from sqlalchemy import func
from sqlalchemy.orm import Session

from journeys.flow.events.resolve import lock_lanes_of, resolve
from journeys.flow.reactions import REACTIONS
from journeys.foundation.acting import Act
from journeys.foundation.database import PREPARED
from journeys.store.events import Event, emitted, of_this_transaction

MOST_ROUNDS = 8
"""What happens may make things happen; after so many rounds the rest is left to the next look at exits and waits."""

NEWEST = of_this_transaction().with_only_columns(func.max(Event.id)).execution_options(**PREPARED)
"""The last event of this transaction."""


def react(session: Session, act: Act) -> None:
    """Run the reactions to each kind of event that was emitted, then resolve; again for what these emit."""
    after = 0
    for _ in range(MOST_ROUNDS):
        kinds, to_lock = emitted(session)
        if not kinds:
            return
        newest = session.scalar(NEWEST) or after
        called = [(each, kind) for each in REACTIONS.values() for kind in sorted(kinds & set(each.kinds))]
        if called and to_lock:
            lock_lanes_of(session, of_this_transaction().where(Event.id > after))
        for reaction, kind in called:
            reaction().react(session, act, of_this_transaction(kind).where(Event.id > after, Event.id <= newest))
        # a reaction may have emitted events of the same kinds for others
        if called or to_lock:
            lock_lanes_of(session, of_this_transaction().where(Event.kind.in_(kinds), Event.id > after))
        resolve(session, act, kinds, after)
        after = newest
