"""Takes messages for sending: looks again whether they may go, writes what they say, and marks them as being sent.

The row of an attempt commits before anything leaves the house. What is found still being sent after its lease belongs
to somebody who died: where sending again changes nothing it is taken again, elsewhere its outcome is unknown and it
waits for a person.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    LargeBinary,
    TableValuedAlias,
    and_,
    any_,
    case,
    column,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from journeys.contact.candidate import candidate
from journeys.contact.channels.base import Channel, Envelope
from journeys.contact.choices import stop_link_of
from journeys.contact.judge import ALLOW, DEFER, checked, judged
from journeys.contact.kept import hold, is_one_of, keep_candidates, message_events, these, unsaid
from journeys.contact.patient_zones import ensure_patient_zones
from journeys.contact.reasons import OUTCOME_UNKNOWN_HOLD
from journeys.contact.render import Rendered, render
from journeys.contact.rule_set import rules_in_force
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.ids import new_uid
from journeys.foundation.lanes import ALL_LANES, lane_of, lock_lanes
from journeys.foundation.secrets import seal, unseal
from journeys.store.contact import Message
from journeys.store.events import emit_from
from journeys.store.people import PatientTelecom

TRANSACTIONAL = "transactional"
"""What a mail program must not end by itself: with it went the reminders of visits."""

LEASE = dt.timedelta(minutes=10)
"""How long sending one claim may take; longer than every time-out of a channel's batch together."""


@dataclass(frozen=True)
class Claimed:
    """What one claim took: its number, the messages ready to leave, the lanes they lie in, how many were kept back."""

    claim: uuid.UUID
    envelopes: list[Envelope] = field(default_factory=list)
    lanes: tuple[int, ...] = ()
    kept_back: int = 0


def claim(
    session: Session, act: Act, channel: Channel, lanes: Sequence[int] = ALL_LANES, limit: int | None = None
) -> Claimed:
    """Take up to a batch of released messages of one channel; nothing is taken when nothing is due."""
    lock_lanes(session, lanes)
    expire(session, act, channel, lanes)
    due = session.scalars(released(act, channel, lanes, min(limit or channel.batch, channel.batch))).all()
    if not due:
        audit.nothing_happened(session)
        return Claimed(new_uid())
    verdicts = look_again(session, act, channel, due)
    allowed = {row.message_id: row for row in verdicts if row.verdict == ALLOW}
    refused = len(verdicts) - len(allowed)
    texts = render(session, {each: row.language for each, row in allowed.items()}, channel.speaks)
    unsayable = {each: text.reason for each, text in texts.items() if text.reason is not None}
    hold(session, act, unsayable)
    sayable = {each: text for each, text in texts.items() if text.reason is None}
    number = new_uid()
    envelopes = mark(session, act, number, sayable, {each: allowed[each].telecom_id for each in sayable})
    patients = [row.patient_id for row in verdicts]
    audit.note(session, "U", "message", [row.message_id for row in verdicts], patients, {"sending": len(envelopes)})
    if refused:
        ring_after_commit(session, "plan")
    taken = tuple(sorted({lane_of(allowed[each.message_id].patient_id) for each in envelopes}))
    return Claimed(number, envelopes, taken, refused + len(unsayable))


def expire(session: Session, act: Act, channel: Channel, lanes: Sequence[int]) -> None:
    """Settle what somebody began to send and never reported."""
    lost = and_(
        Message.status == "sending",
        Message.channel == channel.name,
        Message.claimed_until < act.now,
        Message.lane == any_(literal(list(lanes), ARRAY(Integer))),
    )
    if channel.repeatable:
        settled: dict[str, Any] = {"status": "released", "claim": None, "claimed_until": None}
    else:
        settled = {"status": "unknown", "reasons": [OUTCOME_UNKNOWN_HOLD], "error": "lease ended"}
    statement = update(Message).where(lost).values(settled).returning(Message.id, Message.patient_id)
    rows = session.execute(statement.execution_options(synchronize_session=False)).all()
    if rows:
        ids = [row.id for row in rows]
        if not channel.repeatable:
            emit_from(session, act, "message.held", message_events(ids, Message.reasons[1]))
        audit.note(session, "U", "message", ids, [row.patient_id for row in rows], {"lease ended": settled["status"]})


def released(act: Act, channel: Channel, lanes: Sequence[int], limit: int) -> Any:
    """SELECT the ids of the messages to send, the most urgent first."""
    return (
        select(Message.id)
        .where(
            Message.status == "released",
            Message.channel == channel.name,
            or_(Message.not_before.is_(None), Message.not_before <= act.now),
            Message.lane == any_(literal(list(lanes), ARRAY(Integer))),
        )
        .order_by(Message.priority.desc(), Message.planned_at, Message.id)
        .limit(limit)
    )


def look_again(session: Session, act: Act, channel: Channel, due: Sequence[int]) -> Sequence[Any]:
    """Judge once more, in one statement; what may no longer go is put off, planned anew for the other channels of its
    ladder, or held with an event, and its candidate kept."""
    ensure_patient_zones(session, due)
    rules = rules_in_force(session, act)
    facts = candidate(these(due), act.now, [channel.name], again=True)
    verdicts = judged(checked(facts, rules, before_sending=True), rules)
    stopped = verdicts.c.verdict != ALLOW
    ladder_goes_on = func.cardinality(Message.channels) != 1
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
    names = ("message_id", "patient_id", "verdict", "telecom_id", "language")
    statement = select(*[verdicts.c[name] for name in names], settle.c.status)
    statement = statement.outerjoin(settle, settle.c.id == verdicts.c.message_id).add_cte(kept)
    rows = session.execute(statement).all()
    held = [row.message_id for row in rows if row.status == "held"]
    if held:
        emit_from(session, act, "message.held", message_events(held, Message.reasons[1]))
    return rows


def mark(
    session: Session, act: Act, number: uuid.UUID, texts: dict[int, Rendered], telecoms: dict[int, int]
) -> list[Envelope]:
    """Write what each message says and that it is being sent; the envelopes of those that nobody took back."""
    if not texts:
        return []
    addresses = open_addresses(session, set(telecoms.values()))
    uids = {row.id: row.uid for row in session.execute(select(Message.id, Message.uid).where(is_one_of(texts)))}
    sealed = sealed_texts(texts, telecoms, uids)
    statement = (
        update(Message)
        .where(Message.id == sealed.c.id, Message.status == "released")
        .values(
            status="sending",
            attempt=Message.attempt + 1,
            claim=number,
            claimed_until=act.now + LEASE,
            not_before=None,
            counted_at=act.now,
            telecom_id=sealed.c.telecom_id,
            subject_sealed=sealed.c.subject,
            body_sealed=sealed.c.body,
        )
        .returning(Message.id, Message.uid, Message.attempt, Message.language, Message.purpose)
    )
    taken = session.execute(statement.execution_options(synchronize_session=False)).all()
    return [envelope(row, texts[row.id], addresses[telecoms[row.id]]) for row in taken]


def sealed_texts(texts: dict[int, Rendered], telecoms: dict[int, int], uids: dict[int, uuid.UUID]) -> TableValuedAlias:
    """SQL: what each message says, sealed, and the address it goes to, as rows."""
    subjects = [seal(text.subject, "message", "subject", uids[each]) for each, text in texts.items()]
    bodies = [seal(text.body, "message", "body", uids[each]) for each, text in texts.items()]
    rows = func.unnest(
        literal(list(texts), ARRAY(BigInteger)),
        literal([telecoms[each] for each in texts], ARRAY(BigInteger)),
        literal(subjects, ARRAY(LargeBinary)),
        literal(bodies, ARRAY(LargeBinary)),
    ).table_valued(
        column("id", BigInteger),
        column("telecom_id", BigInteger),
        column("subject", LargeBinary),
        column("body", LargeBinary),
        name="sealed",
    )
    return rows.render_derived()


def envelope(row: Any, text: Rendered, address: str) -> Envelope:
    """One message as it leaves."""
    return Envelope(
        message_id=row.id,
        uid=row.uid,
        attempt=row.attempt,
        language=row.language or "en",
        address=address,
        subject=text.subject,
        body=text.body,
        unsubscribe="" if row.purpose == TRANSACTIONAL else stop_link_of(row.id) or "",
    )


def open_addresses(session: Session, telecoms: set[int]) -> dict[int, str]:
    """Numbers and addresses, opened, by their ids."""
    rows = session.execute(
        select(PatientTelecom.id, PatientTelecom.uid, PatientTelecom.value_sealed).where(
            PatientTelecom.id == any_(literal(list(telecoms), ARRAY(BigInteger)))
        )
    )
    return {row.id: unseal(row.value_sealed, "patient_telecom", "value", row.uid) for row in rows}
