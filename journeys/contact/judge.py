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

from journeys.contact.columns import Facts
from journeys.contact.reasons import EXPIRED_BEFORE_WINDOW
from journeys.contact.rule_set import InForce, RuleSet

INSTANT = DateTime(timezone=True)

ALLOW = "allow"
DEFER = "defer"
SUPPRESS = "suppress"
PASSED_OVER = "passed-over"


def checked(candidate: CTE, rules: RuleSet, before_sending: bool = False) -> CTE:
    """SQL: for each candidate what each rule says: columns `fails_<rule>`, `reason_<rule>` and `until_<rule>`.

    `before_sending` leaves out the rules that are not looked at again; their place in the mask stays.
    """
    columns: list[ColumnElement[Any]] = []
    for each in rules:
        columns += opinion(candidate.c, each, before_sending)
    facts = func.to_jsonb(literal_column(candidate.name)).label("facts")
    given = [candidate.c[name] for name in ("message_id", "patient_id", "rung", "channel", "telecom_id", "language")]
    useful = candidate.c.useful_until
    return select(*given, useful, facts, *columns).cte("checked").prefix_with("MATERIALIZED")


def opinion(columns: Any, each: InForce, before_sending: bool) -> list[ColumnElement[Any]]:
    """What one rule says; a rule that cannot be answered fails."""
    rule, parameters = each.rule, each.parameters
    facts = Facts(columns, rule.needs)
    asked = rule.before_sending or not before_sending
    fails = func.coalesce(rule.fails(facts, parameters), True) if asked else false()
    until = rule.until(facts, parameters) if rule.kind == "defer" else null()
    return [
        fails.label(f"fails_{rule.name}"),
        cast(rule.reason(facts, parameters), Text).label(f"reason_{rule.name}"),
        cast(until, INSTANT).label(f"until_{rule.name}"),
    ]


def judged(checked: CTE, rules: RuleSet) -> CTE:
    """SQL: for each candidate the mask of failed rules, the reasons in order, and the verdict of the channel alone."""
    names = [each.rule.name for each in rules]
    puts_off = [each.rule.name for each in rules if each.rule.kind == "defer"]
    stops = [checked.c[f"fails_{name}"] for name in names if name not in puts_off]
    bits = [case((checked.c[f"fails_{name}"], 1 << place), else_=0) for place, name in enumerate(names)]
    until = func.greatest(*[case((checked.c[f"fails_{name}"], checked.c[f"until_{name}"])) for name in puts_off])
    stopped = or_(false(), *stops)
    late = and_(~stopped, func.coalesce(until > checked.c.useful_until, False))
    reasons = [case((checked.c[f"fails_{name}"], checked.c[f"reason_{name}"])) for name in names]
    reasons.append(case((late, EXPIRED_BEFORE_WINDOW)))
    failed = sum(bits, literal_column("0", BigInteger))
    verdict = case((failed == 0, ALLOW), (or_(stopped, late, until.is_(None)), SUPPRESS), else_=DEFER)
    kept = ("message_id", "patient_id", "rung", "channel", "telecom_id", "language", "facts")
    return (
        select(
            *[checked.c[name] for name in kept],
            cast(failed, BigInteger).label("failed"),
            func.array_remove(cast(array(reasons), ARRAY(Text)), null()).label("reasons"),
            cast(verdict, Text).label("verdict"),
            case((verdict == DEFER, until)).label("defer_until"),
        )
        .cte("judged")
        .prefix_with("MATERIALIZED")
    )


def ranked(judged: CTE) -> CTE:
    """SQL: the verdicts side by side: of several channels that allow, the best one of the ladder does, the rest are
    passed over."""
    allowed = judged.c.verdict == ALLOW
    best = func.min(judged.c.rung).filter(allowed).over(partition_by=judged.c.message_id)
    verdict = case((and_(allowed, judged.c.rung > best), PASSED_OVER), else_=judged.c.verdict)
    others = [each for each in judged.c if each.name != "verdict"]
    return select(*others, verdict.label("verdict")).cte("ranked").prefix_with("MATERIALIZED")


def decided(ranked: CTE) -> CTE:
    """SQL: one row for each message: the verdict, its channel, and all reasons, the primary one first.

    A message goes on the channel that allows it; else it waits for the first channel that only asks for time; else it
    is held, for the reasons of all channels.
    """
    order = case({ALLOW: 1, DEFER: 2}, value=ranked.c.verdict, else_=3)
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
