"""How good foretold probabilities were, against figures worked out by hand or published."""

import math
import random

import pytest

from journeys.access.risk.judging import NORMAL_95, auc_of, calibration, error_of_auc, judged, stability, tenths


@pytest.mark.parametrize(
    ("scores", "missed", "auc"),
    [
        ([0.1, 0.4, 0.35, 0.8], [False, False, True, True], 0.75),
        ([0.5, 0.5], [False, True], 0.5),
        ([0.9, 0.1], [False, True], 0.0),
        ([0.2, 0.2, 0.2, 0.7], [True, False, False, True], 0.75),
    ],
)
def test_the_chance_that_a_missed_visit_was_scored_higher(scores, missed, auc):
    assert auc_of(scores, missed) == auc


@pytest.mark.parametrize(("count", "width"), [(500, 0.062), (2_000, 0.031), (10_000, 0.014)])
def test_the_interval_is_that_of_hanley_and_mcneil(count, width):
    events = round(0.18 * count)

    assert NORMAL_95 * error_of_auc(0.75, events, count - events) == pytest.approx(width, abs=0.0006)


def test_probabilities_that_are_right_have_slope_one_and_halved_log_odds_two():
    chance = random.Random(3)
    places = [chance.gauss(-1, 1) for _ in range(20_000)]
    missed = [chance.random() < 1 / (1 + math.exp(-place)) for place in places]

    assert calibration(places, missed) == pytest.approx((0, 1), abs=0.06)
    assert calibration([place / 2 for place in places], missed) == pytest.approx((0, 2), abs=0.12)


def test_the_judgement_by_hand():
    found = judged([0.25] * 4 + [0.75] * 4, [True, False, False, False, True, True, True, False])

    assert (found.count, found.missed, found.auc) == (8, 4, 0.75)
    assert found.ratio == pytest.approx(1)
    assert found.slope == pytest.approx(1)
    assert found.brier == pytest.approx(0.1875)
    assert found.base == 0.25


@pytest.mark.parametrize("missed", [[], [True], [False, False]])
def test_nothing_is_said_where_all_or_none_were_missed(missed):
    found = judged([0.5] * len(missed), missed)

    assert (found.count, found.auc, found.slope, found.brier) == (len(missed), None, None, None)


def test_everything_foretold_alike_has_no_line():
    assert judged([0.5] * 4, [True, False, True, False]).slope == 1


def test_tenths_hold_everybody_once():
    found = tenths([number / 25 for number in range(25)], [number % 2 == 0 for number in range(25)])

    assert sum(each.count for each in found) == 25
    assert sum(each.missed for each in found) == 13
    assert [each.foretold / each.count for each in found] == sorted(each.foretold / each.count for each in found)


def test_scores_that_moved_are_told_from_those_that_did_not():
    before = [number / 1000 for number in range(1000)]

    assert stability(before, before) == pytest.approx(0)
    assert stability(before, [each / 2 for each in before]) > 0.2
