"""The jobs of Waymark: each finds its own work, and the tick finds what nobody rang for."""

import datetime as dt
from collections.abc import Iterator

import pytest
from redis import Redis
from rq import Queue
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from config import Settings
from journeys.care.guidelines.publish_guideline import publish_guideline
from journeys.store.contact import Message
from journeys.store.due import DueItem
from journeys.store.enrolments import Enrolment
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import GUIDELINE
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.tasks import TaskQueue
from journeys.worker import performing, workshop
from journeys.worker.assembling import make_workshop
from journeys.worker.jobs import JOBS
from journeys.worker.sweep import LAST_TICK, sweep
from journeys.worker.workshop import Job, Round, Workshop
from tests import make
from tests.faults import canaries, scenario
from tests.make import NOON, an_act
from tests.unit.care.guidelines.contents import content as guideline_content

PAST, FUTURE = NOON - dt.timedelta(minutes=1), NOON + dt.timedelta(minutes=1)


class HeldClock:
    """Shows the time it was set to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def shop(settings: Settings, clock: HeldClock) -> Iterator[Workshop]:
    made = make_workshop(settings, clock, JOBS)
    performing.use(made)
    yield made
    made.engine.dispose()
    made.bell.connection.close()


@pytest.fixture
def session(shop: Workshop) -> Iterator[Session]:
    with shop.house.sessions() as session:
        yield session


def waiting(redis: Redis) -> set[str]:
    """The names of the jobs in both queues."""
    queues = [Queue(name, connection=redis, serializer="json") for name in ("urgent", "default")]
    return {job.args[0] for queue in queues for job in queue.jobs}


def empty(redis: Redis) -> None:
    redis.flushdb()


def message(session: Session, **facts: object) -> Message:
    return make.message(session, make.person(session), None, **facts)


def enrolment(session: Session, due_at: dt.datetime, status: str = "active") -> None:
    version = make.template(session)
    definition = session.execute(text("SELECT definition_id FROM definition_version")).scalars().first()
    person = make.person(session)
    times = {"entered_at": PAST, "step_entered_at": PAST, "due_at": due_at}
    lane = person.id & 255
    session.add(
        Enrolment(
            definition_id=definition,
            version_id=version,
            patient_id=person.id,
            lane=lane,
            step="wait",
            status=status,
            entered_by="test",
            **times,
        )
    )
    session.flush()


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"status": "planned"}, ["plan"]),
        ({"status": "planned", "not_before": PAST}, ["plan"]),
        ({"status": "planned", "not_before": FUTURE}, []),
        ({"status": "released", "channel": "email"}, ["deliver"]),
        ({"status": "released", "channel": "email", "not_before": FUTURE}, []),
        ({"status": "sending", "channel": "email", "claimed_until": PAST}, ["deliver"]),
        ({"status": "sending", "channel": "email", "claimed_until": FUTURE}, []),
        ({"status": "held", "reasons": ["deceased"]}, []),
    ],
)
def test_the_sweep_finds_messages(session: Session, facts: dict, found: list[str]) -> None:
    message(session, **facts)
    assert sweep(session, an_act()) == found


@pytest.mark.parametrize(
    ("due_at", "status", "found"), [(PAST, "active", ["advance"]), (FUTURE, "active", []), (PAST, "on-hold", [])]
)
def test_the_sweep_finds_enrolments(session: Session, due_at: dt.datetime, status: str, found: list[str]) -> None:
    enrolment(session, due_at, status)
    assert sweep(session, an_act()) == found


def test_the_tick_rings_and_says_when(shop: Workshop, redis: Redis, session: Session) -> None:
    message(session)
    session.commit()
    performing.perform("tick")
    each_minute = {"refresh", "due", "enrol", "facts", "clocks", "identity", "slots", "service-levels", "work"}
    assert waiting(redis) == {"plan", *each_minute, "attendance", "upkeep", "retention"}
    assert redis.get(LAST_TICK) == NOON.isoformat().encode()


def test_segments_are_refreshed_once_a_minute_and_what_is_daily_once_a_day(
    shop: Workshop, redis: Redis, clock: HeldClock
) -> None:
    performing.perform("tick")
    kept = {key: redis.get(key) for key in redis.scan_iter("waymark:rung:in-period:*")}
    seen = []
    for minutes in (0, 0.5, 1, 60 * 24):
        empty(redis)
        for key, value in kept.items():
            redis.set(key, value)
        clock.now = NOON + dt.timedelta(minutes=minutes)
        performing.perform("tick")
        seen.append(waiting(redis))
    each_minute = {"refresh", "due", "enrol", "facts", "clocks", "identity", "slots", "service-levels", "work"}
    assert seen == [set(), set(), each_minute, {*each_minute, "attendance", "upkeep", "retention"}]


def test_a_job_that_has_more_to_do_than_time_rings_itself_again(
    settings: Settings, redis: Redis, monkeypatch: pytest.MonkeyPatch, clock: HeldClock
) -> None:
    rounds = []

    def endless(now: Round) -> bool:
        rounds.append(now.lanes)
        return True

    monkeypatch.setattr(workshop, "SECONDS_OF_WORK", 0.0)
    shop = make_workshop(settings, clock, {"endless": Job(endless, "default")})
    performing.use(shop)
    performing.perform("endless", 1, 4)
    assert [len(lanes) for lanes in rounds] == [64]
    assert waiting(redis) == {"endless"}
    shop.engine.dispose()
    shop.bell.connection.close()


def test_upkeep_makes_the_partitions_of_the_year_to_come(shop: Workshop, session: Session, clock: HeldClock) -> None:
    clock.now = dt.datetime(2031, 5, 6, tzinfo=dt.UTC)
    performing.perform("upkeep")
    made = session.execute(text("SELECT to_regclass('event_2032_05'), to_regclass('event_2032_07')")).one()
    assert made == ("event_2032_05", None)


def test_what_is_due_is_worked_out_by_its_job(shop: Workshop, session: Session, clock: HeldClock) -> None:
    with session.begin():
        session.add(TaskQueue(slug="recall", name={"en": "Recall"}))
        whole = guideline_content(population={"field": "deceased", "is": "false"}, anchors=None)
        save_draft(session, an_act(), GUIDELINE, "bp", whole["name"], whole)
        publish_guideline(session, an_act(), "bp")
        session.add_all([Patient(), Patient()])
    for _ in range(2):
        performing.perform("due")
        assert session.scalar(select(func.count(DueItem.id))) == 2
        session.rollback()


def test_a_journey_is_walked_by_the_jobs_alone(shop: Workshop, session: Session, clock: HeldClock) -> None:
    """Refresh, enrol, advance, plan, deliver: each does its part, and the second time nothing."""
    with session.begin():
        scenario.publish_everything(session, an_act())
        canaries.plant(session, an_act(), range(6))
    for _ in range(2):
        for name in ("refresh", "enrol", "advance", "plan", "deliver"):
            performing.perform(name)
        counts = {
            table: session.execute(text(f"SELECT count(*) FROM {table}")).scalar()
            for table in ("segment_member", "enrolment", "message")
        }
        assert counts == {"segment_member": 6, "enrolment": 6, "message": 6}
        assert session.execute(text("SELECT DISTINCT status FROM message")).scalars().all() == ["delivered"]
        session.rollback()
