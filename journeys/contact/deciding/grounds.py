"""What one decision rests on: for each reason the rule that gave it, where that rule is written, and the facts it saw.

Which of a rule's records spoke against the message is worked out from the facts as they were kept, by the rules as they
were then, in the same expressions that decided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.deciding.catalogue import REASONS
from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.fact_words import CONSENT_AT, TOLD, value_of
from journeys.contact.deciding.judge import fails_by
from journeys.contact.deciding.reasons import Reason
from journeys.contact.deciding.replay import remembered
from journeys.contact.deciding.rule_set import InForce, RuleSet, rules_of
from journeys.contact.rule_drafts.rule_records import Record
from journeys.foundation.errors import Missing
from journeys.foundation.tables import Texts
from journeys.store.contact import Consent, MessageCandidate


@dataclass(frozen=True)
class Cited:
    """Where a rule is written: a record with its name and first day, or (name None) the rule that holds everywhere,
    whose citation is a message id."""

    citation: str
    name: Texts | None = None
    since: dt.date | None = None


@dataclass(frozen=True)
class Told:
    """One fact: its name, what it is called (a message id), its value as its own type; None or empty: not recorded."""

    name: str
    label: str
    value: Any


@dataclass(frozen=True)
class Ground:
    """One reason; words, rule and facts are None or empty where the code belongs to no rule, or the rule is gone.
    `rule` is what the rule is called, a message id."""

    code: str
    words: Reason | None
    rule: str | None = None
    cited: tuple[Cited, ...] = ()
    facts: tuple[Told, ...] = ()


Spoke = Mapping[tuple[int, str, int], bool]
"""(rung, rule, place of its record) → whether it spoke against the message."""


def grounds(session: Session, candidates: Sequence[MessageCandidate], version: str) -> list[tuple[Ground, ...]]:
    """The reasons of each of these candidates of one decision, in their order."""
    try:
        rules = rules_of(session, version)
    except Missing:
        rules = RuleSet(version, ())
    of_code = {code: each for each in rules for code in each.rule.reasons}
    spoke = who_spoke(session, candidates, {each.rule.name: each for each in of_code.values()})
    said_on = moments_of(session, candidates)
    return [
        tuple(ground_of(code, of_code.get(code), row, spoke, said_on.get(row.facts.get("consent_id")))
              for code in row.reasons)
        for row in candidates
    ]  # fmt: skip


def who_spoke(session: Session, candidates: Sequence[MessageCandidate], rules: Mapping[str, InForce]) -> Spoke:
    """Which records of the rules that failed anywhere spoke against which candidate."""
    codes = {code for row in candidates for code in row.reasons}
    failed = {name: each for name, each in rules.items() if codes & set(each.rule.reasons)}
    if not failed:
        return {}
    kept = remembered([row.id for row in candidates])
    places = [(name, place, record) for name, each in failed.items() for place, record in enumerate(records_of(each))]
    opinions = [
        fails_by(kept.c, Facts(kept.c, failed[name].rule.needs), failed[name], [record]) for name, _, record in places
    ]
    rows = session.execute(select(kept.c.rung, *opinions)).all()
    return {
        (rung, name, place): said for rung, *told in rows for (name, place, _), said in zip(places, told, strict=True)
    }


def records_of(each: InForce) -> list[Record]:
    """A rule's own setting where it holds, and its records."""
    own = [Record(each.parameters, {})] if each.is_general else []
    return [*own, *each.records]


def moments_of(session: Session, candidates: Sequence[MessageCandidate]) -> dict[int | None, dt.datetime]:
    """Consent → when it was stated."""
    named = {row.facts["consent_id"] for row in candidates if row.facts.get("consent_id")}
    rows = session.execute(select(Consent.id, Consent.from_at).where(Consent.id.in_(named)))
    return {row.id: row.from_at for row in rows} if named else {}


def ground_of(
    code: str, each: InForce | None, row: MessageCandidate, spoke: Spoke, said_on: dt.datetime | None
) -> Ground:
    """One reason of one candidate."""
    words = REASONS.get(code)
    if each is None:
        return Ground(code, words)
    rule = each.rule
    cited = [
        cited_of(rule.source, record)
        for place, record in enumerate(records_of(each))
        if spoke.get((row.rung, rule.name, place))
    ]
    facts = {**row.facts, CONSENT_AT: said_on and said_on.isoformat()}
    names = [*rule.needs, *([CONSENT_AT] if said_on is not None and "consent_decision" in rule.needs else [])]
    told = tuple(Told(name, TOLD[name], value_of(facts, name)) for name in TOLD if name in names)
    return Ground(code, words, rule.label, tuple(cited), told)


def cited_of(source: str, record: Record) -> Cited:
    """Where a record, or the rule's own setting, is written."""
    content = record.content
    if not content:
        return Cited(source)
    since = content.get("effective_from")
    begins = dt.date.fromisoformat(str(since)) if since else None
    return Cited(str(content.get("citation", "")), content.get("name"), begins)
