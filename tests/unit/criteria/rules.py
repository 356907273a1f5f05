"""Generated rules: every comparison and every shape, with values that flip on generated histories."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from journeys.criteria.fields import RECORDS
from journeys.criteria.fields.base import Field
from journeys.criteria.kinds import CODE, CODES, NUMBER, UNIT, Facet
from journeys.criteria.known import Known
from journeys.criteria.operators import operators_of
from journeys.criteria.operators.base import (
    MOMENT,
    NOTHING,
    SPAN,
    TWO_MOMENTS,
    TWO_NUMBERS,
    VALUE,
    VALUE_SET,
    VALUES,
    Operator,
)
from tests.unit.criteria import dice as st
from tests.unit.criteria.pasts import NUMBERS, VALUE_SETS, Drawer, days, other_kind, values_of

Rule = dict[str, Any]

SPANS = [{"days": 0}, {"days": 1}, {"days": 30}, {"weeks": 4, "days": 2}, {"months": 1}, {"years": 1}, {"days": 182}]
UNWATCHED = {"practitioner", "organization", "programme", "progress", "place_of_day"}
"""Attributes that stand in tables of which nobody knows whose facts a change in them changes."""
WANTED_UNITS = ["mm[Hg]", "kPa", "cm[H2O]", "g/L", "mmol/L"]


def conditions(draw: Drawer, now: dt.datetime, kind: str, known: Known) -> Iterator[Rule]:
    """Comparisons of a record's attributes or of a fact: every attribute and every operator, with drawn values."""
    if kind in RECORDS:
        facets = {name: attribute.facet() for name, attribute in RECORDS[kind].attributes.items()}
        bases: list[tuple[Rule, Facet]] = [({"field": name}, facet) for name, facet in facets.items()]
    else:
        bases = [(base, facet_of(known.facts()[kind])) for base in with_parameters(kind)]
    missing = {operator.name: operator for _, facet in bases for operator in operators_of(facet)}
    for base, facet in bases:
        operator = draw(st.sampled_from(operators_of(facet)))
        missing.pop(operator.name, None)
        yield condition(draw, now, base, facet, operator)
    for operator in missing.values():
        base, facet = draw(st.sampled_from([each for each in bases if operator.fits(each[1])]))
        yield condition(draw, now, base, facet, operator)


def facet_of(field: Field) -> Facet:
    """What a fact is, whatever its parameters."""
    return field.facet({}, None)


def condition(draw: Drawer, now: dt.datetime, base: Rule, facet: Facet, operator: Operator) -> Rule:
    """One comparison with a drawn value; perhaps the unknown counts."""
    wanted = value(draw, now, operator.takes[facet.kind], facet, str(base["field"]))
    counts = {"unknown": "counts"} if operator.of_unknown is None and draw(st.integers(0, 3)) == 0 else {}
    return {**base, "is": operator.name, **wanted, **counts}


def with_parameters(kind: str) -> list[Rule]:
    """A fact with each set of its parameters that generated worlds know."""
    possible: dict[str, list[dict[str, str]]] = {
        "consent": [{"purpose": purpose, "channel": "a"} for purpose in ("care", "promotional")],
        "age_on": [{"date": day} for day in ("2026-03-08", "2024-02-29")],
        "has_telecom": [{"system": system} for system in ("phone", "email")],
        "known_at": [{"branch": branch} for branch in ("b1", "b2")],
        "random_number": [{"name": name} for name in ("x", "y")],
    }
    return [{"field": kind, "of": of} for of in possible[kind]] if kind in possible else [{"field": kind}]


def value(draw: Drawer, now: dt.datetime, shape: str, facet: Facet, name: str) -> Rule:
    """A drawn value of a shape, as the part of a rule that holds it."""
    if shape == NOTHING:
        return {}
    numbers = numbers_of(facet)
    if shape in {VALUE, VALUES}:
        possible = st.sampled_from(list(facet.choices) or values_of(name, facet))
        one = numbers if facet.kind == NUMBER else possible
        return {"value": draw(one if shape == VALUE else st.lists(one, min_size=1, max_size=3))}
    drawn = {
        TWO_NUMBERS: st.tuples(numbers, numbers).map(in_order),
        MOMENT: moments(now),
        TWO_MOMENTS: st.lists(moments(now), min_size=2, max_size=2).filter(is_in_order),
        SPAN: st.sampled_from(SPANS),
        VALUE_SET: st.sampled_from(sorted(VALUE_SETS)),
    }
    return {"value": draw(drawn[shape])}


def numbers_of(facet: Facet) -> Any:
    """Numbers, and where there are units also some with one of them."""
    plain = st.sampled_from(NUMBERS)
    if facet.unit:
        return plain | st.builds(lambda number: {"number": number * 1000, "unit": "g"}, plain)
    if facet.beside != UNIT:
        return plain
    return plain | st.builds(
        lambda number, unit: {"number": number, "unit": unit}, plain, st.sampled_from(WANTED_UNITS)
    )


def in_order(pair: tuple[Any, Any]) -> list[Any]:
    """Two numbers as the check wants them: both in the unit of the first, the smaller one first."""
    first, second = pair
    if not isinstance(first, dict) and not isinstance(second, dict):
        return sorted(pair)
    unit = first["unit"] if isinstance(first, dict) else second["unit"]
    numbers = sorted(each["number"] if isinstance(each, dict) else each for each in pair)
    return [{"number": number, "unit": unit} for number in numbers]


def is_in_order(pair: list[Rule]) -> bool:
    """Whether two fixed dates are in order, as the check wants them."""
    return not all(set(moment) == {"date"} for moment in pair) or pair[0]["date"] <= pair[1]["date"]


def moments(now: dt.datetime) -> st.SearchStrategy[Rule]:
    """Moments: now, a fixed date or a date of the patient, and one of these shifted."""
    fixed = days(now).map(lambda day: {"date": day.isoformat()})
    base = st.just({"now": True}) | fixed | st.just({"field": "birth_date"})
    return base | shifted(base)


def shifted(base: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    """The same with a span added or taken away."""
    plus = st.sampled_from(SPANS + [{unit: -number for unit, number in span.items()} for span in SPANS])
    return st.builds(lambda moment, span: {**moment, "plus": span}, base, plus)


def happening(draw: Drawer, now: dt.datetime, kind: str, where: list[Rule]) -> Rule:
    """Something that happened, with a drawn count or pick, and a window."""
    rule: Rule = {"happened": kind, "where": where}
    counts = [{"at_least": 1}, {"at_least": 2}, {"at_most": 1}, {"exactly": 0}, {"exactly": 1}]
    count = draw(st.sampled_from([None, *counts]))
    if count:
        rule["count"] = count
    elif draw(st.integers(0, 3)) == 0:
        rule["days"] = {"at_least": draw(st.sampled_from([1, 2, 30]))}
    return {**rule, **window(draw, now)}


def window(draw: Drawer, now: dt.datetime) -> Rule:
    """A drawn window, or none, as the part of a rule that holds it."""
    between = st.lists(moments(now), min_size=2, max_size=2).filter(is_in_order)
    ways = {"last": st.sampled_from(SPANS), "next": st.sampled_from(SPANS)}
    ways |= dict.fromkeys(("between", "overlaps", "during", "ends"), between)
    way = draw(st.sampled_from([None, None, *ways]))
    return {"window": {way: draw(ways[way])}} if way else {}


def picking(draw: Drawer, now: dt.datetime, kind: str, pick: str, conditions: list[Rule]) -> Rule:
    """The first, last or next record of a kind, and how it has to be."""
    of, where = (draw(st.lists(st.sampled_from(conditions), max_size=1)) for _ in range(2))
    return {"happened": kind, pick: of, "where": where, **window(draw, now)}


def beside(draw: Drawer, now: dt.datetime, kind: str, way: str, conditions: list[Rule]) -> Rule:
    """A record with others of the same or another kind beside it, in a window of a way."""
    kinds = draw(st.sampled_from([(kind, kind), (kind, other_kind(kind)), (other_kind(kind), kind)]))
    dates = [name for name, each in RECORDS[kinds[0]].attributes.items() if each.kind not in {CODE, CODES, NUMBER}]
    moment = {"record": draw(st.sampled_from(["date", *dates]))}
    two = draw(
        st.sampled_from([[moment, {"now": True}], [{**moment, "plus": {"days": -30}}, {**moment, "plus": {"days": 2}}]])
    )
    wanted = two if way == "between" else draw(st.sampled_from(SPANS))
    inner: Rule = {"happened": kinds[1], "window": {way: wanted}}
    inner.update(
        draw(st.sampled_from([{}, {}, {"count": {"at_least": 2}}, {"count": {"exactly": 1}}, {"last_of": []}]))
    )
    if kinds[1] == kind and draw(st.booleans()):
        inner["where"] = [draw(st.sampled_from(conditions))]
    rules = draw(
        st.sampled_from([[inner], [{"none": [inner]}], [{"any": [inner, {"happened": kinds[1], "where": []}]}]])
    )
    return {"happened": kinds[0], "also": rules, **window(draw, now)}


def lasting(draw: Drawer, now: dt.datetime, kind: str, conditions: list[Rule]) -> Iterator[Rule]:
    """What happened as a fact row can hold it: every way to sum records up, and every end at which it can stop."""
    always = [each for each in conditions if is_timeless(each)] or [{"all": []}]
    timeless = st.lists(st.sampled_from(always), max_size=1)
    fixed = moments(now).filter(lambda moment: moment != {"now": True})
    between = st.lists(fixed, min_size=2, max_size=2).filter(is_in_order).map(lambda two: {"between": two})
    span = st.sampled_from(SPANS)
    for pick, way in (("first_of", "last"), ("last_of", "last"), ("next_of", "next")):
        window = draw(st.sampled_from([between, span.map(lambda length, way=way: {way: length})]))
        yield {"happened": kind, pick: draw(timeless), "where": draw(timeless), "window": draw(window)}
    counts = st.sampled_from([{"at_least": 1}, {"at_least": 2}, {"at_most": 1}, {"exactly": 1}])
    for window in (between, span.map(lambda length: {"last": length}), span.map(lambda length: {"next": length})):
        yield {"happened": kind, "where": draw(timeless), "count": draw(counts), "window": draw(window)}
    for ends in ([{"now": True}, draw(fixed)], [draw(fixed), {"now": True}]):
        yield {"happened": kind, "where": draw(timeless), "count": draw(counts), "window": {"between": ends}}
    inner: Rule = {"happened": draw(st.sampled_from([kind, other_kind(kind)]))}
    inner["window"] = {draw(st.sampled_from(["after", "before", "around"])): draw(span)}
    also = draw(st.sampled_from([[inner], [{"none": [inner]}], [{**inner, "count": {"at_least": 2}}]]))
    yield {"happened": kind, "where": draw(timeless), "also": also, "window": {"last": draw(span)}}
    yield {"happened": kind, "last_of": draw(timeless), "where": draw(timeless), "also": also}


def is_timeless(condition: Rule) -> bool:
    """Whether a comparison says the same at any time and of any patient, and what it reads is watched."""
    if condition["field"] in UNWATCHED:
        return False
    wanted = condition.get("value")
    moments = wanted if isinstance(wanted, list) else [wanted]
    names_another = any(isinstance(each, dict) and {"now", "field"} & set(each) for each in moments)
    return not names_another and condition["is"] not in {"within_last", "within_next"}


def grouped(draw: Drawer, first: Rule, second: Rule) -> Rule:
    """One or two rules in drawn groups."""
    shape = draw(st.sampled_from(["plain", "none", "all", "any", "none of all", "neither"]))
    shapes: dict[str, Rule] = {
        "plain": first,
        "none": {"none": [first]},
        "all": {"all": [first, {"none": [second]}]},
        "any": {"any": [first, second]},
        "none of all": {"none": [{"all": [first, second]}]},
        "neither": {"none": [first, second]},
    }
    return shapes[shape]
