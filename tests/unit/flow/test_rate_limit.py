"""A rate limit holds whoever moves the enrolments: one worker or two at once, and takes those who came first."""

import datetime as dt
import threading

import pytest

from journeys.flow.running.advance import advance
from journeys.foundation.acting import act
from journeys.store.enrolments import Enrolment
from journeys.store.rate_passes import RatePass
from tests.unit.flow.clinic import a_journey, a_step

pytestmark = pytest.mark.store

FOUR = a_journey({"step": a_step("rate_limit", "end", most=4), "end": a_step("end")})


def test_two_workers_at_once_let_no_more_through_than_one(clinic):
    clinic.publish(FOUR)
    people = clinic.people(10)
    clinic.enrol()
    halves = [[each & 255 for each in people[:5]], [each & 255 for each in people[5:]]]
    together = threading.Barrier(2)

    def work(lanes):
        together.wait(10)
        act(clinic.house, clinic.act(), advance, lanes=lanes)

    workers = [threading.Thread(target=work, args=[lanes]) for lanes in halves]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    clinic.run()
    assert 1 <= len(clinic.all(RatePass)) <= 4
    clinic.pass_time(days=1)
    clinic.pass_time(days=1)
    clinic.pass_time(days=1)
    places = sorted((row.began_at, row.place) for row in clinic.all(RatePass))
    assert len(places) == len(set(places)) == 10
    assert max(place for _, place in places) <= 4
    assert len(clinic.all(Enrolment, status="completed")) == 10


def test_who_came_first_gets_through_first(clinic):
    clinic.publish(FOUR)
    early = clinic.people(3)
    clinic.enrol()
    late = clinic.people(3)
    clinic.now += dt.timedelta(minutes=1)
    clinic.enrol()
    clinic.run()
    through = [row.patient_id for row in clinic.all(Enrolment, status="completed")]
    assert through == [*early, late[0]]
