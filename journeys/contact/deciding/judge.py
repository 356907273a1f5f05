"""Every rule over every candidate in one expression: which fail, why, until when, and what follows for the message.

The same function judges what planning has just computed, what is looked at again before sending, and what replay reads
back, so that the three cannot differ.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    DateTime,
    Text,
    and_,
    case,
    cast,
    column,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import array, distinct_on

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import EXPIRED_BEFORE_WINDOW
from journeys.contact.deciding.rule_set import InForce, RuleSet
from journeys.contact.rule_drafts.rule_records import Record, applies
from journeys.contact.rules.base import Kind

INSTANT = DateTime(timezone=True)
KINDS: tuple[Kind, ...] = ("stop", "suppress", "ask", "defer")

ALLOW = "allow"
DEFER = "defer"
SUPPRESS = "suppress"
HUMAN_TASK = "human-task"
PASSED_OVER = "passed-over"

OF_CANDIDATE = (
    "message_id",
    "patient_id",
    "is_beside",
    "recipient_id",
    "rung",
    "channel",
    "telecom_id",
    "language",
    "registered_as",
)
"""What of a candidate is written on its message, or tells which one it is."""


def checked(candidate: CTE, rules: RuleSet, before_sending: bool = False) -> CTE:
    """SQL: for each candidate what each rule says: `fails_<rule>`, and where it is no constant `reason_<rule>`, and for
    rules that put off `until_<rule>`.

    `before_sending` leaves out the rules that are not looked at again; their place in the mask stays.
    """
    columns: list[ColumnElement[Any]] = []
    for each in rules:
        columns += opinion(candidate.c, each, before_sending)
    facts = func.to_jsonb(literal_column(candidate.name)).label("facts")
    given = [candidate.c[name] for name in OF_CANDIDATE]
    useful = candidate.c.useful_until
    return select(*given, useful, facts, *columns).cte("checked").prefix_with("MATERIALIZED")


def opinion(columns: Any, each: InForce, before_sending: bool) -> list[ColumnElement[Any]]:
    """What one rule says by all its records that apply; one that cannot be answered fails."""
    rule = each.rule
    facts = Facts(columns, rule.needs)
    asked = rule.before_sending or not before_sending
    parts = [(fails_by(columns, facts, each, group), group) for group in grouped(each)] if asked else []
    said: list[ColumnElement[Any]] = [or_(false(), *(fails for fails, _ in parts)).label(f"fails_{rule.name}")]
    if len(rule.reasons) > 1:
        reasons = [(fails, cast(rule.reason(facts, group[0].parameters), Text)) for fails, group in parts]
        said.append((case(*reasons) if reasons else cast(null(), Text)).label(f"reason_{rule.name}"))
    if each.does == "defer":
        untils = [case((fails, rule.until(facts, group[0].parameters))) for fails, group in parts]
        latest = func.greatest(*untils) if untils else null()
        said.append(cast(latest, INSTANT).label(f"until_{rule.name}"))
    return said


def grouped(each: InForce) -> list[list[Record]]:
    """The records of a rule, those together that differ only in where they hold; its own setting first."""
    records = [Record(each.parameters, {})] if each.is_general else []
    groups: dict[Any, list[Record]] = {}
    for record in [*records, *each.records]:
        key = (repr(record.parameters), record.narrows, bool(record.jurisdictions))
        groups.setdefault(key, []).append(record)
    return list(groups.values())


def fails_by(columns: Any, facts: Facts, each: InForce, group: list[Record]) -> ColumnElement[bool]:
    """SQL: whether the rule fails by records that differ only in where they hold."""
    fails = func.coalesce(each.rule.fails(facts, group[0].parameters), True)
    return fails if not group[0].content else and_(applies(columns, group), fails)


def judged(checked: CTE, rules: RuleSet) -> CTE:
    """SQL: for each candidate the mask of failed rules, the reasons in order, and the verdict of the channel alone."""
    fails = {each.rule.name: checked.c[f"fails_{each.rule.name}"] for each in rules}
    of_kind = {kind: [fails[each.rule.name] for each in rules if each.does == kind] for kind in KINDS}
    until = latest(checked, rules)
    stopped = or_(false(), *of_kind["stop"], *of_kind["suppress"])
    asks = or_(false(), *of_kind["ask"])
    late = and_(~stopped, ~asks, func.coalesce(until > checked.c.useful_until, False))
    reasons = [case((fails[each.rule.name], reason_of(checked, each))) for each in rules]
    reasons.append(case((late, EXPIRED_BEFORE_WINDOW)))
    failed = sum(
        (case((each, 1 << place), else_=0) for place, each in enumerate(fails.values())),
        literal_column("0", BigInteger),
    )
    verdict = case(
        (failed == 0, ALLOW),
        (stopped, SUPPRESS),
        (asks, HUMAN_TASK),
        (or_(late, until.is_(None)), SUPPRESS),
        else_=DEFER,
    )
    return (
        select(
            *[checked.c[name] for name in (*OF_CANDIDATE, "facts")],
            cast(failed, BigInteger).label("failed"),
            func.array_remove(cast(array(reasons), ARRAY(Text)), null()).label("reasons"),
            cast(verdict, Text).label("verdict"),
            case((verdict == DEFER, until)).label("defer_until"),
        )
        .cte("judged")
        .prefix_with("MATERIALIZED")
    )


def latest(checked: CTE, rules: RuleSet) -> ColumnElement[Any]:
    """SQL: the moment at which every rule that puts off has had its time."""
    names = [each.rule.name for each in rules if each.does == "defer"]
    untils = [case((checked.c[f"fails_{name}"], checked.c[f"until_{name}"])) for name in names]
    return func.greatest(*untils) if untils else cast(null(), INSTANT)


def reason_of(checked: CTE, each: InForce) -> ColumnElement[Any]:
    """SQL: the reason that a rule gives where it fails."""
    rule = each.rule
    return checked.c[f"reason_{rule.name}"] if len(rule.reasons) > 1 else cast(next(iter(rule.reasons)), Text)


def ranked(judged: CTE) -> CTE:
    """SQL: the verdicts side by side: of several channels that allow, the best one of the ladder does, the rest are
    passed over. So is whoever is beside the patient, as long as the patient may get the message, be it later or with
    the help of staff."""
    allowed = judged.c.verdict == ALLOW
    is_beside = func.coalesce(judged.c.is_beside, False)
    best = func.min(judged.c.rung).filter(allowed).over(partition_by=judged.c.message_id)
    for_patient = and_(~is_beside, judged.c.verdict != SUPPRESS)
    waits = func.coalesce(func.bool_or(for_patient).over(partition_by=judged.c.message_id), False)
    verdict = case(
        (and_(is_beside, waits), PASSED_OVER),
        (and_(allowed, judged.c.rung > best), PASSED_OVER),
        else_=judged.c.verdict,
    )
    others = [each for each in judged.c if each.name != "verdict"]
    return select(*others, verdict.label("verdict")).cte("ranked").prefix_with("MATERIALIZED")


def decided(ranked: CTE) -> CTE:
    """SQL: one row for each message: the verdict, its channel, and all reasons, the primary one first.

    A message goes on the channel that allows it; else it waits for the first channel that only asks for time; else it
    is held, for the reasons of all channels, and staff are asked where they can mend it.
    """
    order = case({ALLOW: 1, DEFER: 2, HUMAN_TASK: 3}, value=ranked.c.verdict, else_=4)
    first = (
        select(ranked)
        .ext(distinct_on(ranked.c.message_id))
        .order_by(ranked.c.message_id, order, ranked.c.defer_until, ranked.c.rung)
        .subquery("first")
    )
    why = reasons_of(ranked)
    return (
        select(
            *[each for each in first.c if each.name not in {"reasons", "facts"}],
            case((first.c.verdict == DEFER, first.c.reasons), else_=why.c.reasons).label("reasons"),
        )
        .outerjoin(why, why.c.message_id == first.c.message_id)
        .cte("decided")
    )


def reasons_of(ranked: CTE) -> Any:
    """SQL: the reasons of each message over all its channels, each code once, in the order of ladder and rules."""
    code = func.unnest(ranked.c.reasons).table_valued(column("code", Text), with_ordinality="place", name="reason")
    code = code.render_derived()
    each = (
        select(ranked.c.message_id, code.c.code, func.min(ranked.c.rung * 100 + code.c.place).label("place"))
        .select_from(ranked)
        .join(code, true())
        .group_by(ranked.c.message_id, code.c.code)
        .subquery("each_reason")
    )
    codes = func.array_agg(each.c.code.op("ORDER BY")(each.c.place), type_=ARRAY(Text))
    return select(each.c.message_id, codes.label("reasons")).group_by(each.c.message_id).subquery("why")
