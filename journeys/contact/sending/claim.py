"""Takes messages for sending: looks again whether they may go, fills what they say, and keeps them for one sender.

Some hundreds at once, because a look at one costs as much as at a hundred. That is no attempt: they are released still,
and marked as being sent few by few, just before they leave (`next_few`). Who dies with them in hand leaves them to
others, after a minute. What is found still being sent after its lease belongs to somebody who died: where sending again
changes nothing it is taken again, elsewhere its outcome is unknown and it waits for a person.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    all_,
    and_,
    any_,
    column,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from journeys.contact.accounts.health import room_for
from journeys.contact.channels.base import Channel
from journeys.contact.deciding.closed import decided_closed
from journeys.contact.deciding.judge import ALLOW
from journeys.contact.deciding.kept import hold, message_events
from journeys.contact.deciding.reasons import ENGINE_ERROR_FAIL_CLOSED, OUTCOME_UNKNOWN_HOLD, SANDBOX_ONLY
from journeys.contact.deciding.standing import standing_of
from journeys.contact.sending.addresses import addresses_of, heard_of, may_write_to
from journeys.contact.sending.leaving import Claimed, Leaving
from journeys.contact.sending.look_again import look_again
from journeys.contact.sending.unknown_outcomes import ask_about
from journeys.contact.texts.render import Rendered, render
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.ids import new_uid
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.store.contact import Message
from journeys.store.events import emit_from
from journeys.store.people import Patient

LOOKED_AT = 500
"""So many messages are looked at together, at most: their lanes are locked meanwhile, for less than a second."""

FEWS = 20
"""For so many fews of a channel's messages are looked at together: more of a slow one's would not begin to leave while
the look is good (`threshold.LASTS`), and be looked at in vain."""

OF_LEAVING = (
    Message.id,
    Message.uid,
    Message.patient_id,
    Message.language,
    Message.purpose,
    Message.recipient_id,
)
"""What of a message goes with it."""

KEPT_FOR = dt.timedelta(minutes=1)
"""How long nobody else takes them; longer than a look is good for (`threshold.LASTS`)."""


def looked_at_together(channel: Channel) -> int:
    """How many of a channel's messages are looked at together."""
    return min(LOOKED_AT, FEWS * channel.batch)


def claim(
    session: Session, act: Act, channel: Channel, lanes: Sequence[int] = ALL_LANES, limit: int = LOOKED_AT
) -> Claimed:
    """Take up to `limit` released messages of one channel; nothing is taken when nothing is due."""
    lock_lanes(session, lanes)
    expire(session, act, channel, lanes)
    room = room_for(session, act, channel, limit)
    due = session.scalars(released(act, channel, lanes, room)).all() if room else []
    if not due:
        audit.nothing_happened(session)
        return Claimed(new_uid())
    verdicts = decided_closed(
        session,
        due,
        lambda some: look_again(session, act, channel.name, some),
        lambda one: hold(session, act, dict.fromkeys(one, ENGINE_ERROR_FAIL_CLOSED)),
    )
    allowed = {row.message_id: row for row in verdicts if row.verdict == ALLOW}
    refused = len(verdicts) - len(allowed)
    texts = render(session, {each: row.language for each, row in allowed.items()}, channel.speaks)
    unsayable = {each: text.reason for each, text in texts.items() if text.reason is not None}
    telecoms = {each: allowed[each].telecom_id for each in due if each in texts and each not in unsayable}
    addresses = addresses_of(session, telecoms)
    outside = {each: SANDBOX_ONLY for each, address in addresses.items() if not may_write_to(channel, address)}
    hold(session, act, {**unsayable, **outside})
    may_go = {each: allowed[each] for each in telecoms if each not in outside}
    number = new_uid()
    leaving = keep(session, act, channel, number, may_go, texts, addresses)
    patients = [row.patient_id for row in verdicts]
    audit.note(session, "U", "message", [row.message_id for row in verdicts], patients, {"may be sent": len(leaving)})
    if refused:
        ring_after_commit(session, "plan")
    kept_back = refused + len(unsayable) + len(outside)
    return Claimed(number, leaving, kept_back, channel.key, channel.looks_up_after, channel.retries)


def keep(
    session: Session,
    act: Act,
    channel: Channel,
    number: uuid.UUID,
    may_go: Mapping[int, Any],
    texts: Mapping[int, Rendered],
    addresses: Mapping[int, str],
) -> dict[int, Leaving]:
    """Keep these messages (id → verdict) for whoever has this number, and what each leaves with, in their order."""
    if not may_go:
        return {}
    telecoms = {each: row.telecom_id for each, row in may_go.items()}
    chosen = func.unnest(
        literal(list(telecoms), ARRAY(BigInteger)), literal(list(telecoms.values()), ARRAY(BigInteger))
    ).table_valued(column("id", BigInteger), column("telecom_id", BigInteger), name="chosen")
    chosen = chosen.render_derived()
    statement = (
        update(Message)
        .where(Message.id == chosen.c.id, Message.status == "released")
        .values(claim=number, claimed_until=act.now + KEPT_FOR, telecom_id=chosen.c.telecom_id)
        .returning(*OF_LEAVING, standing_of().label("standing"))
    )
    rows = {row.id: row for row in session.execute(statement.execution_options(synchronize_session=False))}
    # whoever is beside a patient has not written because the patient did
    heard = heard_of(session, channel, [row.patient_id for row in rows.values() if row.recipient_id is None])
    return {
        each: Leaving(
            uid=rows[each].uid,
            patient_id=rows[each].patient_id,
            standing=rows[each].standing,
            language=rows[each].language,
            purpose=rows[each].purpose,
            text=texts[each],
            telecom_id=telecoms[each],
            address=addresses[each],
            recipient_id=rows[each].recipient_id,
            heard_at=heard.get(rows[each].patient_id) if rows[each].recipient_id is None else None,
            registered_as=may_go[each].registered_as or "",
        )
        for each in telecoms
        if each in rows
    }


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


def released(act: Act, channel: Channel, lanes: Sequence[int], limit: int) -> Select[int]:
    """SELECT the ids of the messages to send that nobody has in hand, the most urgent first."""
    return (
        select(Message.id)
        .where(
            Message.status == "released",
            Message.channel == channel.name,
            is_ours(channel),
            or_(Message.not_before.is_(None), Message.not_before <= act.now),
            or_(Message.claimed_until.is_(None), Message.claimed_until <= act.now),
            Message.lane == any_(literal(list(lanes), ARRAY(Integer))),
        )
        .order_by(Message.priority.desc(), Message.planned_at, Message.id)
        .limit(limit)
    )


def is_ours(channel: Channel) -> ColumnElement[bool]:
    """SQL: whether the account serves the patient's branch."""
    account = channel.account
    if account is None or not (account.branches or account.others):
        return true()
    home = select(Patient.managing_location_id).where(Patient.id == Message.patient_id).scalar_subquery()
    if account.branches:
        return home == any_(literal(list(account.branches), ARRAY(BigInteger)))
    return func.coalesce(home != all_(literal(list(account.others), ARRAY(BigInteger))), True)
