"""Decides again what was decided, from the facts as they were kept: the same rules must say the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, TableValuedAlias, column, func, select
from sqlalchemy.orm import Session

from journeys.contact.deciding.judge import checked, judged, ranked
from journeys.contact.deciding.known_facts import FACTS
from journeys.contact.deciding.rule_set import RuleSet, rules_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.contact import MessageCandidate

DECIDED = ("channel", "rung", "failed", "reasons", "verdict", "defer_until")


@dataclass(frozen=True)
class Replayed:
    """One decision: when, at which stage, by which rules; what was kept and what came out now, a tuple for each
    channel in the order of `DECIDED`."""

    decided_at: dt.datetime
    stage: str
    rules_version: str
    kept: tuple[tuple[Any, ...], ...]
    again: tuple[tuple[Any, ...], ...]

    @property
    def is_same(self) -> bool:
        """Whether replay gave what was kept."""
        return self.kept == self.again


def replay(session: Session, act: Act, message_id: int) -> list[Replayed]:
    """Replay every decision about a message, the oldest first."""
    groups: dict[tuple[dt.datetime, str, str], list[MessageCandidate]] = {}
    rows = session.scalars(
        select(MessageCandidate).where(MessageCandidate.message_id == message_id).order_by(MessageCandidate.id)
    )
    for row in rows:
        groups.setdefault((row.decided_at, row.stage, row.rules_version), []).append(row)
    audit.note(session, "R", "message_candidate", [message_id])
    return [again(session, *key, candidates) for key, candidates in groups.items()]


def again(
    session: Session, decided_at: dt.datetime, stage: str, version: str, candidates: Sequence[MessageCandidate]
) -> Replayed:
    """One decision, decided again."""
    verdicts = verdicts_of(remembered([each.id for each in candidates]), rules_of(session, version), stage)
    names = [verdicts.c[name] for name in DECIDED]
    rows = session.execute(select(*names).order_by(verdicts.c.rung)).all()
    kept = sorted((tuple(getattr(each, name) for name in DECIDED) for each in candidates), key=lambda row: row[1])
    return Replayed(decided_at, stage, version, tuple(kept), tuple(tuple(row) for row in rows))


def verdicts_of(candidate: CTE, rules: RuleSet, stage: str) -> CTE:
    """SQL: the verdicts of a candidate relation at one stage."""
    before_sending = stage == "send"
    verdicts = judged(checked(candidate, rules, before_sending), rules)
    return verdicts if before_sending else ranked(verdicts)


def remembered(candidates: Sequence[int]) -> CTE:
    """SQL: the relation `candidate` as it was kept: the same columns, of the same types."""
    facts = as_candidate(MessageCandidate.facts)
    return (
        select(*[facts.c[name] for name in FACTS])
        .select_from(MessageCandidate)
        .join(facts, MessageCandidate.id.in_(candidates))
        .cte("candidate")
        .prefix_with("MATERIALIZED")
    )


def as_candidate(facts: Any) -> TableValuedAlias:
    """SQL: kept facts (JSON) as one row of the relation, each of its type."""
    row = func.jsonb_to_record(facts).table_valued(
        *[column(name, fact.type) for name, fact in FACTS.items()], name="kept_facts"
    )
    return row.render_derived(with_types=True)
