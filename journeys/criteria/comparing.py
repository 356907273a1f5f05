"""Compiles the parts that every rule is made of: groups in three-valued logic, and one comparison of one fact.

Negation is carried down to the single conditions: a rule either has to *hold* or has to *fail*, and each condition
says both. So nothing above a condition is ever negated, a condition on an unknown fact neither holds nor fails, and
"no such record" stays a plain anti-join. Where a condition says that the unknown counts, it holds or fails and is
nothing between.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Numeric, and_, case, false, func, literal, not_, or_, select, true

from journeys.criteria.kinds import NUMBER, Facet
from journeys.criteria.known import Known
from journeys.criteria.operators import OPERATORS
from journeys.criteria.operators.base import TWO_NUMBERS, VALUE, VALUE_SET, VALUES, Fact, Operator
from journeys.criteria.shapes import Rule, shape_of
from journeys.criteria.units import converted, in_every_unit

Flag = ColumnElement[bool]


class Groups:
    """all, any and none, over conditions that a subclass knows."""

    def holds(self, rule: Rule) -> Flag:
        """The rule is so."""
        shape = shape_of(rule)
        if shape == "all":
            return and_(true(), *[self.holds(part) for part in rule["all"]])
        if shape == "any":
            return or_(false(), *[self.holds(part) for part in rule["any"]])
        if shape == "none":
            return and_(true(), *[self.fails(part) for part in rule["none"]])
        return self.condition_holds(rule)

    def fails(self, rule: Rule) -> Flag:
        """The rule is known not to be so."""
        shape = shape_of(rule)
        if shape == "all":
            return or_(false(), *[self.fails(part) for part in rule["all"]])
        if shape == "any":
            return and_(true(), *[self.fails(part) for part in rule["any"]])
        if shape == "none":
            return or_(false(), *[self.holds(part) for part in rule["none"]])
        return self.condition_fails(rule)

    def condition_holds(self, rule: Rule) -> Flag:
        """One condition is so."""
        raise NotImplementedError

    def condition_fails(self, rule: Rule) -> Flag:
        """One condition is known not to be so."""
        return not_(self.condition_holds(rule))


@dataclass(frozen=True)
class Comparison:
    """One condition on one fact: the fact, what is known of it beforehand, and what the rule wants.

    `by_itself` says that rows of another relation are better found by themselves than joined.
    """

    fact: Fact
    facet: Facet
    rule: Rule
    known: Known
    by_itself: bool = False

    @property
    def operator(self) -> Operator:
        """How it is compared."""
        return OPERATORS[self.rule["is"]]

    @property
    def of_unknown(self) -> bool | None:
        """What it says of an unknown fact: yes, no, or unknown again."""
        return True if "unknown" in self.rule else self.operator.of_unknown

    def holds(self) -> Flag:
        """The fact is so."""
        if self.fact.rows is not None:
            return self.holds_elsewhere()
        if "unknown" in self.rule:
            return func.coalesce(not_(self.operator.fails(self.fact, self.wanted)), true())
        return self.operator.holds(self.fact, self.wanted)

    def fails(self) -> Flag:
        """The fact is known not to be so."""
        if self.fact.rows is not None:
            return self.fails_elsewhere()
        return not_(self.holds()) if "unknown" in self.rule else self.operator.fails(self.fact, self.wanted)

    def holds_elsewhere(self) -> Flag:
        """The same among the rows of another relation."""
        if self.fact.otherwise is not None:
            return self.or_otherwise(self.operator.holds)
        if self.of_unknown:
            return not_(self.there(self.operator.fails))
        return self.there(self.operator.holds)

    def fails_elsewhere(self) -> Flag:
        """The same among the rows of another relation."""
        if self.fact.otherwise is not None:
            return self.or_otherwise(self.operator.fails)
        if self.of_unknown is False:
            return not_(self.there(self.operator.holds))
        return self.there(self.operator.fails)

    def there(self, compare: Any) -> Flag:
        """Whether the other relation has a row of this one that compares so.

        The newest row does when there is one that does, and none that is newer and does not: fewer rows to look at than
        all that are newer.
        """
        compared = compare(self.fact, self.wanted)
        if self.fact.newer is None:
            return self.exists(compared)
        rows, value, is_newer = self.fact.newer
        is_other = not_(compare(replace(self.fact, value=value), self.wanted))
        other = select(literal(1)).select_from(rows).where(is_newer, is_other).correlate_except(rows)
        return self.exists(and_(compared, not_(other.exists())))

    def or_otherwise(self, compare: Any) -> Flag:
        """The same, where those without a row have a fact as well."""
        of_others = compare(replace(self.fact, value=literal(self.fact.otherwise)), self.wanted)
        return or_(self.there(compare), and_(of_others, not_(self.exists(true()))))

    def exists(self, compared: Flag) -> Flag:
        """Whether there is a row of this one, and compares so."""
        own, outer = self.fact.key
        only = true() if self.fact.only is None else self.fact.only
        if self.by_itself:
            found = select(own).select_from(self.fact.rows).where(only, compared).correlate(None)
            return and_(outer.is_not(None), outer.in_(found))
        looked_up = select(literal(1)).select_from(self.fact.rows).where(own == outer, only, compared)
        return looked_up.correlate_except(self.fact.rows).exists()

    @cached_property
    def wanted(self) -> Any:
        """What the rule wants, as operators take it."""
        value: Any = self.rule.get("value")
        shape = self.operator.takes[self.facet.kind]
        if shape == VALUE_SET:
            return self.known.value_sets[value].version_id
        if self.facet.kind != NUMBER or shape not in {VALUE, VALUES, TWO_NUMBERS}:
            return value
        return [self.number(each) for each in value] if isinstance(value, list) else self.number(value)

    def number(self, wanted: Any) -> Any:
        """A number in the unit of the row, NULL where it cannot be one; of a fact with one unit, in that."""
        if not isinstance(wanted, dict):
            return as_written(wanted)
        number, unit = wanted["number"], wanted["unit"]
        if self.facet.unit:
            return as_written(converted(number, unit, self.facet.unit))
        numbers = {code: as_written(each) for code, each in in_every_unit(number, unit).items()}
        return case(numbers, value=self.fact.beside)


def as_written(number: float) -> ColumnElement[Any]:
    """A number as SQL, exactly as it was written: columns of whole numbers would round it to their own kind."""
    return literal(Decimal(str(number)), Numeric)
