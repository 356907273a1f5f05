"""Measures: days of the period in rules, populations of which each is a part of the one before, and their problems."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from journeys.criteria.known import NOTHING_KNOWN, Known
from journeys.criteria.measures import measure_for, measure_problems, members
from journeys.criteria.periods import Period, in_period
from tests.world import World, drawn, write

YEAR = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31))

MEASURE: dict[str, Any] = {
    "format": 1,
    "name": {"en": "Seen"},
    "rules": {
        "seen": {"happened": "encounter", "window": {"during": [{"period": "start"}, {"period": "end"}]}},
    },
    "initial_population": {"field": "age_on", "of": {"date": {"period": "end"}}, "is": "at_least", "value": 18},
    "denominator_exclusions": {"women": {"field": "gender", "is": "is", "value": "female"}},
    "denominator_exceptions": {"dead": {"field": "deceased", "is": "true"}},
    "numerator": {"segment": "seen"},
}

PEOPLE = """
    name  | birth_date | gender | deceased
    Ana   | 1980-01-01 | female | no
    Ben   | 1980-01-01 | male   | yes
    Cleo  | 1980-01-01 | other  | yes
    Dan   | 2009-01-01 | male   | no
    Eve   | 2008-12-31 | other  | no
"""
VISITS = """
    patient | start_at         | end_at
    Ana     | 2026-06-01 09:00 | 2026-06-01 10:00
    Ben     | 2026-06-01 09:00 | 2026-06-01 10:00
    Dan     | 2026-06-01 09:00 | 2026-06-01 10:00
    Eve     | 2025-06-01 09:00 | 2025-06-01 10:00
"""


def test_days_of_the_period_take_the_place_of_their_names() -> None:
    rule = {"all": [{"field": "x", "value": [{"period": "start", "plus": {"years": -1}}, {"period": "end"}]}]}
    days = [{"date": "2026-01-01", "plus": {"years": -1}}, {"date": "2026-12-31"}]
    assert in_period(rule, YEAR) == {"all": [{"field": "x", "value": days}]}
    assert in_period({"of": {"date": {"period": "end"}}}, YEAR) == {"of": {"date": "2026-12-31"}}


@pytest.mark.store
def test_each_population_is_a_part_of_the_one_before(engine: Engine) -> None:
    world = World(YEAR.last_instant(), drawn(PEOPLE, "patient"), {"encounter": drawn(VISITS, "encounter")})
    with Session(engine) as session:
        write(world, session)
        found = members(session, measure_for(MEASURE, YEAR, NOTHING_KNOWN))
        session.rollback()
    names = {number: name for name, number in world.ids.items()}
    inside = {population: {names[number] for number in ids} for population, ids in found.items()}
    assert inside == {
        "initial_population": {"Ana", "Ben", "Cleo", "Eve"},
        "denominator": {"Ana", "Ben", "Cleo", "Eve"},
        # who is left out is in no population after that, and who reaches the numerator is no exception
        "denominator_exclusion": {"Ana"},
        "denominator_exception": {"Cleo"},
        "numerator": {"Ben"},
        "numerator_exclusion": set(),
    }


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"format": 2}, "format"),
        ({"numerators": {}}, "numerators"),
        ({"numerator": {"segment": "nothing"}}, "numerator.segment"),
        ({"denominator_exclusions": [1]}, "denominator_exclusions"),
        ({"rules": {"seen": {"happened": "encounter", "window": {"during": [{"period": "x"}, {"now": True}]}}}}, None),
        ({"numerator": {"field": "age_on", "of": {"date": "2026-13-01"}, "is": "known"}}, "numerator.of.date"),
    ],
)
def test_everything_wrong_has_its_place(change: dict[str, Any], where: str | None) -> None:
    found = [problem.where for problem in measure_problems({**MEASURE, **change}, YEAR, Known())]
    assert where in found if where else found


def test_a_whole_measure_has_no_problem() -> None:
    assert measure_problems(MEASURE, YEAR, Known()) == []
    assert [problem.where for problem in measure_problems({}, YEAR, Known())] == [
        "format",
        "initial_population",
        "numerator",
    ]
