"""Learning on the past: spans that do not look ahead, a model that is data, the same one every time."""

import datetime as dt
import math
import random

import pytest

from journeys.access.risk.judging import judged
from journeys.access.risk.learning import SEED, learnt, spans_of
from journeys.access.risk.model import Codes, Curve, Model, fingerprint_of, model_from
from tests.unit.access.risk_visits import seen

FIRST = dt.date(2026, 1, 1)


@pytest.fixture(scope="module")
def visits():
    """2,000 visits over 100 days, missed more often the longer ago they were booked and the more were missed before."""
    chance = random.Random(7)
    return [made(number, chance) for number in range(2_000)]


def made(number, chance):
    lead, missed = chance.choice((0, 0, 3, 14, 40)), chance.choice((0, 0, 1, 3))
    odds = -2.5 + lead / 20 + 0.7 * missed
    is_missed = chance.random() < 1 / (1 + math.exp(-odds))
    age = chance.choice((None, 20, 50, 80))
    return seen(number, FIRST + dt.timedelta(days=number // 20), is_missed, lead_days=lead, missed=missed, age=age)


@pytest.fixture(scope="module")
def model(visits):
    return learnt(spans_of(visits))


def test_no_span_looks_into_a_later_one(visits):
    spans = spans_of(visits)

    assert [len(span) for span in (spans.learnt, spans.calibrated, spans.judged)] == [1300, 300, 400]
    assert spans.learnt[-1].day < spans.calibrated[0].day
    assert spans.calibrated[-1].day < spans.judged[0].day


def test_all_days_from_one_on_can_be_judged(visits):
    spans = spans_of(visits, judged_from=FIRST + dt.timedelta(days=50))

    assert len(spans.judged) == 1000
    assert len(spans.learnt) + len(spans.calibrated) == 1000
    assert spans.judged[0].day == FIRST + dt.timedelta(days=50)


def test_a_day_is_never_cut_in_two():
    same = [seen(number, FIRST, is_missed=False) for number in range(10)]

    assert [len(span) for span in vars(spans_of(same)).values()] == [0, 0, 10]
    assert [len(span) for span in vars(spans_of([])).values()] == [0, 0, 0]


def test_it_learns_what_is_there_and_leaves_out_what_says_nothing(visits, model):
    spans = spans_of(visits)
    judgement = judged(
        [model.probability(each.facts) for each in spans.judged], [each.is_missed for each in spans.judged]
    )

    assert judgement.auc > 0.7
    assert 0.7 < judgement.slope < 1.4
    lead = model.parts["lead_days"]
    assert lead.part(40) > lead.part(3) > lead.part(0)
    assert {"service", "circumstance", "weekday", "minute", "kept"}.isdisjoint(model.parts)
    assert model.parts["age"].unknown != 0


def test_the_same_visits_and_seed_give_the_same_model(visits, model):
    again = learnt(spans_of(visits), SEED)

    assert fingerprint_of(again.as_data()) == fingerprint_of(model.as_data())


def test_a_model_comes_back_as_it_was_kept(visits, model):
    back = model_from(model.as_data())

    assert back == model
    assert back.probability(visits[0].facts) == model.probability(visits[0].facts)


def test_the_parts_are_the_reasons():
    model = Model(-1.0, {"lead_days": Curve((0, 10, 30), (-1, 0, 1), 0.5), "weekday": Codes({"1": 0.25}, -0.1)})
    facts = seen(1, FIRST, is_missed=False, lead_days=20, weekday=1).facts

    assert model.by_topic(facts) == {"booking": 0.5, "time": 0.25}
    assert model.log_odds(facts) == pytest.approx(-0.25)
    assert model.log_odds({**facts, "lead_days": None, "weekday": 9}) == pytest.approx(-0.6)
    assert model.log_odds({**facts, "lead_days": 99}) == pytest.approx(0.25)
    assert model.scaled(0.5, 2.0).log_odds(facts) == pytest.approx(0.5 + 2 * -0.25)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"format": 2, "base": 0, "parts": {}},
        {"format": 1, "base": 0, "parts": {"religion": {"of": {}, "unknown": 0}}},
        {"format": 1, "base": math.nan, "parts": {}},
        {"format": 1, "base": True, "parts": {}},
        {"format": 1, "base": "0", "parts": {}},
        {"format": 1, "base": 0, "parts": {"age": {"at": [], "gives": [], "unknown": 0}}},
        {"format": 1, "base": 0, "parts": {"age": {"at": [1, 1], "gives": [0, 0], "unknown": 0}}},
        {"format": 1, "base": 0, "parts": {"age": {"at": [1, 2], "gives": [0], "unknown": 0}}},
    ],
)
def test_what_is_no_model_is_not_taken_for_one(data):
    with pytest.raises(ValueError, match="attendance risk"):
        model_from(data)
