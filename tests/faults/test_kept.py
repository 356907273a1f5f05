"""Rounds add up to rows, are found again, and the table says no more than they allow."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults import matrix
from tests.faults.crashing import of_hundred
from tests.faults.figures import figures, table
from tests.faults.kept import Kept, Round
from tests.faults.matrix import BY_NAME, ROWS, play

A_ROUND = Round(
    row="F6",
    number=0,
    seed=7,
    strikes=500,
    hit={"before": 250, "after": 250},
    attempted=30,
    acked=28,
    recovered=2,
    lost={},
    unexpected={},
    duplicated={},
    slowest={"recovery": 1.5},
    seconds=60.0,
)
WORSE = [
    replace(A_ROUND, lost={"step": 1}),
    replace(A_ROUND, unexpected={"mail": 1}),
    replace(A_ROUND, duplicated={"sent mail": 1}),
    replace(A_ROUND, leaked=1),
    replace(A_ROUND, strikes=499),
    replace(A_ROUND, slowest={"recovery": 31.0}),
    replace(A_ROUND, slowest={"settling": 5.5}),
    replace(A_ROUND, hit={"before": 500}),
]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "faults" / "7.jsonl")


def short(found: Round) -> list[str]:
    """The figures that are not enough."""
    return [each.name for each in figures("F6", [found], 500, ("before", "after")) if not each.is_enough]


def test_a_clean_round_is_enough() -> None:
    assert short(A_ROUND) == []


@pytest.mark.parametrize("worse", WORSE)
def test_each_harm_makes_a_figure_short(worse: Round) -> None:
    assert len(short(worse)) == 1


def test_a_run_that_was_ended_goes_on(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int, int]] = []

    def play_round(each):
        asked.append((each.number, each.strikes, each.seed))
        return replace(A_ROUND, row=each.row.name, number=each.number, seed=each.seed, strikes=each.strikes)

    monkeypatch.setattr(matrix, "play_round", play_round)
    kept.add(replace(A_ROUND, strikes=300))
    again = Kept(kept.file)
    assert again.rounds == kept.rounds
    assert [each.strikes for each in play(BY_NAME["F6"], 1_000, again, 7, minutes=5)] == [500, 200]
    assert asked == [(1, 500, 8), (2, 200, 9)]
    assert again.strikes("F6") == 1_000
    assert list(play(BY_NAME["F6"], 1_000, again, 7, minutes=5)) == []


def test_no_round_is_begun_when_the_time_is_over(kept: Kept) -> None:
    assert list(play(BY_NAME["F6"], 1_000, kept, 7, minutes=0)) == []


def test_the_table_adds_up() -> None:
    lines = list(table([A_ROUND, replace(A_ROUND, number=1, seed=8)]))
    assert lines[1].split() == ["F6", "1000", "60", "56", "0", "0", "0", "4", "120"]
    assert "N=1,000 strikes" in lines[-1] and "below 3.0e-03" in lines[-1] and "seeds 7 to 8" in lines[-1]


def test_nothing_is_claimed_of_a_row_in_which_something_went_wrong() -> None:
    assert list(table([A_ROUND, WORSE[0]]))[-1] == "F6 no bound (seeds 7 to 7)"


def test_every_row_of_the_matrix_has_its_full_count() -> None:
    full = {row.name: row.full for row in ROWS}
    wanted = {"F1": 10_000, "F2": 2_000, "F3": 200, "F4": 500, "F5": 200, "F6": 1_000, "F10": 500, "F11": 200}
    assert {name: full[name] for name in wanted} == wanted
    assert full["F12"] == 10_000


@pytest.mark.parametrize(("seconds", "within"), [([], 0.0), ([3.0], 3.0), (range(100, 0, -1), 99), (range(200), 197)])
def test_within_what_time_ninety_nine_of_a_hundred_were_done(seconds: Sequence[float], within: float) -> None:
    assert of_hundred(99, seconds) == within
