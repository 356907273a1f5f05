"""Where messages leave the house: whoever says STOP came before, and nothing leaves, or comes after.

Between the claim of a message and the provider's call somebody may still say STOP. So each patient has a lock, shared
by those who hand over messages, from the last look at what speaks against one until the provider has answered. Whoever
speaks against messages takes it alone (`hold_what_leaves`), before any lane, until that is committed; a second lock
says meanwhile that somebody speaks, and lets nobody take a new look.

They are locks of the patient, not of the lane, and no transaction is open meanwhile (law 6): a slow provider holds up
nothing but words against messages of those to whom it is just handing one over, and these for some seconds. Nobody
waits here: a message whose patient is just speaking is kept back.

Few messages go through together: their patients are held, then they are marked as being sent where they still stand,
which is the look (`next_few`), and what came of the few before is written down with it. So no more than these few are
unknown when somebody dies here.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import overload

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from journeys.contact.channels.base import Envelope, Outcome
from journeys.contact.deciding.kept import is_one_of
from journeys.contact.deciding.standing import standing_of
from journeys.contact.sending.leaving import Claimed
from journeys.contact.sending.next_few import Few
from journeys.foundation import advisory
from journeys.foundation.database import PREPARED
from journeys.store.contact import Message

FRESH = 1.0
"""Seconds for which one look is good: less than whoever says STOP waits, so that nothing begins to leave later."""

LASTS = 5.0
"""Seconds for which the rules' own look at the claim is good. What has not begun to leave by then is looked at again:
night falls, an appointment is cancelled, and a slow provider keeps others waiting for their turn."""

LONGEST = 60.0
"""Seconds after which no more of a few begin to leave: a server that takes its time with each must not outlast the
lease that the few are marked with."""

TRY = (
    text("""
SELECT message, CASE WHEN pg_try_advisory_xact_lock_shared(:speaking, key)
                     THEN pg_try_advisory_lock_shared(:leaving, key) ELSE false END
FROM unnest(CAST(:messages AS bigint[]), CAST(:patients AS bigint[])) AS wanted(message, patient)
CROSS JOIN LATERAL (SELECT (patient % :largest)::int AS key) AS of_patient
""")
    .bindparams(speaking=advisory.SPEAKING, leaving=advisory.LEAVING, largest=advisory.LARGEST)
    .execution_options(**PREPARED)
)
LET_GO = (
    text("""
SELECT pg_advisory_unlock_shared(:leaving, (patient % :largest)::int)
FROM unnest(CAST(:patients AS bigint[])) AS patient
""")
    .bindparams(leaving=advisory.LEAVING, largest=advisory.LARGEST)
    .execution_options(**PREPARED)
)


class Threshold(Sequence[Envelope]):
    """The envelopes of one claim, each handed out only while nothing speaks against it; `kept_back` are those against
    which something was said. `begin` marks a few as being sent.

    A channel goes through it in order, and is told of no more before it has said what came of the last few; where it
    wants all its envelopes before it sends any, it goes through it again for the rest. Until an outcome is said the
    patient is held.
    """

    def __init__(self, session: Session, claimed: Claimed, few: int, begin: Callable[[list[int]], Few]) -> None:
        """Take a session in which nothing has begun: its connection is used without a transaction."""
        self.connection = session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        self.claimed = claimed
        self.few = few
        self.begin = begin
        self.waiting = deque(claimed.leaving)
        self.kept_back: list[int] = []
        self.marked: dict[int, Envelope] = {}
        self.held: dict[int, int] = {}
        self.under_way: set[int] = set()
        self.ends = time.monotonic() + LASTS

    @overload
    def __getitem__(self, place: int) -> Envelope: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Envelope]: ...

    def __getitem__(self, place: int | slice) -> Envelope | Sequence[Envelope]:
        """Nothing leaves out of turn."""
        raise TypeError("Envelopes leave in order")

    def __len__(self) -> int:
        """How many may leave at most."""
        return len(self.waiting)

    def __iter__(self) -> Iterator[Envelope]:
        """Few by few, while the channel owes no answer."""
        while self.waiting and not self.under_way:
            few = [self.waiting.popleft() for _ in range(min(self.few, len(self.waiting)))]
            yield from self.leave(few)
            if self.is_over:
                return

    @property
    def is_over(self) -> bool:
        """Whether nothing more leaves by this claim."""
        return not self.waiting or time.monotonic() > self.ends

    def leave(self, few: list[int]) -> Iterator[Envelope]:
        """One by one, with a new look where the last one is old."""
        began = looked_at = time.monotonic()
        held = self.hold(few)
        asked = [each for each in few if each in held]
        begun = self.begin(asked)
        beyond = asked[begun.room :]
        if beyond:
            self.waiting.extendleft(reversed(beyond))
            self.ends = 0.0
        standing = {each.message_id for each in begun.envelopes}
        self.marked |= {each.message_id: each for each in begun.envelopes}
        self.kept_back += [each for each in few if each not in standing and each not in beyond]
        for place, each in enumerate(begun.envelopes):
            if time.monotonic() - looked_at > FRESH:
                looked_at = time.monotonic()
                standing = self.look([one.message_id for one in begun.envelopes[place:]])
            is_late = time.monotonic() - began > LONGEST
            if each.message_id in standing and not is_late:
                self.under_way.add(each.message_id)
                yield each
            else:
                self.kept_back.append(each.message_id)

    def hold(self, messages: Sequence[int]) -> set[int]:
        """Hold the patients of these messages, as far as they are not just speaking; whose are held."""
        self.let_go()
        asked = {"messages": list(messages), "patients": self.claimed.patients_of(messages)}
        tried = self.connection.execute(TRY, asked).all()
        self.held |= {row[0]: self.claimed.leaving[row[0]].patient_id for row in tried if row[1]}
        return {row[0] for row in tried if row[1]}

    def look(self, messages: Sequence[int]) -> set[int]:
        """Hold them anew; the messages against which nothing was said since they were claimed."""
        held = self.hold(messages)
        is_mine = (Message.claim == self.claimed.claim) & (Message.status == "sending")
        now = select(Message.id, standing_of()).where(is_one_of(messages), is_mine)
        found = self.connection.execute(now).all()
        return {row[0] for row in found if row[0] in held and row[1] == self.claimed.leaving[row[0]].standing}

    def said(self, outcome: Outcome) -> None:
        """The provider has answered."""
        self.under_way.discard(outcome.message_id)

    def let_go(self) -> None:
        """End the hold on those who have nothing under way."""
        over = [each for each in self.held if each not in self.under_way]
        if over:
            self.connection.execute(LET_GO, {"patients": [self.held.pop(each) for each in over]})

    def close(self) -> None:
        """End every hold; where the server does not hear, the end of the connection does."""
        self.under_way.clear()
        try:
            self.let_go()
        except DBAPIError:
            self.connection.invalidate()
