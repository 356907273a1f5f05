"""Edges of stretches of time: what is said of two of them is so on every day of some years, for values all around.

Time is counted in days here, and this very instant is the noon of its day.
"""

import datetime as dt
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.criteria.dates import shifted
from journeys.criteria.reasoning.edges import (
    BESIDE,
    INSTANT,
    Day,
    Edge,
    begins_within,
    day_of,
    ends_within,
    is_nothing_between,
    meet,
)

TODAYS = [dt.date(2023, 12, 31) + dt.timedelta(days=days) for days in (*range(0, 430, 5), 58, 59, 60, 425, 426)]
SPANS = [
    {},
    {"days": 1},
    {"days": 28},
    {"days": 30},
    {"days": 31},
    {"months": 1},
    {"months": 2},
    {"months": 1, "days": -1},
]
SPANS += [{"months": 12}, {"years": 1, "days": 1}, {"days": 365}, {"days": 366}, {"days": 380}]
BACK = [{unit: -number for unit, number in span.items()} for span in SPANS]

spans = st.sampled_from(SPANS + BACK)
moving = spans.map(lambda span: {"now": True, "plus": span})
fixed = st.builds(lambda span: {"date": "2024-03-01", "plus": span}, spans)
days = st.builds(lambda moment, later: day_of(moment).later(later), moving | fixed, st.integers(-1, 1))
edges = days.map(Edge) | st.sampled_from([INSTANT, BESIDE])


def day_on(day: Day, today: dt.date) -> int:
    """Which day it is when it is `today`."""
    if day.date is not None:
        return day.date.toordinal()
    return shifted(today, {"months": day.months, "days": day.days}).toordinal()


def is_above(value: float, edge: Edge, today: dt.date) -> bool:
    """Whether a value lies at or above a lower edge."""
    if edge.is_instant:
        return value > today.toordinal() + 0.5 or (value == today.toordinal() + 0.5 and not edge.without)
    return value >= day_on(edge.day, today)


def is_below(value: float, edge: Edge, today: dt.date) -> bool:
    """Whether a value lies below an upper edge; this very instant may belong to it."""
    if edge.is_instant:
        return value < today.toordinal() + 0.5 or (value == today.toordinal() + 0.5 and not edge.without)
    return value < day_on(edge.day, today)


def values(first: Edge, second: Edge, today: dt.date) -> list[float]:
    """Values just before, at and after both edges and this very instant."""
    points = [today.toordinal() + 0.5, *(day_on(each.day, today) for each in (first, second))]
    return [point + off for point, off in product(points, (-0.25, 0, 0.25))]


@settings(max_examples=200, deadline=None, database=None)
@given(first=edges, second=edges)
def test_what_is_said_of_two_edges_is_so_on_every_day(first: Edge, second: Edge) -> None:
    nothing, begins = is_nothing_between(first, second), begins_within(first, second)
    ends, gapless = ends_within(first, second), meet(first, second)
    for today in TODAYS:
        for value in values(first, second, today):
            if nothing:
                assert not (is_above(value, first, today) and is_below(value, second, today))
            if begins:
                assert is_above(value, second, today) or not is_above(value, first, today)
            if ends:
                assert is_below(value, second, today) or not is_below(value, first, today)
            if gapless:
                assert is_below(value, first, today) or is_above(value, second, today)


def edge(**plus: int) -> Edge:
    """The beginning of a day some span from today."""
    return Edge(day_of({"now": True, "plus": plus}))


@pytest.mark.parametrize(
    ("lower", "upper", "is_nothing"),
    [
        (edge(days=1), edge(days=1), True),
        (edge(days=0), edge(days=1), False),
        (edge(days=-20), edge(months=-1), True),
        (edge(days=-30), edge(months=-1), False),
        (edge(months=2), edge(months=1), True),
        (INSTANT, edge(days=0), True),
        (INSTANT, edge(days=1), False),
        (INSTANT, BESIDE, True),
        (INSTANT, INSTANT, False),
        (Edge(day_of({"date": "2026-01-01"})), edge(days=1), False),
    ],
)
def test_days_that_leave_nothing_between_them(lower: Edge, upper: Edge, is_nothing: bool) -> None:
    assert is_nothing_between(lower, upper) is is_nothing
