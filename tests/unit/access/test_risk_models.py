"""A model is asked for, learnt outside, approved by a second person whose gates hold; otherwise points decide."""

import datetime as dt
import random
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from journeys.access.risk import learn_model as learning
from journeys.access.risk.answer_model import answer_model
from journeys.access.risk.ask_for_model import ask_for_model
from journeys.access.risk.foretell import foretell
from journeys.access.risk.gates import gates_of, may_be_used
from journeys.access.risk.learn_model import gather, keep_model
from journeys.access.risk.learning import learnt
from journeys.access.risk.model import Codes, Curve, Model
from journeys.access.risk.reporting import report_of
from journeys.access.risk.standing import standing
from journeys.foundation.audit import NOTES
from journeys.foundation.database import WORKER, connect
from journeys.foundation.errors import Forbidden, Invalid, Stale
from journeys.foundation.zones import ensure_zones
from journeys.store.access import Appointment
from journeys.store.attendance import AttendanceRisk, RiskModel
from tests import make
from tests.make import NOON, an_act
from tests.unit.access.risk_visits import DAY, visit

ASKER, SECOND = an_act(by="user:cora"), an_act(by="user:ada")

GOOD = {"count": 4000, "missed": 800, "auc": 0.74, "auc_low": 0.72, "slope": 1.0, "shift": 0.0}
GOOD |= {"ratio": 1.0, "error": 0.01, "brier": 0.14, "base": 0.16}
MODEL = Model(-1.5, {"lead_days": Curve((0, 30), (-1, 2)), "last_outcome": Codes({"missed": 1.0, "kept": -0.5})})


def a_report(place: int, **changes):
    whole = {**GOOD, **changes.pop("whole", {})}
    span = {"count": 4000, "from": "2026-01-01", "until": "2026-02-01"}
    return {
        "spans": {"learnt": span, "calibrated": span, "judged": span},
        "whole": whole,
        "booked_before": GOOD,
        "points": {**GOOD, "auc": 0.70},
        "tenths": [{"count": 400, "foretold": 80.0, "missed": 81}],
        "weeks": {"2026-01-26": GOOD},
        "branches": {str(place): GOOD},
        "groups": {"language": {"en": GOOD, "es": None}},
        "stability": 0.05,
        **changes,
    }


@pytest.fixture
def place(session: Session) -> int:
    ensure_zones(session, ["America/New_York"])
    return make.branch(session).id


def a_model(session: Session, place: int, **changes) -> RiskModel:
    row = ask_for_model(session, ASKER)
    keep_model(session, ASKER, row.id, MODEL, a_report(place, **changes))
    return row


def test_a_second_person_puts_it_in_force(session, place):
    row = a_model(session, place)

    with pytest.raises(Forbidden):
        answer_model(session, ASKER, row.uid, "in-force")
    answer_model(session, SECOND, row.uid, "in-force")

    assert (row.status, row.answered_by) == ("in-force", "user:ada")
    assert standing(session, SECOND).branches == {place}
    with pytest.raises(Stale):
        answer_model(session, SECOND, row.uid, "in-force")


def test_the_next_one_takes_its_place(session, place):
    first, second = a_model(session, place), a_model(session, place)
    answer_model(session, SECOND, first.uid, "in-force")
    answer_model(session, SECOND, second.uid, "in-force")

    assert (first.status, second.status) == ("over", "in-force")
    told = [note.ids for note in session.info[NOTES] if note.detail and note.detail.get("status") == "over"]
    assert told == [[first.id]]


@pytest.mark.parametrize(
    ("changes", "gate"),
    [
        ({"whole": {"auc": 0.6}}, "S-02"),
        ({"whole": {"auc_low": 0.6 - 0.001}}, "S-02"),
        ({"points": {**GOOD, "auc": 0.75}}, "S-02"),
        ({"whole": {"slope": 0.41}}, "S-03"),
        ({"whole": {"ratio": 1.27}}, "S-03"),
        ({"whole": {"error": 0.05}}, "S-03"),
        ({"whole": {"brier": 0.17}}, "S-03"),
        ({"whole": {"auc": None}}, "S-02"),
        ({"groups": {"language": {"es": {**GOOD, "ratio": 1.3}}}}, "S-04"),
        ({"stability": 0.3}, "S-05"),
    ],
)
def test_a_gate_that_fails_keeps_it_out(session, place, changes, gate):
    row = a_model(session, place, **changes)

    assert {each.name for each in gates_of(row.judged) if not each.holds} == {gate}
    with pytest.raises(Invalid):
        answer_model(session, SECOND, row.uid, "in-force")


def test_it_decides_where_its_own_visits_bear_it_out_and_points_elsewhere(session, place):
    other = make.branch(session, "hillside")
    answer_model(session, SECOND, a_model(session, place).uid, "in-force")
    ids = [
        visit(session, make.person(session), NOON + 5 * DAY, booked_at=NOON - 40 * DAY, location_id=where).id
        for where in (place, other.id)
    ]

    foretell(session, SECOND)

    told = [session.get(AttendanceRisk, each) for each in ids]
    assert [(each.used, each.risk) for each in told] == [("model", "high"), ("points", "medium")]
    assert all(each.chance == pytest.approx(0.6225, abs=0.001) for each in told)
    assert told[0].reasons == [{"topic": "booking", "raises": True}]


def test_what_was_foretold_too_low_for_a_fortnight_brings_the_points_back(session, place):
    model = a_model(session, place)
    answer_model(session, SECOND, model.uid, "in-force")
    someone = make.person(session)
    for number in range(120):
        when = NOON - 3 * DAY - dt.timedelta(minutes=number)
        one = visit(session, someone, when, "noshow", location_id=place)
        told = {"risk": "low", "used": "model", "points": 0, "chance": 0.1, "model_id": model.id, "reasons": []}
        session.add(AttendanceRisk(appointment_id=one.id, patient_id=someone.id, foretold_at=when - DAY, **told))
    session.flush()

    now = standing(session, SECOND)

    assert (now.is_used, now.branches) == (False, frozenset())
    assert [gate.says for gate in now.gates if not gate.holds] == ["Missed over foretold, last 14 days"]


def test_only_one_is_learnt_at_a_time(session):
    ask_for_model(session, ASKER)

    with pytest.raises(Invalid):
        ask_for_model(session, SECOND)


def test_two_who_ask_at_once_are_both_answered(database):
    engine = connect(database.url, WORKER)
    with Session(engine) as first, Session(engine) as second, ThreadPoolExecutor(1) as pool:
        second.execute(text("SET lock_timeout = '10s'"))
        ask_for_model(first, ASKER)
        asking = pool.submit(ask_for_model, second, SECOND)
        time_to_begin = wait([asking], timeout=0.5)
        first.commit()
        with pytest.raises(Invalid):
            asking.result()
    engine.dispose()
    assert time_to_begin.not_done


def test_what_was_learnt_twice_stays_as_somebody_looked_at_it(session, place):
    row = a_model(session, place)
    answer_model(session, SECOND, row.uid, "in-force")
    before = row.fingerprint

    keep_model(session, ASKER, row.id, Model(0.0, {}), a_report(place))
    session.refresh(row)

    assert (row.status, row.fingerprint) == ("in-force", before)


def test_what_is_no_model_fails_and_is_not_learnt_for_ever(session, place, monkeypatch):
    make_history(session, place)
    row = ask_for_model(session, ASKER)

    def odd(*_):
        raise ValueError("A number of a model of attendance risk is none")

    monkeypatch.setattr(learning, "learnt", odd)
    monkeypatch.setattr(learning, "act", lambda _house, act, verb, *args: verb(session, act, *args))
    assert learning.learn_model(None, lambda: ASKER)

    assert row.status == "failed"


def test_the_points_that_a_model_has_to_beat_are_judged_however_many_they_are(session, place):
    make_history(session, place)
    rule, spans = gather_one(session)
    many = replace(rule, lines=tuple(replace(line, points=30 * line.points) for line in rule.lines))

    few, more = (report_of(MODEL, each, spans, {})["points"]["auc"] for each in (rule, many))

    assert few == more > 0.6


def test_too_little_to_learn_from_is_said(session):
    row = ask_for_model(session, ASKER)
    _, _, spans, _, _ = gather(session, ASKER)
    keep_model(session, ASKER, row.id, None, None)

    assert spans.learnt == []
    assert row.status == "failed"


def test_it_is_learnt_from_the_visits_of_the_store(session, place):
    make_history(session, place)
    row = ask_for_model(session, ASKER)
    model_id, seed, spans, rule, groups = gather(session, ASKER)
    model = learnt(spans, seed)

    keep_model(session, ASKER, model_id, model, report_of(model, rule, spans, groups))

    assert row.status == "learnt"
    assert row.judged["whole"]["auc"] > 0.65
    assert row.judged["groups"]["language"] == {"en": row.judged["whole"]}
    assert set(row.judged["branches"]) == {str(place)}
    assert isinstance(may_be_used(row.judged), bool)


def test_groups_too_small_to_show_take_one_more_with_them(session, place):
    make_history(session, place)
    spans = gather_one(session)
    model = MODEL
    groups = {patient: {"language": "es" if number else "en"} for number, patient in enumerate(people(session))}

    report = report_of(model, *spans, groups)

    assert report["groups"]["language"] == {"en": None, "es": None}


def gather_one(session):
    ask_for_model(session, ASKER)
    _, _, spans, rule, _ = gather(session, ASKER)
    return rule, spans


def people(session):
    return session.scalars(select(Appointment.patient_id).distinct().order_by(Appointment.patient_id)).all()


def make_history(session, place):
    """1,500 visits of fifty people in 150 days, missed more often the longer ago they were booked."""
    chance = random.Random(5)
    patients = [make.person(session).id for _ in range(50)]
    rows = []
    for number in range(1_500):
        lead = chance.choice((0, 5, 30))
        starts = NOON - (150 - number // 10) * DAY - dt.timedelta(minutes=number % 10)
        missed = chance.random() < {0: 0.05, 5: 0.25, 30: 0.6}[lead]
        rows.append(
            {
                "patient_id": chance.choice(patients),
                "location_id": place,
                "start_at": starts,
                "booked_at": starts - lead * DAY - dt.timedelta(hours=1),
                "status": "noshow" if missed else "fulfilled",
            }
        )
    session.execute(insert(Appointment), rows)


def test_nothing_to_learn_leaves_the_worker_alone(session):
    assert gather(session, ASKER) is None
    assert learning.MOST >= 40_000
