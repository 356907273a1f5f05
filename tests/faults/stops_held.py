"""Row F17, for certain: sending is held at a named point until a STOP has come as far as it is to come.

claimed  the messages are claimed and the channel is called; STOP is said and commits, then sending goes on
open     the same, but STOP has not committed as sending goes on: it commits when nothing more is under way
calling  the provider's call has begun; STOP comes and waits, the provider takes the message, STOP commits

Of the first two nothing may leave. At the last the provider asks the database, as it takes a message, whether the STOP
is committed. A race counts where its point was really reached: the message was passed over in that very claim, or the
database shows that STOP waits for it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from sqlalchemy import select, text

from journeys.contact.channels.base import Outcome
from journeys.contact.replies.receive import Arrived, receive
from journeys.contact.sending.deliver import deliver
from journeys.foundation import advisory
from journeys.foundation.acting import act, enter
from journeys.store.contact import Message
from launcher.programs import until
from tests.faults.alone import CARRIER, Alone, alone
from tests.faults.providers import Played
from tests.faults.stops import Raced, Witness, as_played, judge
from tests.make import an_act

CLAIMED, OPEN, CALLING = POINTS = ("claimed", "open", "calling")
AT_ONCE = 12
"""Races in one claim: fewer than there are lanes, so that no STOP waits for another, and few enough for one look."""

PATIENCE = 4.0
"""Seconds in which STOP begins to wait; it waits for five."""

WAITS = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    " AND classid = CAST(:leaving AS oid) AND objid = CAST(:patient AS oid)"
).bindparams(leaving=advisory.LEAVING)


class Held(Witness):
    """A provider at which everything stops until STOP has come."""

    batch = 3

    def __init__(self, here: Alone, seed: int, pool: ThreadPoolExecutor) -> None:
        super().__init__(here.engine, seed)
        self.here = here
        self.pool = pool
        self.numbers: dict[int, str] = {}
        self.messages: dict[int, int] = {}
        self.points: dict[int, str] = {}
        self.reached: Counter[str] = Counter()
        self.saying: list[Future[None]] = []
        self.is_first = False

    def expect(self, numbers: Mapping[int, str]) -> None:
        """The next claim is of these patients; each has a point in turn."""
        self.is_first = True
        self.numbers |= numbers
        with self.here.house.sessions() as session:
            query = select(Message.id, Message.patient_id).where(Message.patient_id.in_(numbers)).order_by(Message.id)
            messages = {row[0]: row[1] for row in session.execute(query)}
        self.messages |= messages
        self.points |= {message: POINTS[place % len(POINTS)] for place, message in enumerate(messages)}
        self.asked = {point: [each for each in messages if self.points[each] == point] for point in POINTS}

    def send(self, envelopes) -> Iterator[Outcome]:
        """One claim. What did not come to its turn in the first is claimed again, when every STOP is committed."""
        if not self.is_first:
            yield from super().send(envelopes)
            return
        self.is_first = False
        for each in self.asked[CLAIMED]:
            self.say_stop(self.messages[each])
        with ExitStack() as stack:
            for each in self.asked[OPEN]:
                stack.enter_context(self.saying_stop(self.messages[each]))
            yield from super().send(envelopes)
            passed_over = set(envelopes.kept_back)
        for point in (CLAIMED, OPEN):
            self.reached[point] += len(passed_over & set(self.asked[point]))

    def send_one(self, envelope) -> Outcome:
        """The provider's call: held until STOP waits for it, where that is the point."""
        if self.points[envelope.message_id] == CALLING:
            patient = self.messages[envelope.message_id]
            self.saying.append(self.pool.submit(self.say_stop, patient))
            self.reached[CALLING] += until(lambda: self.waits_for(patient), PATIENCE)
        return super().send_one(envelope)

    def say_stop(self, patient: int) -> None:
        """A whole STOP."""
        act(self.here.house, an_act(), receive, self.stop_of(patient))

    @contextmanager
    def saying_stop(self, patient: int) -> Iterator[None]:
        """A STOP that commits at the end."""
        with self.here.house.sessions() as session, session.begin():
            enter(session, an_act())
            receive(session, an_act(), self.stop_of(patient))
            yield

    def stop_of(self, patient: int) -> Arrived:
        """What arrives."""
        return Arrived(CARRIER, f"stop-{patient}", self.numbers[patient], "STOP")

    def waits_for(self, patient: int) -> bool:
        """Whether somebody waits until nothing is being handed over to a patient."""
        with self.engine.connect() as connection:
            return bool(connection.scalar(WAITS, {"patient": patient}))


def played(count: int, seed: int) -> Played:
    """So many races, as a row of the matrix."""
    return as_played(*held_races(count, seed))


def held_races(count: int, seed: int) -> tuple[Raced, Counter[str]]:
    """So many races, each held at its point; how many came to which."""
    raced = Raced()
    with alone(seed, connections=2 * AT_ONCE + 10) as here, ThreadPoolExecutor(AT_ONCE) as pool:
        held = Held(here, seed, pool)
        for begin in range(0, count, AT_ONCE):
            held.expect(here.let_in(min(AT_ONCE, count - begin)))
            here.plan()
            while deliver(here.house, an_act(), {CARRIER: held}).total:
                pass
            for each in held.saying:
                each.result()
        for patient in list(held.numbers)[::3]:
            held.say_stop(patient)
        judge(here, held, held.numbers, raced)
    too_late = [each for each in held.taken if held.points[each] != CALLING]
    raced.wrong["sent after STOP"] += len(set(too_late) - held.too_late)
    raced.wrong = +raced.wrong
    raced.races = held.reached.total()
    return raced, held.reached
