"""Previews a contact rule: who would be held by its draft if they were written to now, why, whom nothing else holds.

Messages are tried, not sent: one for each patient, written as held in a savepoint that is taken back, and judged by the
statement that planning runs. So a preview cannot say anything else than the decision will.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Select, Text, cast, insert, literal, select
from sqlalchemy.orm import Session

from journeys.contact.deciding.candidate import candidate
from journeys.contact.deciding.judge import ALLOW, checked, judged
from journeys.contact.deciding.kept import these
from journeys.contact.deciding.ladder import EVERY_CHANNEL
from journeys.contact.deciding.patient_zones import ensure_patient_zones
from journeys.contact.deciding.rule_set import RuleSet
from journeys.contact.deciding.scoping import Group, groups_named
from journeys.contact.rule_drafts.rule_problems import rule_problems
from journeys.contact.rule_drafts.tried_rules import alone, others, tried_people
from journeys.criteria.known import known
from journeys.criteria.limits import limited
from journeys.criteria.seeing import fields_behind, may_see_all
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import refuse_errors
from journeys.store.contact import Message
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import CONTACT_RULE, find

MOST = 500
"""So many patients are tried at most; which ones stays the same while the members stay."""

SAMPLE = 10
TRIED = "tried"


@dataclass(frozen=True)
class Example:
    """One patient who would be held, with the reason code."""

    patient: Patient
    reason: str


@dataclass(frozen=True)
class Preview:
    """What a draft would do now. `tried` patients were looked at (`is_all`: there are no more whom it is about);
    it would hold `held` of them for these `reasons`, `newly` of whom nothing else holds. No `sample` where names would
    tell what the reader may not see (`is_closed`)."""

    tried: int
    is_all: bool
    held: int
    newly: int
    reasons: tuple[tuple[str, int], ...]
    sample: tuple[Example, ...]
    is_closed: bool


def preview_rule(
    session: Session, act: Act, slug: str, purpose: str, medium: str, roles: Collection[str] = ()
) -> Preview:
    """Try the draft of a contact rule on the patients of the act's scope, as if it were in force today.

    Each gets one message of this purpose on this medium; of rules for a service line about their newest record of it.
    Invalid with the draft's problems, or when finding them takes too long.
    """
    definition = find(session, CONTACT_RULE, slug)
    content = definition.draft or {}
    refuse_errors(rule_problems(session, slug, content))
    in_force = known(session)
    draft = alone(content)
    groups = [Group(f"{name}@0", name, in_force) for name in content.get("segments") or ()]
    attempt = session.begin_nested()
    with limited(session, "segments"):
        tried = try_on(session, act, tried_people(session, act, content, in_force, MOST + 1), purpose, medium)
        by_draft = verdicts(session, act, tried[:MOST], draft, groups)
        rest = others(session, act, slug)
        by_others = verdicts(session, act, tried[:MOST], rest, groups_named(session, rest))
    attempt.rollback()
    allowed = {row.message_id for row in by_others if row.verdict == ALLOW}
    held = [row for row in by_draft if row.verdict != ALLOW]
    is_closed = not may_see_all(fields_behind(rules_of(content, in_force), in_force), in_force, act, roles)
    sample = () if is_closed else examples(session, held[:SAMPLE])
    ids = [each.patient.id for each in sample]
    detail = {"slug": slug, "tried": len(by_draft), "held": len(held)}
    audit.note(session, "R", "contact-rule.preview", ids=ids, patients=ids, detail=detail)
    return Preview(
        tried=len(by_draft),
        is_all=len(tried) <= MOST,
        held=len(held),
        newly=sum(row.message_id in allowed for row in held),
        reasons=tuple(Counter(row.reasons[0] for row in held).most_common()),
        sample=sample,
        is_closed=is_closed,
    )


def try_on(session: Session, act: Act, people: Select[Any], purpose: str, medium: str) -> Sequence[int]:
    """Write one message for each of these people (`patient_id`, `focus_kind`, `focus_id`), held from the beginning."""
    chosen = people.cte("tried")
    values: dict[str, Any] = {
        "patient_id": chosen.c.patient_id,
        "lane": chosen.c.patient_id.op("&")(255),
        "status": literal("held"),
        "reasons": cast(literal([TRIED], ARRAY(Text)), ARRAY(Text)),
        "purpose": literal(purpose),
        "channels": cast(literal([medium], ARRAY(Text)), ARRAY(Text)),
        "focus_kind": chosen.c.focus_kind,
        "focus_id": chosen.c.focus_id,
        "planned_at": literal(act.now),
        # a text of its own, so that no template is missed
        "body_sealed": literal(b""),
    }
    statement = insert(Message).from_select(list(values), select(*values.values()), include_defaults=False)
    return sorted(session.scalars(statement.returning(Message.id)))


def verdicts(
    session: Session, act: Act, messages: Sequence[int], rules: RuleSet, groups: Sequence[Group]
) -> Sequence[Any]:
    """What these rules say of each message."""
    ensure_patient_zones(session, messages)
    facts = candidate(these(messages), act.now, EVERY_CHANNEL, groups=groups)
    said = judged(checked(facts, rules), rules)
    wanted = select(said.c.message_id, said.c.patient_id, said.c.verdict, said.c.reasons)
    return session.execute(wanted.order_by(said.c.message_id)).all()


def rules_of(content: dict[str, Any], in_force: Any) -> list[Any]:
    """The rules of the segments that a contact rule names."""
    return [in_force.segments[slug] for slug in content.get("segments") or ()]


def examples(session: Session, held: Sequence[Any]) -> tuple[Example, ...]:
    """A few of those who would be held."""
    reasons = {row.patient_id: row.reasons[0] for row in held}
    people = session.scalars(select(Patient).where(Patient.id.in_(reasons)).order_by(Patient.uid))
    return tuple(Example(patient, reasons[patient.id]) for patient in people)
