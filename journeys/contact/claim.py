"""Takes messages for sending: looks again whether they may go, writes what they say, and marks them as being sent.

The row of an attempt commits before anything leaves the house. What is found still being sent after its lease belongs
to somebody who died: where sending again changes nothing it is taken again, elsewhere its outcome is unknown and it
waits for a person.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    LargeBinary,
    TableValuedAlias,
    all_,
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

from journeys.contact.accounts.door import address_of_door
from journeys.contact.accounts.health import room_for
from journeys.contact.addresses import addresses_of, heard_of, may_write_to
from journeys.contact.candidate import candidate
from journeys.contact.channels.base import Channel, Envelope
from journeys.contact.choices import stop_link_of
from journeys.contact.closed import decided_closed
from journeys.contact.inbound.act_on_intent import HIGHEST
from journeys.contact.judge import ALLOW, DEFER, checked, judged
from journeys.contact.kept import hold, is_one_of, keep_candidates, message_events, these, unsaid
from journeys.contact.patient_zones import ensure_patient_zones
from journeys.contact.reasons import ENGINE_ERROR_FAIL_CLOSED, OUTCOME_UNKNOWN_HOLD, SANDBOX
from journeys.contact.render import Rendered, render
from journeys.contact.rule_set import rules_in_force
from journeys.contact.unknown_outcomes import ask_about
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.ids import new_uid
from journeys.foundation.lanes import ALL_LANES, lane_of, lock_lanes
from journeys.foundation.secrets import seal
from journeys.store.contact import Message
from journeys.store.events import emit_from
from journeys.store.people import Patient

TRANSACTIONAL = "transactional"
"""What a mail program must not end by itself: with it went the reminders of visits."""

LEASE = dt.timedelta(minutes=10)
"""How long sending one claim may take; longer than every time-out of a channel's batch together."""


@dataclass(frozen=True)
class Claimed:
    """What one claim took: its number, the messages ready to leave, the lanes they lie in, how many were kept back; of
    the channel the short name, and after how long it can look up what became of a message."""

    claim: uuid.UUID
    envelopes: list[Envelope] = field(default_factory=list)
    lanes: tuple[int, ...] = ()
    kept_back: int = 0
    channel: str = ""
    looks_up_after: dt.timedelta | None = None


@dataclass(frozen=True)
class Leaving:
    """What a message says, and where it goes."""

    text: Rendered
    telecom_id: int
    address: str = field(repr=False)


def claim(
    session: Session, act: Act, channel: Channel, lanes: Sequence[int] = ALL_LANES, limit: int | None = None
) -> Claimed:
    """Take up to a batch of released messages of one channel; nothing is taken when nothing is due."""
    lock_lanes(session, lanes)
    expire(session, act, channel, lanes)
    room = room_for(session, act, channel, min(limit or channel.batch, channel.batch))
    due = session.scalars(released(act, channel, lanes, room)).all() if room else []
    if not due:
        audit.nothing_happened(session)
        return Claimed(new_uid())
    verdicts = decided_closed(
        session,
        due,
        lambda some: look_again(session, act, channel, some),
        lambda one: hold(session, act, dict.fromkeys(one, ENGINE_ERROR_FAIL_CLOSED)),
    )
    allowed = {row.message_id: row for row in verdicts if row.verdict == ALLOW}
    refused = len(verdicts) - len(allowed)
    texts = render(session, {each: row.language for each, row in allowed.items()}, channel.speaks)
    unsayable = {each: text.reason for each, text in texts.items() if text.reason is not None}
    sayable = {each: text for each, text in texts.items() if text.reason is None}
    addresses = addresses_of(session, {each: allowed[each].telecom_id for each in sayable})
    outside = {each: SANDBOX for each, address in addresses.items() if not may_write_to(channel, address)}
    hold(session, act, {**unsayable, **outside})
    number = new_uid()
    leaving = {each: Leaving(sayable[each], allowed[each].telecom_id, addresses[each]) for each in sayable}
    envelopes = mark(session, act, number, channel, {each: leaving[each] for each in leaving if each not in outside})
    patients = [row.patient_id for row in verdicts]
    audit.note(session, "U", "message", [row.message_id for row in verdicts], patients, {"sending": len(envelopes)})
    if refused:
        ring_after_commit(session, "plan")
    taken = tuple(sorted({lane_of(allowed[each.message_id].patient_id) for each in envelopes}))
    kept_back = refused + len(unsayable) + len(outside)
    return Claimed(number, envelopes, taken, kept_back, channel.key, channel.looks_up_after)


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
        settled["not_before"] = None if channel.looks_up_after is None else act.now
    statement = update(Message).where(lost).values(settled).returning(Message.id, Message.patient_id)
    rows = session.execute(statement.execution_options(synchronize_session=False)).all()
    if rows:
        ids = [row.id for row in rows]
        if not channel.repeatable and channel.looks_up_after is None:
            emit_from(session, act, "message.held", message_events(ids, Message.reasons[1]))
            ask_about(session, act, ids)
        audit.note(session, "U", "message", ids, [row.patient_id for row in rows], {"lease ended": settled["status"]})


def released(act: Act, channel: Channel, lanes: Sequence[int], limit: int) -> Any:
    """SELECT the ids of the messages to send, the most urgent first."""
    return (
        select(Message.id)
        .where(
            Message.status == "released",
            Message.channel == channel.name,
            is_ours(channel),
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
    at_once = is_one_of_answers(verdicts)
    verdict = case((and_(verdicts.c.verdict == DEFER, at_once), ALLOW), else_=verdicts.c.verdict)
    stopped = verdict != ALLOW
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
    names = ("message_id", "patient_id", "telecom_id", "language")
    statement = select(*[verdicts.c[name] for name in names], verdict.label("verdict"), settle.c.status)
    statement = statement.outerjoin(settle, settle.c.id == verdicts.c.message_id).add_cte(kept)
    rows = session.execute(statement).all()
    held = [row.message_id for row in rows if row.status == "held"]
    if held:
        emit_from(session, act, "message.held", message_events(held, Message.reasons[1]))
    return rows


def is_ours(channel: Channel) -> ColumnElement[bool]:
    """SQL: whether the account serves the patient's branch."""
    account = channel.account
    if account is None or not (account.branches or account.others):
        return true()
    home = select(Patient.managing_location_id).where(Patient.id == Message.patient_id).scalar_subquery()
    if account.branches:
        return home == any_(literal(list(account.branches), ARRAY(BigInteger)))
    return func.coalesce(home != all_(literal(list(account.others), ARRAY(BigInteger))), True)


def is_one_of_answers(verdicts: Any) -> ColumnElement[bool]:
    """SQL: whether a message answers at once what a patient just wrote: no hour is too late for that."""
    mine = and_(
        Message.id == verdicts.c.message_id, Message.priority == HIGHEST, Message.in_response_to_id.is_not(None)
    )
    return select(Message.id).where(mine).correlate_except(Message).exists()


def mark(
    session: Session, act: Act, number: uuid.UUID, channel: Channel, leaving: dict[int, Leaving]
) -> list[Envelope]:
    """Write what each message says and that it is being sent; the envelopes of those that nobody took back."""
    if not leaving:
        return []
    uids = {row.id: row.uid for row in session.execute(select(Message.id, Message.uid).where(is_one_of(leaving)))}
    sealed = sealed_texts(leaving, uids)
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
            account_id=None if channel.account is None else channel.account.id,
            html_sealed=sealed.c.html,
        )
        .returning(Message.id, Message.uid, Message.attempt, Message.language, Message.purpose, Message.patient_id)
    )
    taken = session.execute(statement.execution_options(synchronize_session=False)).all()
    heard = heard_of(session, channel, [row.patient_id for row in taken])
    reports_to = address_of_door(channel)
    return [
        replace(envelope(row, leaving[row.id], act), heard_at=heard.get(row.patient_id), reports_to=reports_to)
        for row in taken
    ]


def sealed_texts(leaving: dict[int, Leaving], uids: dict[int, uuid.UUID]) -> TableValuedAlias:
    """SQL: what each message says, sealed, and the address it goes to, as rows."""
    subjects = [seal(each.text.subject, "message", "subject", uids[number]) for number, each in leaving.items()]
    bodies = [seal(each.text.body, "message", "body", uids[number]) for number, each in leaving.items()]
    pages = [
        seal(each.text.html, "message", "html", uids[number]) if each.text.html else None
        for number, each in leaving.items()
    ]
    rows = func.unnest(
        literal(list(leaving), ARRAY(BigInteger)),
        literal([each.telecom_id for each in leaving.values()], ARRAY(BigInteger)),
        literal(subjects, ARRAY(LargeBinary)),
        literal(bodies, ARRAY(LargeBinary)),
        literal(pages, ARRAY(LargeBinary)),
    ).table_valued(
        column("id", BigInteger),
        column("telecom_id", BigInteger),
        column("subject", LargeBinary),
        column("body", LargeBinary),
        column("html", LargeBinary),
        name="sealed",
    )
    return rows.render_derived()


def envelope(row: Any, leaving: Leaving, act: Act) -> Envelope:
    """One message as it leaves."""
    return Envelope(
        message_id=row.id,
        uid=row.uid,
        attempt=row.attempt,
        language=row.language or "en",
        address=leaving.address,
        subject=leaving.text.subject,
        body=leaving.text.body,
        html=leaving.text.html,
        unsubscribe="" if row.purpose == TRANSACTIONAL else stop_link_of(row.id) or "",
        now=act.now,
    )
