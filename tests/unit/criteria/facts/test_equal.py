"""Rules on facts, rules on records and the oracle agree: whatever was changed, whatever time has passed, whatever
columns there are, before and after catching up."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import Engine, literal, select, union_all, update
from sqlalchemy.orm import Session

from journeys.criteria.facts import catch_up as catching_up
from journeys.criteria.facts import fill_columns as filling
from journeys.criteria.facts.catch_up import catch_up
from journeys.criteria.facts.columns import add
from journeys.criteria.facts.facts import NO_FACTS, Facts, read_facts
from journeys.criteria.facts.fill_columns import fill_columns
from journeys.criteria.facts.members import condition_on_facts, is_on_facts, members
from journeys.criteria.facts.need_columns import NewColumn, new_column
from journeys.criteria.facts.rule import used_by
from journeys.criteria.fields import RECORDS
from journeys.foundation.acting import EVERYWHERE, Act
from journeys.store.facts import FactColumn
from tests import oracle
from tests.unit.criteria import dice as st
from tests.unit.criteria import histories
from tests.unit.criteria.facts.changing import change, moments_after
from tests.unit.criteria.histories import Rule
from tests.unit.criteria.membership.once import Once
from tests.unit.criteria.test_generated import KINDS, rules_of
from tests.world import World, write

pytestmark = [pytest.mark.store, pytest.mark.slow]

QUIET = settings(
    max_examples=2,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
MOST_RULES = 16
"""A statement asks for them all at once."""


def an_act(now: dt.datetime) -> Act:
    return Act(now, "test:facts", EVERYWHERE)


def columns_for(rules: list[Rule], world: World) -> list[NewColumn]:
    """Every column that rules want and can have."""
    wanted = {}
    for rule in rules:
        wanted.update(used_by(rule, world.known, NO_FACTS).wanted)
    found = [new_column(summary, {"test"}, world.known, an_act(world.now)) for summary in wanted.values()]
    return [each for each in found if each is not None]


def is_kept(rule: Rule, world: World) -> bool:
    """Whether a rule reads nothing but facts, once it has its columns."""
    columns = {each.summary.name: each.summary for each in columns_for([rule], world)}
    return is_on_facts(rule, world.known, Facts(columns))


def build(draw: Any, session: Session, rules: list[Rule], world: World) -> None:
    """Columns for what the rules want: most of them ready, some still being built, some retired."""
    doing = an_act(world.now)
    new = columns_for(rules, world)
    add(session.connection(), new)
    while fill_columns(session, doing, limit=2).count:
        pass
    status = st.sampled_from(["ready", "ready", "ready", "building", "retired"])
    for each in new:
        set_status = update(FactColumn).where(FactColumn.name == each.summary.name)
        session.execute(set_status.values(status=draw(status)))


@dataclass
class Question:
    """Who is in each rule, asked by one statement. It is put together anew when the moment or the facts that may be
    read have changed: what else there is in the database is not in it, and putting it together is what takes long."""

    rules: list[Rule]
    world: World
    made_for: tuple[dt.datetime, Facts] | None = None
    statement: Any = None

    def found(self, session: Session) -> list[list[str]]:
        """Names of the members of each rule."""
        now = (self.world.now, read_facts(session))
        if now != self.made_for:
            self.made_for, self.statement = now, self.put_together(*now)
        names = {number: name for name, number in self.world.ids.items()}
        found: list[list[str]] = [[] for _ in self.rules]
        for number, place in session.execute(self.statement):
            found[place].append(names[number])
        return found

    def put_together(self, now: dt.datetime, facts: Facts) -> Any:
        """The statement of one moment and these facts."""
        told = [members(rule, now, self.world.known, facts) for rule in self.rules]
        return union_all(*[each.add_columns(literal(place)) for place, each in enumerate(told)])


def found_in_rows(session: Session, rules: list[Rule], world: World) -> list[set[str]]:
    """Who is in each rule, by the fact rows as they stand."""
    names = {number: name for name, number in world.ids.items()}
    facts = read_facts(session)
    flags = [condition_on_facts(rule, world.now, world.known, facts) for rule in rules]
    found: list[set[str]] = [set() for _ in rules]
    for number, *answers in session.execute(select(facts.rows.c.patient_id, *flags)):
        for place, answer in enumerate(answers):
            if answer:
                found[place].add(names[number])
    return found


def agree(session: Session, question: Question, when: str) -> None:
    """The facts say what the oracle says, nobody twice."""
    world = question.world
    for rule, names in zip(question.rules, question.found(session), strict=True):
        assert sorted(names) == sorted(oracle.members(rule, world)), (when, world.now, rule)


@pytest.mark.parametrize("kind", KINDS)
def test_facts_and_the_oracle_agree(kind: str, owner: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    @QUIET
    @given(data=st.data())
    def always(data: Any) -> None:
        world = histories.worlds(data.draw, kind)
        drawn = list(rules_of(data, world.now, kind, world.known))
        tried = [condition for _, condition in drawn if condition["field"] != kind]
        lasting = list(histories.lasting(data.draw, world.now, kind, tried)) if kind in RECORDS else []
        assert [rule for rule in lasting if not is_kept(rule, world)] == []
        begin = data.draw(st.integers(0, len(drawn) - 1))
        rules = [*lasting, *[rule for rule, _ in drawn[begin:] + drawn[:begin]]][:MOST_RULES]
        with Session(owner) as session:
            write(world, session)
            question = Question(rules, world)
            for module in (catching_up, filling):
                monkeypatch.setattr(module, "known", lambda session: world.known)
            agree(session, question, "without facts")
            catch_up(session, an_act(world.now))
            build(data.draw, session, rules, world)
            agree(session, question, "with facts")
            once = Once.of(rules, world, read_facts(session))
            for moment in moments_after(data.draw, world):
                changes = [change(data.draw, world, session) for _ in range(data.draw(st.integers(0, 3)))]
                session.flush()
                before, world.now = world.now, max(moment, world.now)
                agree(session, question, f"{before} and then {changes}")
                catch_up(session, an_act(world.now))
                agree(session, question, f"caught up after {before} and {changes}")
                for rule, names in zip(rules, found_in_rows(session, rules, world), strict=True):
                    assert names == oracle.members(rule, world), rule
                once = once.on(read_facts(session), world)
                for rule, names in zip(once.rules, once.found(session, world), strict=True):
                    assert names == oracle.members(rule, world), rule
            world.now -= dt.timedelta(days=40)
            agree(session, question, "in the past")
            session.rollback()

    always()
