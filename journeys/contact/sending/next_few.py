"""Writes down what came of the last few messages and marks the next few as being sent, in one transaction.

So many, and no more, are unknown when somebody dies. Their patients are held already (`threshold`), so that this is the
look at what was said since the claim: whoever said STOP before is seen, whoever says it now waits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ARRAY,
    BigInteger,
    LargeBinary,
    TableValuedAlias,
    Text,
    Update,
    bindparam,
    case,
    column,
    func,
    update,
)
from sqlalchemy.orm import Session

from journeys.contact.accounts.door import address_of_door
from journeys.contact.accounts.health import room_for
from journeys.contact.channels.base import Channel, Envelope, Outcome
from journeys.contact.deciding.standing import standing_of
from journeys.contact.sending.leaving import Claimed, Leaving, envelope
from journeys.contact.sending.record import Recorded, lock, write_outcomes
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.database import PREPARED
from journeys.foundation.later import NOW
from journeys.foundation.secrets import seal
from journeys.store.contact import Message

LEASE = dt.timedelta(minutes=10)
"""How long sending a few may take; longer than every time-out of a channel for them together."""


@dataclass(frozen=True)
class Few:
    """What came of the last, and the next as they leave; for how many of those asked for the channel has room."""

    came: Recorded
    envelopes: Sequence[Envelope]
    room: int


def next_few(
    session: Session, act: Act, channel: Channel, claimed: Claimed, outcomes: Sequence[Outcome], messages: Sequence[int]
) -> Few:
    """Of `messages` those that are still as they were at the claim, as far as the channel has room."""
    lock(session, claimed, [*(each.message_id for each in outcomes), *messages])
    came = write_outcomes(session, act, claimed, outcomes) if outcomes else Recorded()
    room = room_for(session, act, channel, len(messages))
    envelopes = mark(session, act, channel, claimed, messages[:room]) if room else []
    ids = [each.message_id for each in envelopes]
    if ids:
        audit.note(session, "U", "message", ids, claimed.patients_of(ids), {"sending": len(ids)})
    elif not outcomes:
        audit.nothing_happened(session)
    return Few(came, envelopes, room)


def mark(session: Session, act: Act, channel: Channel, claimed: Claimed, messages: Sequence[int]) -> list[Envelope]:
    """Write what each message says and that it is being sent; the envelopes of those that nobody took back and nothing
    was said against."""
    account = None if channel.account is None else channel.account.id
    values = {"number": claimed.claim, "until": act.now + LEASE, "account": account, NOW.key: act.now}
    values |= sealed({each: claimed.leaving[each] for each in messages})
    attempts = {row.id: row.attempt for row in session.execute(MARK, values)}
    reports_to = address_of_door(channel)
    return [
        envelope(each, attempts[each], claimed.leaving[each], reports_to, act) for each in messages if each in attempts
    ]


def sealed(leaving: dict[int, Leaving]) -> dict[str, list[object]]:
    """What messages say, sealed, beside how they stood; each a list in the same order."""
    return {
        "ids": list(leaving),
        "standings": [each.standing for each in leaving.values()],
        "subjects": [seal(each.text.subject, "message", "subject", each.uid) for each in leaving.values()],
        "bodies": [seal(each.text.body, "message", "body", each.uid) for each in leaving.values()],
        "pages": [
            seal(each.text.html, "message", "html", each.uid) if each.text.html else None for each in leaving.values()
        ],
    }


def rows_sealed() -> TableValuedAlias:
    """SQL: the same as rows."""
    rows = func.unnest(
        bindparam("ids", type_=ARRAY(BigInteger)),
        bindparam("standings", type_=ARRAY(Text)),
        bindparam("subjects", type_=ARRAY(LargeBinary)),
        bindparam("bodies", type_=ARRAY(LargeBinary)),
        bindparam("pages", type_=ARRAY(LargeBinary)),
    ).table_valued(
        column("id", BigInteger),
        column("standing", Text),
        column("subject", LargeBinary),
        column("body", LargeBinary),
        column("html", LargeBinary),
        name="sealed",
    )
    return rows.render_derived()


def marking() -> Update:
    """SQL: UPDATE the messages that still stand. Asked again after an answer that was not heard it finds the same, and
    counts no second attempt."""
    rows = rows_sealed()
    is_released = Message.status == "released"
    return (
        update(Message)
        .where(
            Message.id == rows.c.id,
            Message.claim == bindparam("number", type_=Message.claim.type),
            Message.status.in_(("released", "sending")),
            standing_of() == rows.c.standing,
        )
        .values(
            status="sending",
            attempt=Message.attempt + case((is_released, 1), else_=0),
            claimed_until=bindparam("until", type_=NOW.type),
            not_before=None,
            counted_at=NOW,
            subject_sealed=rows.c.subject,
            body_sealed=rows.c.body,
            html_sealed=rows.c.html,
            account_id=bindparam("account", type_=BigInteger),
        )
        .returning(Message.id, Message.attempt)
        .execution_options(synchronize_session=False, **PREPARED)
    )


MARK = marking()
"""Made once: building it takes longer than running it."""
