"""The contact ledger adds up after any history, and each message stands in exactly one of its columns."""

import datetime as dt
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from journeys.contact.channels.base import Channel, Outcome, Receipt
from journeys.contact.deciding.plan import plan
from journeys.contact.inbound.take_receipt import take_receipt
from journeys.contact.ledger.balance import Period, Sums, balance
from journeys.contact.ledger.ledger_columns import COLUMN_OF
from journeys.contact.media import MEDIA
from journeys.contact.rules import RULES
from journeys.contact.sending.deliver import deliver
from journeys.contact.sending.next_few import LEASE
from journeys.contact.sending.settle import settle
from journeys.contact.sending.withdraw import withdraw
from journeys.foundation.acting import act
from journeys.foundation.errors import Invalid
from journeys.store.contact import MESSAGE_STATUSES, Message
from tests import make as a
from tests.make import NOON, an_act
from tests.sending import begun

pytestmark = pytest.mark.store

WAYS = ("journey", "template", "channel", "rule", "day")
WEEKS = count(1)
OUTCOMES = ("accepted", "refused", "unknown")


class Post(Channel):
    """A channel that says what the history wants it to say, and cannot be asked twice."""

    name = "email"
    medium = MEDIA["email"]
    address_systems = ("email",)

    def __init__(self, result, is_bad=False):
        self.result, self.is_bad = result, is_bad

    def send(self, envelopes):
        return [
            Outcome(
                each.message_id,
                self.result,
                reference=f"<{each.uid}-{each.attempt}>" if self.result == "accepted" else None,
                permanent=self.is_bad,
                address_is_bad=self.is_bad and self.result == "refused",
            )
            for each in envelopes
        ]


class History:
    """What happens to messages, one deed after another; time passes as the deeds say."""

    def __init__(self, make, house):
        self.make, self.house = make, house
        self.began = self.now = NOON + dt.timedelta(weeks=10 * next(WEEKS))
        self.patients = []
        self.planned = 0

    def ask(self, is_permitted, useful_for):
        """A message is asked for, of somebody who may be written to or not."""
        with self.make.begin() as session:
            patient = a.person(session, email="ada@example.org")
            if is_permitted:
                a.consent(session, patient)
            until = None if useful_for is None else self.now + dt.timedelta(hours=useful_for)
            row = a.message(
                session, patient, self.template, channels=["email"], planned_at=self.now, useful_until=until
            )
            self.patients.append(row.patient_id)
        self.planned += 1

    def decide(self):
        """Planning looks at what is due."""
        act(self.house, an_act(self.now), plan)

    def send(self, result, is_bad):
        """Released messages leave, and the provider says so."""
        deliver(self.house, an_act(self.now), {"email": Post(result, is_bad)})

    def die_while_sending(self):
        """Somebody takes what is released and is never heard of again."""
        begun(self.house, an_act(self.now), Post("accepted"))
        self.now += LEASE + dt.timedelta(seconds=1)

    def take_back(self, reason):
        """Whoever asked wants it no more, or something bars the patient."""
        act(self.house, an_act(self.now), withdraw, self.patients, reason)

    def answer(self):
        """Everybody who has a message writes back; of a delivered one the provider has said so before."""
        for row in self.rows():
            if row.status == "accepted":
                act(self.house, an_act(self.now), take_receipt, "email", Receipt("delivered", uid=row.uid))
        with self.make.begin() as session:
            sent = Message.patient_id.in_(self.patients) & Message.sent_at.is_not(None)
            session.execute(update(Message).where(sent).values(answered_at=self.now))

    def say(self, has_arrived):
        """A person says what became of what nobody knew."""
        for row in self.rows():
            if row.status == "unknown":
                act(self.house, an_act(self.now), settle, row.id, has_arrived)

    def wait(self, hours):
        """Time passes."""
        self.now += dt.timedelta(hours=hours)

    def rows(self):
        """This history's own messages."""
        with self.make.begin() as session:
            asked = select(Message).where(Message.planned_at >= self.began)
            return session.scalars(asked.where(Message.patient_id.in_(self.patients))).all()

    @property
    def template(self):
        """The version of the template, made once."""
        with self.make.begin() as session:
            return a.template(session)


DEEDS = st.one_of(
    st.tuples(st.just("ask"), st.booleans(), st.sampled_from([None, 1, 30])),
    st.tuples(st.just("decide")),
    st.tuples(st.just("send"), st.sampled_from(OUTCOMES), st.booleans()),
    st.tuples(st.just("die_while_sending")),
    st.tuples(st.just("answer")),
    st.tuples(st.just("take_back"), st.sampled_from(["journey-ended", "skipped", "consent-withdrawn"])),
    st.tuples(st.just("say"), st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from([1, 9, 24])),
)


def expected(rows):
    """The sums, counted one message after another by what the words of the ledger mean."""
    columns = [column_of(row.status, row.reasons) for row in rows]
    waiting = sum(row.status in ("planned", "released") for row in rows)
    deferred = sum(row.status == "planned" and row.not_before is not None for row in rows)
    delivered = sum(row.status == "delivered" for row in rows)
    answered = sum(row.answered_at is not None for row in rows)
    each = [columns.count(name) for name in ("sent", "held", "skipped", "failed")]
    return Sums(len(rows), *each, waiting, deferred, delivered, answered)


def lines_of(rows, by):
    """What each line of the account must say, counted one message after another."""
    key = {"channel": lambda row: row.channel, "rule": lambda row: rule_of(row.reasons)}[by]
    return {word: expected([row for row in rows if key(row) == word]) for word in {key(row) for row in rows}}


def rule_of(reasons):
    """The rule of the first reason."""
    if not reasons:
        return None
    return next((name for name, rule in RULES.items() if reasons[0] in rule.reasons), reasons[0])


def column_of(status, reasons):
    if status in ("sending", "accepted", "delivered"):
        return "sent"
    if status in ("undeliverable", "unknown"):
        return "failed"
    is_taken_back = status == "held" and reasons[0] in ("journey-ended", "skipped")
    return "skipped" if is_taken_back or status == "not-done" else "held"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(DEEDS, min_size=3, max_size=14))
def test_the_ledger_adds_up_after_any_history(make, house, deeds):
    history = History(make, house)
    history.ask(is_permitted=True, useful_for=None)
    for name, *arguments in deeds:
        getattr(history, name)(*arguments)
        period = Period(history.began, history.began + dt.timedelta(weeks=9))
        found = {by: act(house, an_act(history.now), balance, period, (), by) for by in WAYS}
        rows = history.rows()
        for by in ("channel", "rule"):
            assert {entry.slug: entry.sums for entry in found[by].entries} == lines_of(rows, by)
        assert found["day"].total == expected(history.rows())
        assert found["day"].total.planned == history.planned
        for account in found.values():
            assert account.adds_up
            assert all(entry.sums.adds_up for entry in account.entries)
            assert sum(entry.sums.planned for entry in account.entries) == account.total.planned


def test_every_status_of_what_leaves_has_its_column():
    assert set(COLUMN_OF) == set(MESSAGE_STATUSES) - {"received"}


@pytest.mark.parametrize("length", [dt.timedelta(0), dt.timedelta(days=-1), dt.timedelta(days=367)])
def test_a_period_that_cannot_be_shown_is_refused(house, length):
    with pytest.raises(Invalid):
        act(house, an_act(), balance, Period(NOON, NOON + length), ())
