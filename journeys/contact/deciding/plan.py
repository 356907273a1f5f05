"""Decides about planned messages: which may go now, on which channel, which wait, which are held, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    Integer,
    Select,
    Text,
    any_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from journeys.contact.accounts.carriers import carriers_now
from journeys.contact.deciding.ask_staff import ask_staff
from journeys.contact.deciding.candidate import candidate
from journeys.contact.deciding.closed import decided_closed
from journeys.contact.deciding.judge import ALLOW, DEFER, checked, decided, judged, ranked
from journeys.contact.deciding.kept import is_one_of, keep_candidates, message_events, these
from journeys.contact.deciding.ladder import EVERY_CHANNEL
from journeys.contact.deciding.patient_zones import ensure_patient_zones
from journeys.contact.deciding.reasons import ENGINE_ERROR_FAIL_CLOSED
from journeys.contact.deciding.recipients import take_turns
from journeys.contact.deciding.rule_set import RuleSet, rules_in_force
from journeys.contact.deciding.scoping import groups_named
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.contact import PATIENT, Message
from journeys.store.events import emit_from

BATCH = 2000


@dataclass(frozen=True)
class Planned:
    """How many messages one call released, put off and held."""

    released: int = 0
    deferred: int = 0
    held: int = 0

    @property
    def decided(self) -> int:
        """How many were looked at; none means that nothing is due."""
        return self.released + self.deferred + self.held


def plan(
    session: Session,
    act: Act,
    lanes: Sequence[int] = ALL_LANES,
    limit: int = BATCH,
    channels: Collection[str] = EVERY_CHANNEL,
) -> Planned:
    """Decide about up to `limit` due messages of these lanes, at most one for each patient.

    One for each patient, because the caps of a patient count what earlier statements released: two messages decided in
    one statement would not see each other. `channels` are those that the installation can send on. Asks to be called
    again while there may be more.
    """
    lock_lanes(session, lanes)
    goes_to = {row.id: row.goes_to for row in session.execute(due_messages(act, lanes, limit))}
    due = list(goes_to)
    if not due:
        audit.nothing_happened(session)
        return Planned()
    if set(goes_to.values()) != {PATIENT}:
        take_turns(session)
    ensure_patient_zones(session, due)
    rules = rules_in_force(session, act)
    decisions = decided_closed(
        session,
        due,
        lambda some: decide(session, act, some, rules, channels),
        lambda one: fail_closed(session, act, one),
    )
    ask_staff(session, act, [row.id for row in decisions if row.status == "held"])
    held = [row.id for row in decisions if row.status == "held"]
    released = [row.id for row in decisions if row.status == "released"]
    if held:
        emit_from(session, act, "message.held", message_events(held, Message.reasons[1]))
    done = Planned(len(released), len(decisions) - len(released) - len(held), len(held))
    detail = {"released": done.released, "deferred": done.deferred, "held": done.held, "rules": rules.version}
    audit.note(session, "U", "message", [row.id for row in decisions], [row.patient_id for row in decisions], detail)
    if released:
        ring_after_commit(session, "deliver")
    ring_after_commit(session, "plan")
    return done


def due_messages(act: Act, lanes: Sequence[int], limit: int) -> Select:
    """SELECT the messages to decide, and for whom they are: each patient's most urgent one that is due."""
    return (
        select(Message.id, Message.goes_to)
        .ext(distinct_on(Message.patient_id))
        .where(
            Message.status == "planned",
            or_(Message.not_before.is_(None), Message.not_before <= act.now),
            Message.lane == any_(literal(list(lanes), ARRAY(Integer))),
        )
        .order_by(Message.patient_id, Message.priority.desc(), Message.planned_at, Message.id)
        .limit(limit)
    )


def fail_closed(session: Session, act: Act, messages: Sequence[int]) -> Sequence[Any]:
    """Hold what nobody could decide about."""
    statement = (
        update(Message)
        .where(is_one_of(messages), Message.status == "planned")
        .values(status="held", reasons=[ENGINE_ERROR_FAIL_CLOSED], decided_at=act.now, not_before=None)
        .returning(Message.id, Message.patient_id, Message.status)
    )
    return session.execute(statement.execution_options(synchronize_session=False)).all()


def decide(session: Session, act: Act, due: Sequence[int], rules: RuleSet, channels: Collection[str]) -> Sequence[Any]:
    """Judge and write, in one statement: the candidates as they were judged, and what follows for each message."""
    facts = candidate(
        these(due), act.now, channels, groups=groups_named(session, rules), carriers=carriers_now(session, act)
    )
    verdicts = ranked(judged(checked(facts, rules), rules))
    result = decided(verdicts)
    kept = keep_candidates(act, verdicts, rules.version, "plan")
    allowed = result.c.verdict == ALLOW
    statement = (
        update(Message)
        .where(Message.id == result.c.message_id, Message.status == "planned")
        .values(
            status=case({ALLOW: "released", DEFER: "planned"}, value=result.c.verdict, else_="held"),
            channel=case((allowed, result.c.channel)),
            telecom_id=case((allowed, result.c.telecom_id)),
            recipient_id=case((allowed, result.c.recipient_id)),
            language=func.coalesce(result.c.language, Message.language),
            not_before=result.c.defer_until,
            # an older claim would send it to whom, and where, it was released before
            claim=null(),
            claimed_until=null(),
            counted_at=case((allowed, act.now)),
            decided_at=act.now,
            reasons=case((allowed, cast([], ARRAY(Text))), else_=result.c.reasons),
            rules_version=rules.version,
        )
        .returning(Message.id, Message.patient_id, Message.status)
        .add_cte(kept)
    )
    return session.execute(statement.execution_options(synchronize_session=False)).all()
