"""Judges released messages once more, just before they leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, and_, bindparam, case, func, or_, select, true, update
from sqlalchemy.orm import Session

from journeys.contact.deciding.candidate import candidate
from journeys.contact.deciding.judge import ALLOW, DEFER, checked, judged
from journeys.contact.deciding.kept import keep_candidates, message_events, these, unsaid
from journeys.contact.deciding.patient_zones import ensure_patient_zones
from journeys.contact.deciding.rule_set import RuleSet, rules_in_force
from journeys.contact.deciding.scoping import Group, groups_named
from journeys.contact.deciding.zones_of_places import clocks_at
from journeys.contact.inbound.act_on_intent import HIGHEST
from journeys.foundation.acting import Act
from journeys.foundation.later import LATER, values_of
from journeys.store.contact import PATIENT, Message
from journeys.store.events import emit_from

DUE = bindparam("due", type_=ARRAY(BigInteger))
"""The messages that are looked at."""

MADE: dict[str, tuple[RuleSet, Any]] = {}
"""Channel → the rules in force when its statement was made, and the statement."""


def look_again(session: Session, act: Act, channel: str, due: Sequence[int]) -> Sequence[Any]:
    """Judge messages of a channel once more, in one statement; what may no longer go is put off, planned anew for the
    other channels of its ladder, or held with an event, and its candidate kept."""
    ensure_patient_zones(session, due)
    rules = rules_in_force(session, act)
    groups = groups_named(session, rules)
    # who is in a segment is worked out in Python too, so such a statement is made for its moment
    statement = looking(act, channel, due, rules, groups) if groups else kept_for(channel, rules)
    values = {} if groups else {DUE.key: list(due), **values_of(act), **clocks_at(act.now)}
    rows = session.execute(statement, values).all()
    held = [row.message_id for row in rows if row.status == "held"]
    if held:
        emit_from(session, act, "message.held", message_events(held, Message.reasons[1]))
    return rows


def kept_for(channel: str, rules: RuleSet) -> Any:
    """The statement for any moment and any messages: made once for each channel and set of rules, which takes a fifth
    of a second."""
    made = MADE.get(channel)
    if made is None or made[0] != rules:
        made = rules, looking(LATER, channel, DUE, rules, ())
        MADE[channel] = made
    return made[1]


def looking(act: Act, channel: str, due: Any, rules: RuleSet, groups: Sequence[Group]) -> Any:
    """SQL: the verdict on each message, with what follows from it."""
    facts = candidate(these(due), act.now, [channel], again=True, groups=groups)
    verdicts = judged(checked(facts, rules, before_sending=True), rules)
    at_once = is_one_of_answers(verdicts)
    verdict = case((and_(verdicts.c.verdict == DEFER, at_once), ALLOW), else_=verdicts.c.verdict)
    stopped = verdict != ALLOW
    ladder_goes_on = or_(func.cardinality(Message.channels) != 1, Message.goes_to != PATIENT)
    settle = (
        update(Message)
        .where(Message.id == verdicts.c.message_id, Message.status == "released", stopped)
        .values(
            status=case((or_(verdicts.c.verdict == DEFER, ladder_goes_on), "planned"), else_="held"),
            not_before=verdicts.c.defer_until,
            counted_at=None,
            decided_at=act.now,
            reasons=verdicts.c.reasons,
            rules_version=rules.version,
            **unsaid(true()),
        )
        .returning(Message.id, Message.status)
        .cte("settled")
    )
    kept = keep_candidates(act, verdicts, rules.version, "send", stopped)
    names = ("message_id", "patient_id", "telecom_id", "language", "registered_as")
    statement = select(*[verdicts.c[name] for name in names], verdict.label("verdict"), settle.c.status)
    return statement.outerjoin(settle, settle.c.id == verdicts.c.message_id).add_cte(kept)


def is_one_of_answers(verdicts: Any) -> ColumnElement[bool]:
    """SQL: whether a message answers at once what a patient just wrote: no hour is too late for that."""
    mine = and_(
        Message.id == verdicts.c.message_id, Message.priority == HIGHEST, Message.in_response_to_id.is_not(None)
    )
    return select(Message.id).where(mine).correlate_except(Message).exists()
