"""What only shows with many messages and many workers at once."""

import datetime as dt
import math
import threading

import pytest
from sqlalchemy import event, func, insert, select, update

from journeys.contact.channels import CHANNELS
from journeys.contact.deciding.plan import plan
from journeys.contact.sending import threshold
from journeys.contact.sending.claim import LOOKED_AT
from journeys.contact.sending.deliver import deliver
from journeys.foundation.acting import House, act
from journeys.foundation.database import WORKER, connect, sessions
from journeys.store.contact import Consent, Message
from journeys.store.people import Patient, PatientTelecom
from tests import make as a
from tests.make import NOON, an_act

PHONE = {"phone_simulator": CHANNELS["phone_simulator"]()}


def crowd(make, people, messages_each=1):
    """Patients with consent and a number, and planned messages for each, in few statements."""
    with make.begin() as session:
        version = a.template(session)
        facts = {"language": "en", "time_zone": "America/New_York"}
        ids = session.scalars(insert(Patient).returning(Patient.id), [facts] * people).all()
        telecoms = [PatientTelecom(patient_id=each, system="sms", value=f"+1212555{each:04}") for each in ids]
        session.add_all(telecoms)
        said = {"decision": "permit", "purpose": "care", "from_at": NOON, "source": "form", "recorded_by": "test"}
        session.execute(insert(Consent), [{"patient_id": each, **said} for each in ids])
        planned = [
            {
                "patient_id": each,
                "lane": each & 255,
                "purpose": "care",
                "planned_at": NOON,
                "template_version_id": version,
            }
            for each in ids
            for _ in range(messages_each)
        ]
        session.execute(insert(Message), planned)
    return ids


class Counting:
    """How many statements an engine ran."""

    def __init__(self, engine):
        self.statements = []
        event.listen(engine, "before_cursor_execute", lambda *about: self.statements.append(about[2]))

    def of(self, do):
        self.statements.clear()
        do()
        return len(self.statements)


def test_the_number_of_statements_does_not_depend_on_the_number_of_messages(make, house, engine, monkeypatch):
    # a slow machine looks again at what has not left yet, which is another statement
    for name in ("FRESH", "LASTS", "LONGEST"):
        monkeypatch.setattr(threshold, name, math.inf)
    crowd(make, 1)
    act(house, an_act(), plan)  # keeps the rules and the zone, which happens once
    deliver(house, an_act(), PHONE)
    counting = Counting(engine)
    of_planning, of_sending = [], []
    for people in (20, LOOKED_AT):  # as many as are looked at together
        crowd(make, people)
        of_planning.append(counting.of(lambda: act(house, an_act(), plan)))
        of_sending.append(counting.of(lambda: deliver(house, an_act(), PHONE)))
    assert of_planning[0] == of_planning[1]
    assert of_sending[0] == of_sending[1]
    assert of_planning[0] < 12


def test_what_waits_for_others_is_not_looked_through(make, house, engine):
    """Whose message is decided is one patient; an index on when messages may go finds those of everybody, and each
    message that was put off would make all others dearer."""
    crowd(make, 5)
    asked = []
    event.listen(engine, "before_cursor_execute", lambda *about: asked.append((about[2], about[3])))
    act(house, an_act(), plan)
    (decision,) = [each for each in asked if each[0].startswith("WITH chosen") and "UPDATE message" in each[0]]
    with engine.connect() as connection:
        steps = connection.exec_driver_sql(f"EXPLAIN {decision[0]}", decision[1]).scalars().all()
    assert any("ix_message" in each for each in steps)
    assert not [each for each in steps if "ix_message_to_plan" in each]


@pytest.mark.slow
def test_a_cap_of_one_holds_for_two_journeys_and_eight_workers(make, database, read):
    """Two messages for every patient; the workers' clocks differ by a moment, so that half of them see the more urgent
    one of the second journey and half do not: without the lane lock both would be released."""
    people = 40
    crowd(make, people, messages_each=2)
    with make.begin() as session:
        second = select(func.max(Message.id)).group_by(Message.patient_id)
        session.execute(
            update(Message).where(Message.id.in_(second)).values(priority=90, not_before=NOON + dt.timedelta(seconds=1))
        )
    engine = connect(database.url, WORKER, pool_size=8)
    house = House(sessions(engine))
    together = threading.Barrier(8)
    failures = []

    def worker(number):
        together.wait(30)
        clock = an_act(NOON + dt.timedelta(seconds=2 * (number % 2)))
        try:
            while act(house, clock, plan, limit=7).decided:
                pass
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=worker, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(120)
    engine.dispose()
    assert failures == []
    released = read(
        select(Message.patient_id, func.count()).where(Message.status == "released").group_by(Message.patient_id)
    )
    assert len(released) == people
    assert {count for _, count in released} == {1}
    waiting = read(select(Message.not_before).where(Message.status == "planned").distinct())
    assert (dt.datetime(2026, 3, 4, 5, 0, tzinfo=dt.UTC),) in waiting


def test_three_a_week_and_not_more(make, house, read):
    crowd(make, 1, messages_each=5)
    sent = []
    for hour in range(24 * 9):
        now = NOON + dt.timedelta(hours=hour)
        while act(house, an_act(now), plan).decided:
            pass
        sent += [now.day] * deliver(house, an_act(now), PHONE).accepted
    assert sent == [3, 4, 5, 10, 11]
