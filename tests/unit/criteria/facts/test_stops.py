"""Where summaries stop: the day on which a moment gets past a date, and records that come to count by time alone."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import ARRAY, Date, Engine, func, literal, select, update
from sqlalchemy.orm import Session

from journeys.criteria.dates import shifted
from journeys.criteria.facts import catch_up as catching_up
from journeys.criteria.facts import fill_columns as filling
from journeys.criteria.facts.catch_up import catch_up
from journeys.criteria.facts.columns import add
from journeys.criteria.facts.facts import read_facts
from journeys.criteria.facts.members import is_on_facts
from journeys.criteria.facts.windows import first_day
from journeys.store.facts import FactColumn, PatientFact
from tests import oracle
from tests.unit.criteria.facts.test_equal import Question, an_act, columns_for
from tests.world import World, drawn, write

pytestmark = pytest.mark.store

A_DAY = dt.timedelta(days=1)
SPANS: list[dict[str, int]] = [
    {},
    {"days": 3},
    {"days": -91},
    {"months": 1},
    {"months": -1},
    {"years": -2},
    {"years": 1, "months": -1, "days": -1},
    {"months": 1, "weeks": -1, "days": 3},
]


@pytest.mark.parametrize("span", SPANS, ids=str)
def test_the_first_day_that_gets_there(span: dict[str, int], owner: Engine) -> None:
    days = [dt.date(2023, 12, 25) + number * A_DAY for number in range(440)]
    day = func.unnest(literal(days, ARRAY(Date))).column_valued("day")
    with Session(owner) as session:
        found = session.execute(select(day, first_day(day, span).label("first"))).all()
    assert len(found) == len(days)
    for wanted, first in found:
        assert shifted(first, span) >= wanted > shifted(first - A_DAY, span), wanted


PATIENTS = """
    name | time_zone        | birth_date
    Ana  | Asia/Tokyo       | 2008-03-03
    Ben  | America/New_York | 1960-01-01
    Cleo |                  | 1960-01-01
    Dora |                  |
"""
OBSERVATIONS = """
    patient | code  | value | effective_at
    Ana     | hba1c | 9.5   | 2026-02-01 08:00
    Ana     | hba1c | 7     | 2026-03-10 08:00
    # of equal dates the larger id is the later one; who has no date is never the last
    Ben     | hba1c | 7     | 2026-02-01 08:00
    Ben     | hba1c | 9.5   | 2026-02-01 08:00
    Ben     | hba1c | 7     |
    Ben     | other | 7     | 2026-02-20 08:00
    Cleo    | hba1c | 9.5   | 2026-02-01 08:00
    Cleo    | hba1c | 7     | 2026-02-02 08:00
    Dora    | other | 8     | 2026-02-01 08:00
"""
ACTIVITIES = """
    patient | due_on
    Ana     | 2026-03-02
    Ben     | 2026-03-02
    Cleo    | 2026-06-01
"""
LAST_IS_HIGH = {
    "happened": "observation",
    "last_of": [{"field": "code", "is": "is", "value": "hba1c"}],
    "where": [{"field": "value", "is": "more_than", "value": 9}],
    "window": {"last": {"days": 365}},
}
DUE = {"happened": "care_plan_activity", "window": {"last": {"days": 2}}}
AHEAD = {"happened": "care_plan_activity", "window": {"next": {"days": 2}}}
LONG_DUE = {
    "happened": "care_plan_activity",
    "window": {"between": [{"now": True, "plus": {"years": -2}}, {"now": True, "plus": {"days": -91}}]},
}
GROWN_UP = {
    "happened": "observation",
    "window": {"between": [{"field": "birth_date", "plus": {"years": 18}}, {"now": True}]},
}
NOT_GROWN_UP = {**GROWN_UP, "count": {"exactly": 0}}
NO_LOW_AFTER = {
    "happened": "observation",
    "where": [{"field": "value", "is": "more_than", "value": 9}],
    "also": [
        {
            "none": [
                {
                    "happened": "observation",
                    "where": [{"field": "value", "is": "less_than", "value": 8}],
                    "window": {"after": {"days": 30}},
                }
            ]
        }
    ],
}
RULES: dict[str, dict[str, Any]] = {
    "last is high": LAST_IS_HIGH,
    "due": DUE,
    "ahead": AHEAD,
    "long due": LONG_DUE,
    "grown up": GROWN_UP,
    "not grown up": NOT_GROWN_UP,
    "no low after": NO_LOW_AFTER,
}
MOMENTS = {
    "2026-03-01 12:00": {"last is high": "Ana Ben", "ahead": "Ana Ben", "grown up": "Ben Cleo"},
    # without a birth date nobody was seen after it, and the tenth of March is not within thirty days
    "2026-03-01 12:30": {"not grown up": "Ana Dora", "no low after": "Ana"},
    # the second of March begins in Tokyo, nine hours before UTC, and ends in New York five hours after
    "2026-03-01 14:59": {"long due": "", "due": "", "ahead": "Ana Ben"},
    "2026-03-01 15:00": {"due": "Ana", "ahead": "Ana Ben"},
    "2026-03-02 04:59": {"due": "Ana", "ahead": "Ana Ben"},
    "2026-03-02 05:00": {"due": "Ana Ben", "ahead": "Ana Ben"},
    "2026-03-02 15:00": {"due": "Ana Ben", "ahead": "Ben"},
    "2026-03-03 05:00": {"due": "Ana Ben", "ahead": ""},
    "2026-03-10 07:59": {"last is high": "Ana Ben", "grown up": "Ben Cleo"},
    "2026-03-10 08:00": {"last is high": "Ben", "grown up": "Ana Ben Cleo", "not grown up": "Dora"},
    # ninety-one days after the second of March; clocks are an hour ahead in New York
    "2026-05-31 15:00": {"long due": "Ana"},
    "2026-06-01 03:59": {"long due": "Ana"},
    "2026-06-01 04:00": {"long due": "Ana Ben"},
    "2028-03-03 05:00": {"long due": "Cleo"},
}


def test_members_come_and_go_at_the_very_moment(owner: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = {"observation": OBSERVATIONS, "care_plan_activity": ACTIVITIES}
    records = {table: drawn(text, table) for table, text in tables.items()}
    world = World(moment_of("2026-03-01 12:00"), drawn(PATIENTS, "patient"), records)
    for module in (catching_up, filling):
        monkeypatch.setattr(module, "known", lambda session: world.known)
    with Session(owner) as session:
        write(world, session)
        catch_up(session, an_act(world.now))
        keep(session, world)
        for written, expected in MOMENTS.items():
            world.now = moment_of(written)
            agrees(session, world, expected, written)
            catch_up(session, an_act(world.now))
            assert session.scalars(select(PatientFact.patient_id).where(PatientFact.stale_at <= world.now)).all() == []
            agrees(session, world, expected, f"{written}, caught up")
        session.rollback()


def keep(session: Session, world: World) -> None:
    """Columns for all the rules."""
    add(session.connection(), columns_for(list(RULES.values()), world))
    while filling.fill_columns(session, an_act(world.now)).count:
        pass
    session.execute(update(FactColumn).values(status="ready"))
    facts = read_facts(session)
    assert all(is_on_facts(rule, world.known, facts) for rule in RULES.values())


def agrees(session: Session, world: World, expected: dict[str, str], when: str) -> None:
    """These rules have these members, by facts and records together and by the oracle."""
    rules = [RULES[name] for name in expected]
    for names, rule, wanted in zip(Question(rules, world).found(session), rules, expected.values(), strict=True):
        assert sorted(names) == wanted.split() == sorted(oracle.members(rule, world)), (when, rule)


def moment_of(written: str) -> dt.datetime:
    """In UTC."""
    return dt.datetime.fromisoformat(written).replace(tzinfo=dt.UTC)
