"""What a draft of a safety clock would do is known before it is in force, and two people put it there."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import database as connections
from journeys.foundation.errors import Forbidden, Invalid, Stale
from journeys.store.putting_in_force.definitions import SAFETY_CLOCK, find
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.two_people import CHANGED, WAITING
from journeys.store.referrals import Referral
from journeys.store.tasks import Task, TaskQueue
from journeys.work.clocks.approve_clock import approve_clock
from journeys.work.clocks.ask_for_clock import ask_for_clock
from journeys.work.clocks.preview_clock import preview_clock
from journeys.work.clocks.reviewing import open_question
from tests import make
from tests.servers import Cluster
from tests.unit.work.watching import SENT

pytestmark = pytest.mark.store

NOW = dt.datetime(2026, 3, 3, 17, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
CARL, ADA = make.an_act(NOW, by="user:carl"), make.an_act(NOW, by="user:ada")
LADDER = [{"after": {"minutes": 0}, "priority": "routine"}, {"after": {"days": 5}, "priority": "urgent"}]
CONTENT = {**SENT, "limit": {"days": 2}, "escalation": LADDER}


@pytest.fixture
def sent(cluster: Cluster) -> Iterator[Session]:
    """Referrals that were sent 30, 4 and 1½ days ago, and one that is accepted."""
    fresh = cluster.new()
    engine = connections.connect(fresh.url, connections.WORKER)
    with Session(engine) as session:
        stand_still(session)
        yield session
        session.rollback()
    engine.dispose()
    cluster.drop(fresh)


def stand_still(session: Session) -> None:
    session.add(TaskQueue(slug="recall", name={"en": "Recall"}))
    patient = make.person(session, sms=None)
    for status, days in (("sent", 30), ("sent", 4), ("sent", 1.5), ("accepted", 30)):
        at = NOW - days * DAY
        session.add(Referral(patient_id=patient.id, recorded_at=at, status=status, status_at=at))
    session.flush()


def test_a_draft_says_what_would_be_on_the_board_and_what_its_ladder_would_ask(sent: Session) -> None:
    found = preview_clock(sent, CARL, "sent", CONTENT)
    assert found.kind is not None
    assert (found.kind.late, found.kind.soon, len(found.kind.lines)) == (2, 1, 3)
    assert found.asked == (2, 1)
    assert sent.scalars(select(Task)).all() == []


def test_nothing_stands_still_and_what_is_wrong_is_said(sent: Session) -> None:
    found = preview_clock(sent, CARL, "sent", {**CONTENT, "limit": {"days": 60}, "escalation": []})
    assert (found.kind, found.asked) == (None, ())
    with pytest.raises(Invalid, match="limit"):
        preview_clock(sent, CARL, "sent", {**CONTENT, "limit": {}})


def test_a_second_person_puts_in_force_what_was_asked_for(sent: Session) -> None:
    save_draft(sent, CARL, SAFETY_CLOCK, "sent", CONTENT["name"], CONTENT)
    asked = ask_for_clock(sent, CARL, "sent")
    question = open_question(sent, ADA, find(sent, SAFETY_CLOCK, "sent"))
    assert question is not None
    assert question.state == WAITING
    with pytest.raises(Forbidden):
        approve_clock(sent, CARL, "sent", asked.fingerprint)
    assert approve_clock(sent, ADA, "sent", asked.fingerprint).content == CONTENT


def test_what_changed_since_or_waited_too_long_is_asked_for_anew(sent: Session) -> None:
    save_draft(sent, CARL, SAFETY_CLOCK, "sent", CONTENT["name"], CONTENT)
    asked = ask_for_clock(sent, CARL, "sent")
    with pytest.raises(Stale):
        approve_clock(sent, make.an_act(NOW + 7 * DAY, by="user:ada"), "sent", asked.fingerprint)
    save_draft(sent, CARL, SAFETY_CLOCK, "sent", CONTENT["name"], {**CONTENT, "risk": "high"})
    question = open_question(sent, ADA, find(sent, SAFETY_CLOCK, "sent"))
    assert question is not None
    assert question.state == CHANGED
    with pytest.raises(Stale):
        approve_clock(sent, ADA, "sent", asked.fingerprint)
