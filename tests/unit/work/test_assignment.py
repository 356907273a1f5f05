"""Who gets which task: the next one, in turns, by load, skills and capacity; pauses, absences, handing over."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.foundation.acting import House, act
from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import OWNER, WORKER, connect, sessions
from journeys.foundation.errors import Invalid, Stale
from journeys.store.configuration import Definition
from journeys.store.conversations import Conversation
from journeys.store.enrolments import SegmentMember
from journeys.store.organisation import Practitioner, PractitionerRole
from journeys.store.scope import EVERY_BRANCH
from journeys.store.staffing import QueuePriority, StaffWork
from journeys.store.tasks import Task, TaskQueue
from journeys.work.claim_next import claim_next
from journeys.work.distribute import distribute
from journeys.work.hand_over import hand_over, to_hand_over
from journeys.work.keep_absence import end_absence, keep_absence
from journeys.work.pause_task import pause_task
from journeys.work.raise_priorities import raise_priorities
from journeys.work.resume_tasks import resume_task, resume_tasks
from journeys.work.stand_in import stand_in
from tests import make
from tests.door import written
from tests.make import NOON, added, an_act
from tests.one_database import engine, session
from tests.servers import Cluster

__all__ = ["engine", "session"]

pytestmark = pytest.mark.store

HOUR = dt.timedelta(hours=1)
STAFF = ("nina", "rose", "sami")


def a_queue(session: Session, **facts: Any) -> TaskQueue:
    """A queue of nurses, three of whom work everywhere."""
    for username in STAFF:
        person = added(session, Practitioner(username=username))
        session.add(PractitionerRole(practitioner_id=person.id, code="nurse"))
        session.add(PractitionerRole(practitioner_id=person.id, code=EVERY_BRANCH))
    return added(session, TaskQueue(slug="calls", name={"en": "Calls"}, role_code="nurse", **facts))


def tasks(session: Session, queue: TaskQueue, number: int = 1, **facts: Any) -> list[Task]:
    made = []
    for place in range(number):
        patient = make.person(session, sms=None)
        about = {"patient_id": patient.id, "queue_id": queue.id, "title": {"en": "Call"}, "outcomes": []}
        due = {"created_at": NOON, "due_at": NOON + (place + 1) * HOUR}
        made.append(added(session, Task(**{**about, **due, **facts})))
    return made


def by(username: str, now: dt.datetime = NOON) -> Any:
    return an_act(now, by=f"user:{username}")


def owners(session: Session, rows: list[Task]) -> list[str | None]:
    session.expire_all()
    return [row.owner for row in rows]


def test_the_next_task_is_the_most_urgent_that_is_free(session: Session) -> None:
    queue = a_queue(session)
    first, second, third = tasks(session, queue, 3)
    third.priority = "asap"
    waiting, taken = tasks(session, queue, 2, priority="stat")
    waiting.status, taken.owner = "on-hold", "rose"
    other = added(session, TaskQueue(slug="other", name={"en": "Other"}, role_code="doctor"))
    tasks(session, other, priority="stat")
    session.flush()
    given = [claim_next(session, by("nina"), roles=("nurse",)) for _ in range(4)]
    assert [task and task.id for task in given] == [third.id, first.id, second.id, None]
    assert (third.owner, third.status, third.claimed_at) == ("nina", "accepted", NOON)


def test_who_lacks_a_skill_is_given_nothing_of_that_queue(session: Session) -> None:
    queue = a_queue(session, skills=["spanish", "wounds"])
    [task] = tasks(session, queue)
    session.add_all(
        [StaffWork(username="nina", skills=["spanish"]), StaffWork(username="rose", skills=[*queue.skills])]
    )
    session.flush()
    assert claim_next(session, by("nina")) is None
    found = claim_next(session, by("rose"))
    assert found is not None and found.id == task.id


def test_in_turns_whoever_was_given_something_longest_ago_comes_first(session: Session) -> None:
    queue = a_queue(session, assignment="round-robin")
    tasks(session, queue, owner="nina", status="completed", completed_at=NOON, completed_by="x", claimed_at=NOON)
    tasks(session, queue, owner="rose", claimed_at=NOON - HOUR)
    rows = tasks(session, queue, 4)
    [help_me] = tasks(session, queue, priority="stat")
    assert distribute(session, an_act(NOON + HOUR)) == 4
    assert owners(session, [*rows, help_me]) == ["sami", "rose", "nina", "sami", None]
    assert distribute(session, an_act(NOON + HOUR)) == 0


def test_by_load_counts_minutes_and_stops_where_somebody_is_full_or_away(session: Session) -> None:
    queue = a_queue(session, assignment="least-loaded", effort_minutes=10)
    tasks(session, queue, owner="nina", effort_minutes=25)
    tasks(session, queue, owner="nina", status="on-hold", effort_minutes=90)
    session.add_all([StaffWork(username="rose", capacity_minutes=29), StaffWork(username="nina", capacity_minutes=45)])
    session.flush()
    keep_absence(session, by("sami"), NOON - HOUR, NOON + HOUR)
    rows = tasks(session, queue, 6)
    assert distribute(session, an_act()) == 4
    assert owners(session, rows) == ["rose", "rose", "nina", "nina", None, None]
    assert end_absence(session, by("sami", NOON)) == 1
    assert distribute(session, an_act()) == 2
    assert owners(session, rows)[4:] == ["sami", "sami"]


def test_only_who_works_in_the_branch_with_the_role_is_given_something(session: Session) -> None:
    here, elsewhere = make.branch(session, "here"), make.branch(session, "elsewhere")
    queue = added(session, TaskQueue(slug="calls", name={}, role_code="nurse", assignment="round-robin"))
    for username, code, place in (("ann", "nurse", here), ("bea", "nurse", elsewhere), ("cy", "doctor", here)):
        person = added(session, Practitioner(username=username))
        session.add(PractitionerRole(practitioner_id=person.id, code=code, location_id=place.id))
    rows = tasks(session, queue, 2, location_id=here.id)
    assert distribute(session, an_act()) == 2
    assert owners(session, rows) == ["ann", "ann"]


def test_a_pause_moves_the_due_time_by_working_time_up_to_the_limit(session: Session) -> None:
    daily = {str(day): [["09:00", "17:00"]] for day in range(1, 8)}
    calendar = written(session, "America/New_York", daily, [], NOON.date() - dt.timedelta(days=1))
    queue = a_queue(session, calendar_id=calendar, pause_minutes=360)
    [task] = tasks(session, queue, due_at=NOON + 4 * HOUR)
    paused = pause_task(session, by("nina"), task.uid)
    assert (paused.status, paused.paused_until) == ("on-hold", NOON + 22 * HOUR)
    with pytest.raises(Stale):
        pause_task(session, by("nina"), task.uid)
    back = resume_task(session, by("nina", NOON + 2 * HOUR), task.uid)
    assert (back.status, back.due_at, back.paused_seconds) == ("requested", NOON + 22 * HOUR, 2 * 3_600)
    again = pause_task(session, by("nina", NOON + 2 * HOUR), task.uid)
    assert again.paused_until == NOON + 22 * HOUR
    assert resume_tasks(session, an_act(NOON + 21 * HOUR)) == 0
    assert resume_tasks(session, an_act(NOON + 30 * HOUR)) == 1
    session.refresh(task)
    assert (task.status, task.paused_seconds, task.due_at) == ("requested", 6 * 3_600, NOON + 26 * HOUR)
    with pytest.raises(Invalid, match="as long as its queue allows"):
        pause_task(session, by("nina", NOON + 30 * HOUR), task.uid)
    task.priority = "stat"
    with pytest.raises(Invalid, match="asks for help at once"):
        pause_task(session, by("nina", NOON + 30 * HOUR), task.uid)


def test_what_is_theirs_goes_to_who_stands_in_and_to_nobody_else(session: Session) -> None:
    queue = a_queue(session)
    [talked, plain] = tasks(session, queue, 2, owner="nina", status="accepted")
    talk = added(
        session,
        Conversation(patient_id=talked.patient_id, task_id=talked.id, owner="nina", opened_at=NOON, last_at=NOON),
    )
    doctors = added(session, TaskQueue(slug="doctors", name={}, role_code="doctor"))
    [strange] = tasks(session, doctors, owner="nina", status="accepted")
    keep_absence(session, by("nina"), NOON + HOUR, NOON + 9 * HOUR, "rose")
    assert stand_in(session, an_act()) == 0
    assert stand_in(session, an_act(NOON + HOUR)) == 3
    assert owners(session, [talked, plain, strange]) == ["rose", "rose", None]
    assert (talk.owner, strange.status) == ("rose", "requested")
    assert stand_in(session, an_act(NOON + 9 * HOUR)) == 0
    for wrong in ((NOON, NOON), (NOON, NOON + 367 * 24 * HOUR)):
        with pytest.raises(Invalid, match="within a year"):
            keep_absence(session, by("nina"), *wrong)
    with pytest.raises(Invalid, match="colleague"):
        keep_absence(session, by("nina"), NOON, NOON + HOUR, "nina")


def test_a_hand_over_moves_what_was_looked_at_and_is_still_theirs(session: Session) -> None:
    queue = a_queue(session)
    rows = tasks(session, queue, 3, owner="nina", status="accepted")
    doctors = added(session, TaskQueue(slug="doctors", name={}, role_code="doctor"))
    [stays] = tasks(session, doctors, owner="nina", status="accepted")
    moving, staying = to_hand_over(session, by("nina"), "rose")
    assert ([task.id for task in moving], [task.id for task in staying]) == ([task.id for task in rows], [stays.id])
    rows[1].owner = "sami"
    session.flush()
    assert hand_over(session, by("nina"), "rose", [task.id for task in (*rows[:2], stays)]) == 1
    assert owners(session, [*rows, stays]) == ["rose", "sami", "nina", "nina"]
    with pytest.raises(Invalid):
        hand_over(session, by("nina"), "nobody", [])


def test_a_segment_makes_tasks_of_its_patients_urgent_and_never_less(session: Session) -> None:
    queue = a_queue(session)
    rows = tasks(session, queue, 3)
    rows[1].priority = "stat"
    segment = added(session, Definition(kind="segment", slug="frail", name={}, status="draft", changed_by="test"))
    session.add(QueuePriority(queue_id=queue.id, segment_id=segment.id, priority="asap"))
    for task in rows[:2]:
        session.add(SegmentMember(segment_id=segment.id, patient_id=task.patient_id, entered_at=NOON))
    session.flush()
    assert raise_priorities(session, an_act()) == 1
    session.expire_all()
    assert [task.priority for task in rows] == ["asap", "stat", "routine"]
    assert raise_priorities(session, an_act()) == 0


CLERKS, WAITING = 8, 40


@pytest.fixture
def crowd(cluster: Cluster) -> Iterator[Engine]:
    database = cluster.new()
    crowd = connect(database.url, WORKER, pool_size=CLERKS)
    yield crowd
    crowd.dispose()
    cluster.drop(database)


def test_no_two_clerks_get_one_task(crowd: Engine) -> None:
    made = sessions(crowd)
    with made() as session, session.begin():
        tasks(session, a_queue(session), WAITING)
    house = House(made)

    def work(number: int) -> list[int]:
        mine, misses = [], 0
        while misses < 20:
            task = act(house, by(f"clerk{number}"), claim_next)
            misses = misses + 1 if task is None else 0
            mine += [task.id] if task is not None else []
        return mine

    with ThreadPoolExecutor(CLERKS) as pool:
        taken = list(pool.map(work, range(CLERKS)))
    assert len({each for mine in taken for each in mine}) == sum(map(len, taken)) == WAITING
    with made() as session:
        for number, mine in enumerate(taken):
            assert set(session.scalars(select(Task.owner).where(Task.id.in_(mine)))) <= {f"clerk{number}"}
    owner = connect(crowd.url, OWNER)
    with sessions(owner)() as session:
        noted = session.scalars(select(AuditEntry.subject_ids).where(AuditEntry.verb == "work.claim_next")).all()
    owner.dispose()
    assert sorted(each for ids in noted for each in ids) == sorted(each for mine in taken for each in mine)
