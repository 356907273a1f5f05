"""What the coming visits need, against plain Python: who is booked while it is open, who falls due, who lacks."""

import datetime as dt
import itertools
import random
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from journeys.care.guidelines.publish_guideline import publish_guideline
from journeys.care.guidelines.refresh_guideline import refresh_guideline
from journeys.care.supplies.keep_item import Item, keep_item
from journeys.care.supplies.move_supply import move_supply
from journeys.care.supplies.need import AHEAD, Need, expected_need
from journeys.foundation.acting import Act, Scope
from journeys.foundation.zones import ensure_zones
from journeys.store.access import Appointment
from journeys.store.clinical import Observation
from journeys.store.organisation import Location
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import GUIDELINE
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.tasks import TaskQueue
from tests import make
from tests.unit.care.guidelines.contents import content

pytestmark = pytest.mark.store

NOW = make.NOON
SOON, EVERY = 28, 180
"""Days: how long before it is due its window opens, and how often it comes again."""


@pytest.fixture(autouse=True)
def in_force(session: Session) -> Iterator[None]:
    """A guideline whose visit needs two cuffs, which are kept."""
    ensure_zones(session, ["America/New_York"])
    session.add(TaskQueue(slug="recall", name={"en": "Recall"}))
    keep_item(session, make.an_act(), Item("cuffs", {"en": "Cuffs"}, {"en": "pieces"}))
    supplies = [{"item": "cuffs", "quantity": 2}, {"item": "unheard-of"}]
    whole = content(
        interval={"days": EVERY}, window={"soon": {"days": SOON}, "overdue": {"days": 30}}, supplies=supplies
    )
    save_draft(session, make.an_act(), GUIDELINE, "bp", whole["name"], whole)
    publish_guideline(session, make.an_act(), "bp")
    return


def a_patient(session: Session, at: Location, due_in: int) -> Patient:
    """Somebody for whom it is due in so many days."""
    patient = make.person(session, sms=None, at=at, birth_date=dt.date(1980, 1, 1))
    seen = NOW - dt.timedelta(days=EVERY - due_in)
    make.added(
        session,
        Observation(patient_id=patient.id, code="85354-9", status="final", effective_at=seen),
    )
    return patient


def booked(session: Session, patient: Patient, in_days: float, at: Location | None, status: str = "booked") -> None:
    start = NOW + dt.timedelta(days=in_days)
    location_id = None if at is None else at.id
    make.added(session, Appointment(patient_id=patient.id, status=status, start_at=start, location_id=location_id))


def needs(session: Session, scope: Scope | None = None) -> list[Need]:
    refresh_guideline(session, make.an_act(NOW), "bp")
    doing = make.an_act(NOW)
    return expected_need(session, doing if scope is None else Act(doing.now, doing.by, scope))


def told(found: list[Need]) -> list[tuple[int, int, int, int]]:
    return [(each.location_id, each.quantity, each.patients, each.lacking) for each in found]


def test_who_is_booked_while_it_is_open_needs_it_there_and_once(session: Session) -> None:
    here, there = make.branch(session), make.branch(session, "harbour")
    patient = a_patient(session, here, due_in=10)
    booked(session, patient, 20, there)
    booked(session, patient, 25, here)
    (need,) = needs(session)
    assert told([need]) == [(there.id, 2, 1, 1)]
    assert need.lacking_at == NOW + dt.timedelta(days=20)


def test_who_falls_due_without_a_visit_needs_it_at_their_own_branch(session: Session) -> None:
    here = make.branch(session)
    a_patient(session, here, due_in=AHEAD.days)
    assert told(needs(session)) == [(here.id, 2, 1, 0)]


@pytest.mark.parametrize(
    ("due_in", "visit_in", "status"),
    [
        (AHEAD.days + 1, None, ""),
        (-1, None, ""),
        (60, 20, "booked"),
        (-5, 20, "cancelled"),
        (-5, -1, "booked"),
        (-5, AHEAD.days + 1, "booked"),
    ],
)
def test_who_needs_nothing(session: Session, due_in: int, visit_in: int | None, status: str) -> None:
    here = make.branch(session)
    patient = a_patient(session, here, due_in)
    if visit_in is not None:
        booked(session, patient, visit_in, here, status)
    assert needs(session) == []


def test_another_branch_is_not_told(session: Session) -> None:
    here, there = make.branch(session), make.branch(session, "harbour")
    a_patient(session, here, due_in=5)
    a_patient(session, there, due_in=5)
    assert told(needs(session, Scope(frozenset({there.id})))) == [(there.id, 2, 1, 0)]


@pytest.mark.parametrize("seed", range(5))
def test_what_lacks_is_what_plain_counting_says(session: Session, seed: int) -> None:
    chance = random.Random(seed)
    branches = [make.branch(session, slug) for slug in ("riverside", "harbour")]
    for branch in branches:
        move_supply(session, make.an_act(), "cuffs", branch.id, "counted", chance.randint(0, 9))
    stocked = {branch.id: have for branch, have in zip(branches, quantities(session, branches), strict=True)}
    visits: list[tuple[float, int]] = []
    falling: list[int] = []
    for place in range(12):
        home, visited = chance.choice(branches), chance.choice(branches)
        due_in = chance.randint(-40, 70)
        patient = a_patient(session, home, due_in)
        if chance.random() < 0.7:
            in_days = chance.randint(1, 40) + place / 24
            booked(session, patient, in_days, chance.choice((visited, None)))
            row = session.query(Appointment).filter_by(patient_id=patient.id).one()
            if in_days < AHEAD.days and int(in_days) >= due_in - SOON:
                visits.append((in_days, row.location_id or home.id))
                continue
        if 0 <= due_in <= AHEAD.days:
            falling.append(home.id)
    expected = []
    for location_id in sorted(stocked):
        mine = sorted(in_days for in_days, place in visits if place == location_id)
        so_far = itertools.accumulate(2 for _ in mine)
        lacking = [at for at, taken in zip(mine, so_far, strict=True) if taken > stocked[location_id]]
        patients = len(mine) + falling.count(location_id)
        if patients:
            expected.append((location_id, 2 * patients, patients, len(lacking)))
    assert told(needs(session)) == expected


def quantities(session: Session, branches: list[Location]) -> list[int]:
    from_movements = {}
    for branch in branches:
        from_movements[branch.id] = move_supply(session, make.an_act(), "cuffs", branch.id, "received", 1).balance
    return [from_movements[branch.id] for branch in branches]
