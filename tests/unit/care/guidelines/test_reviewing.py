"""Two people put a guideline in force: one asks, another approves exactly that."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.care.guidelines.approve_guideline import approve_guideline
from journeys.care.guidelines.ask_for_guideline import ask_for_guideline
from journeys.care.guidelines.reviewing import open_question
from journeys.criteria.publish_segment import publish_segment
from journeys.foundation.errors import Forbidden, Invalid, Stale
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import GUIDELINE, SEGMENT, find
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.two_people import CHANGED, WAITING
from journeys.store.reviews import DefinitionReview
from journeys.store.tasks import TaskQueue
from tests import make
from tests.unit.care.guidelines.contents import content

pytestmark = pytest.mark.store

NOW = dt.datetime(2026, 3, 3, 17, tzinfo=dt.UTC)
CARL, ADA = make.an_act(NOW, by="user:carl"), make.an_act(NOW, by="user:ada")


def draft(session: Session, **parts: Any) -> None:
    if session.scalar(select(TaskQueue).where(TaskQueue.slug == "recall")) is None:
        session.add(TaskQueue(slug="recall", name={"en": "Recall"}))
    save_draft(session, CARL, GUIDELINE, "bp", {"en": "Blood pressure"}, content(**parts))


def segment(session: Session, age: int) -> None:
    rule = {"field": "age", "is": "at_least", "value": age}
    save_draft(session, CARL, SEGMENT, "older", {"en": "Older"}, {"format": 1, "name": {"en": "Older"}, "rule": rule})
    publish_segment(session, CARL, "older", True)


def state(session: Session) -> str:
    question = open_question(session, ADA, find(session, GUIDELINE, "bp"))
    assert question is not None
    return question.state


def test_a_second_person_puts_in_force_what_was_asked_for(session: Session) -> None:
    draft(session)
    asked = ask_for_guideline(session, CARL, "bp")
    assert state(session) == WAITING
    with pytest.raises(Forbidden):
        approve_guideline(session, CARL, "bp", asked.fingerprint)
    version = approve_guideline(session, ADA, "bp", asked.fingerprint)
    assert version.content == content()
    assert find(session, GUIDELINE, "bp").live_version_id == version.id
    assert session.scalars(select(DefinitionReview.verdict)).all() == ["approved"]


def test_what_is_wrong_is_not_asked_for(session: Session) -> None:
    draft(session, source="")
    with pytest.raises(Invalid, match="source"):
        ask_for_guideline(session, CARL, "bp")


def test_a_draft_saved_again_is_asked_for_anew(session: Session) -> None:
    draft(session)
    asked = ask_for_guideline(session, CARL, "bp")
    draft(session, severity="high")
    assert state(session) == CHANGED
    with pytest.raises(Stale):
        approve_guideline(session, ADA, "bp", asked.fingerprint)
    assert session.scalar(select(Definition.live_version_id).where(Definition.slug == "bp")) is None


def test_a_segment_that_came_to_mean_something_else_voids_the_question(session: Session) -> None:
    segment(session, 65)
    draft(session, population={"segment": "older"})
    asked = ask_for_guideline(session, CARL, "bp")
    assert state(session) == WAITING
    segment(session, 70)
    assert state(session) == CHANGED
    with pytest.raises(Stale):
        approve_guideline(session, ADA, "bp", asked.fingerprint)


def test_a_question_expires(session: Session) -> None:
    draft(session)
    asked = ask_for_guideline(session, CARL, "bp")
    late = make.an_act(NOW + dt.timedelta(days=7), by="user:ada")
    with pytest.raises(Stale):
        approve_guideline(session, late, "bp", asked.fingerprint)
