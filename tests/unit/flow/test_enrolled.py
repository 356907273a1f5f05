"""Counts that are shown live are bounded, however many patients there are, and say when there are more."""

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from journeys.flow.seeing import enrolled
from journeys.flow.seeing.enrolled import left, standing
from journeys.store.lists.keyset import Count
from journeys.store.putting_in_force.definitions import find
from tests.unit.flow.clinic import START, a_journey, a_step

pytestmark = pytest.mark.store

JOURNEY = a_journey(
    {
        "hello": a_step("note", "pause", text={"en": "A note"}),
        "pause": a_step("wait", "end", for_={"days": 1}),
        "end": a_step("end"),
    }
)


def walked(clinic, people, slug="journey"):
    clinic.people(people)
    clinic.publish(JOURNEY, slug)
    clinic.enrol(slug)
    clinic.run()


def counted(clinic, since=START, slug="journey"):
    return clinic.do(lambda session, _: left(session, find(session, "journey", slug).id, since))


def test_everybody_is_counted_while_they_are_few(clinic):
    walked(clinic, 3)
    assert counted(clinic) == {("hello", "next"): Count(3)}
    clinic.pass_time(days=1)
    assert counted(clinic) == {("hello", "next"): Count(3), ("pause", "next"): Count(3), ("end", "end"): Count(3)}
    assert counted(clinic, since=clinic.now) == {("pause", "next"): Count(3), ("end", "end"): Count(3)}


def test_of_many_those_who_came_last_are_counted_and_the_rest_is_said(clinic, monkeypatch):
    monkeypatch.setattr(enrolled, "MOST_ENROLMENTS", 4)
    walked(clinic, 4)
    assert counted(clinic) == {("hello", "next"): Count(4)}
    clinic.now += dt.timedelta(hours=1)
    clinic.people(3)
    clinic.enrol()
    clinic.run()
    assert counted(clinic) == {("hello", "next"): Count(4, is_more=True)}


def test_other_journeys_are_not_counted(clinic):
    walked(clinic, 2)
    walked(clinic, 1, "other")
    assert counted(clinic) == {("hello", "next"): Count(2)}
    assert counted(clinic, slug="other") == {("hello", "next"): Count(3)}


def test_as_many_statements_for_many_and_each_reads_no_more_than_the_bound(clinic, monkeypatch):
    monkeypatch.setattr(enrolled, "MOST_ENROLMENTS", 10)
    walked(clinic, 200)
    plans = []

    def look(session, _doing):
        definition = find(session, "journey", "journey").id
        session.execute(text("ANALYZE enrolment"))
        session.execute(text("SET LOCAL enable_seqscan = off"))
        standing(session, definition)
        left(session, definition, START)
        statement = enrolled.leaving(definition, START)
        plans.append("\n".join(session.scalars(text(f"EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) {in_full(statement)}"))))

    clinic.do(look)
    assert len([each for each in clinic.statements if each.startswith("WITH newest")]) == 1
    [plan] = plans
    read = [line for line in plan.splitlines() if "ix_enrolment_entered" in line]
    assert len(read) == 1
    assert "actual rows=11" in read[0], plan


def in_full(statement):
    """A statement with its values in it, to be explained."""
    return statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
