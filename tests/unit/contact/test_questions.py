"""Questions with typed answers: read without guessing, kept beside the message, never wiped out by thanks."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.contact.replies.questions import ANSWERED, Answer, Question, answer_to, question_of
from journeys.contact.replies.understand import understand

SCORE = Question("number", 0, 10)
DAY = Question("date")
ANY_NUMBER = Question("number")
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", "7"),
        (" 7. ", "7"),
        ("7,5", "7.5"),
        ("7.25", "7.25"),
        ("+7", "7"),
        ("７", "7"),
        ("٧", "7"),
        ("-1", None),
        ("11", None),
        ("seven", None),
        ("7 or 8", None),
        ("7 8", None),
        ("1.000", None),
        ("", None),
    ],
)
def test_a_number_is_the_whole_text_or_nothing(text, number):
    said = answer_to(text, SCORE, {})
    assert said == (None if number is None else Answer(ANSWERED, number=Decimal(number)))


@pytest.mark.parametrize(
    ("text", "region", "day"),
    [
        ("2026-03-05", "DE", dt.date(2026, 3, 5)),
        ("3/5/2026", "US", dt.date(2026, 3, 5)),
        ("3/5/2026", "GB", dt.date(2026, 5, 3)),
        ("3.5.2026", "US", dt.date(2026, 5, 3)),
        ("25/12/2026", "US", dt.date(2026, 12, 25)),
        ("12/25/2026", "GB", dt.date(2026, 12, 25)),
        ("31.2.2026", "DE", None),
        ("3/5/26", "US", None),
        ("3/5-2026", "US", None),
        ("5 March", "US", None),
        ("0001-01-01", "US", None),
    ],
)
def test_a_date_is_read_by_the_custom_of_the_region(text, region, day):
    said = answer_to(text, DAY, {}, region)
    assert said == (None if day is None else Answer(ANSWERED, day=day))


@pytest.mark.parametrize(
    ("text", "answers", "outcome"),
    [
        ("Yes!", {}, "yes"),
        ("no", {}, "no"),
        ("1", {"1": "confirm"}, "yes"),
        ("2", {"2": "no"}, "no"),
        ("later", {"later": "later"}, None),
        ("perhaps", {}, None),
    ],
)
def test_yes_or_no(text, answers, outcome):
    said = answer_to(text, Question("yes-no"), answers)
    assert (said and said.outcome) == outcome


def test_opting_out_comes_before_every_question():
    assert understand("stop", {"stop": "noon"}, Question("choice")).outcome == "stop"


def test_what_was_answered_shows_in_no_repr():
    assert "7" not in repr(answer_to("7", SCORE, {}))
    assert "7" not in repr(understand("7", {}, SCORE))


@given(st.decimals(-(10**9) + 1, 10**9 - 1, places=2), st.sampled_from(".,"))
def test_every_number_that_is_written_is_read_back(number, comma):
    said = answer_to(str(number).replace(".", comma), ANY_NUMBER, {})
    assert said is not None
    assert said.number == number


@given(DAYS, st.sampled_from([("%m/%d/%Y", "US"), ("%d/%m/%Y", "GB"), ("%d.%m.%Y", "US"), ("%Y-%m-%d", "US")]))
def test_every_day_that_is_written_is_read_back(day, custom):
    written, region = custom
    said = answer_to(day.strftime(written), DAY, {}, region)
    assert said is not None
    assert said.day == day


@given(st.text(max_size=30), st.sampled_from(["yes-no", "choice", "number", "date"]))
def test_whatever_somebody_writes_is_an_answer_or_none(text, kind):
    said = answer_to(text, Question(kind, -5, 5), {"a": "noon"})
    assert said is None or said.number is None or -5 <= said.number <= 5


def test_a_question_is_kept_as_it_was():
    assert question_of(SCORE.as_json()) == SCORE
    assert question_of(None) is None
