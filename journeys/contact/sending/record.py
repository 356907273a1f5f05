"""Writes down what came of sending: accepted, refused or unknown; only for whoever still holds the claim."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Numeric,
    Subquery,
    TableValuedAlias,
    Text,
    Update,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from journeys.contact.accounts.health import note_health
from journeys.contact.channels.base import Outcome
from journeys.contact.deciding.kept import events_of_messages, message_events, unsaid
from journeys.contact.deciding.reasons import OUTCOME_UNKNOWN_HOLD
from journeys.contact.sending.leaving import Claimed
from journeys.contact.sending.unknown_outcomes import ask_about, close_tasks, has_open_task
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.database import PREPARED
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.later import LATER, NOW, values_of
from journeys.foundation.zones import minutes
from journeys.store.contact import PATIENT_ELSE_CAREGIVERS, Message
from journeys.store.events import emit_from, events_from, remember
from journeys.store.people import PatientTelecom

MOST_DOUBLINGS = 20
"""More make any wait longer than the longest."""


COLUMNS: dict[str, Any] = {
    "result": Text,
    "delivered": Boolean,
    "permanent": Boolean,
    "address_is_bad": Boolean,
    "reference": Text,
    "error": Text,
    "is_down": Boolean,
    "retry_after": BigInteger,
    "parts": BigInteger,
    "cost": Numeric,
}
"""What of an outcome is written down, and as what."""

TELL_SENT = events_from(
    LATER, "message.sent", events_of_messages(bindparam("ids", type_=ARRAY(BigInteger)), Message.channel)
).execution_options(**PREPARED)


@dataclass(frozen=True)
class Recorded:
    """How many messages one call found accepted, to be tried again, to be planned anew, undeliverable, unknown."""

    accepted: int = 0
    again: int = 0
    undeliverable: int = 0
    unknown: int = 0


def record(session: Session, act: Act, claimed: Claimed, outcomes: Sequence[Outcome]) -> Recorded:
    """Settle the messages of one claim; an outcome that comes after somebody else settled it changes nothing.

    A claim whose lease ended, and whose messages were called unknown, may still say what came of them.
    """
    lock(session, claimed, [each.message_id for each in outcomes])
    return write_outcomes(session, act, claimed, outcomes)


def lock(session: Session, claimed: Claimed, messages: Sequence[int]) -> None:
    """Hold the lanes of these messages' patients."""
    lock_lanes(session, {lane_of(each) for each in claimed.patients_of(messages)})


def write_outcomes(session: Session, act: Act, claimed: Claimed, outcomes: Sequence[Outcome]) -> Recorded:
    """The same, where the lanes are held."""
    rows = settle(session, act, claimed, outcomes)
    note_health(session, act, claimed.channel, outcomes)
    by_status: dict[str, list[int]] = {}
    for row in rows:
        by_status.setdefault(row.status, []).append(row.id)
    sent = by_status.get("accepted", []) + by_status.get("delivered", [])
    undeliverable = by_status.get("undeliverable", [])
    if sent:
        session.execute(TELL_SENT, {"ids": sent, **values_of(act)})
        remember(session, "message.sent", are_locked=True)
    if undeliverable:
        emit_from(session, act, "message.undeliverable", message_events(undeliverable, Message.channel))
    unknown = by_status.get("unknown", [])
    if unknown and claimed.looks_up_after is None:
        emit_from(session, act, "message.held", message_events(unknown, Message.reasons[1]))
        ask_about(session, act, unknown)
    settled = {*sent, *undeliverable}
    asked_about = [row.id for row in rows if row.is_asked_about and row.id in settled]
    if asked_about:
        close_tasks(session, act, asked_about)
    bad = [each.message_id for each in outcomes if each.address_is_bad]
    mark_bad_addresses(session, act, bad, [row.id for row in rows])
    if "planned" in by_status:
        ring_after_commit(session, "plan")
    done = Recorded(
        accepted=len(sent),
        again=len(by_status.get("released", [])) + len(by_status.get("planned", [])),
        undeliverable=len(undeliverable),
        unknown=len(unknown),
    )
    ids = [row.id for row in rows]
    audit.note(
        session, "U", "message", ids, [row.patient_id for row in rows], {k: len(v) for k, v in by_status.items()}
    )
    return done


def settle(session: Session, act: Act, claimed: Claimed, outcomes: Sequence[Outcome]) -> Sequence[Any]:
    """Write the outcomes in one statement; the rows that were still this claim's, and whether tasks ask about them."""
    values = {"number": claimed.claim, "looks_up_at": looks_up_at(act, claimed), NOW.key: act.now}
    return session.execute(SETTLE, values | retries_of(claimed) | as_lists(outcomes)).all()


def retries_of(claimed: Claimed) -> dict[str, int]:
    """How often is tried again and when, by the names of the statement's parameters."""
    said = {"refused": claimed.retries.refused, "down": claimed.retries.down}
    return {f"{whose}_{name}": value for whose, retry in said.items() for name, value in asdict(retry).items()}


def retry_by(came: Any, name: str) -> ColumnElement[int]:
    """SQL: one number of them, by whose fault it was."""
    down, refused = (bindparam(f"{whose}_{name}", type_=BigInteger) for whose in ("down", "refused"))
    return case((came.c.is_down, down), else_=refused)


def looks_up_at(act: Act, claimed: Claimed) -> dt.datetime | None:
    """When the provider is asked what became of a message that is not known; None where it cannot be."""
    return None if claimed.looks_up_after is None else act.now + claimed.looks_up_after


def as_lists(outcomes: Sequence[Outcome]) -> dict[str, list[Any]]:
    """The outcomes by their columns, each a list in the same order."""
    ids = [each.message_id for each in outcomes]
    return {"ids": ids} | {name: [getattr(each, name) for each in outcomes] for name in COLUMNS}


def rows_that_came() -> TableValuedAlias:
    """SQL: the same as rows."""
    lists = [bindparam(name, type_=ARRAY(kind)) for name, kind in {"ids": BigInteger, **COLUMNS}.items()]
    columns = [column(name, kind) for name, kind in {"id": BigInteger, **COLUMNS}.items()]
    return func.unnest(*lists).table_valued(*columns, name="came").render_derived()


def status_of(came: Any, before: Any) -> ColumnElement[str]:
    """SQL: where an outcome leads a message that stands as it did `before`. With a bad address it is planned anew, for
    the next channel of its ladder."""
    ladder_goes_on = or_(func.cardinality(before.channels) != 1, before.goes_to == PATIENT_ELSE_CAREGIVERS)
    return case(
        (and_(came.c.result == "accepted", came.c.delivered), "delivered"),
        (came.c.result == "accepted", "accepted"),
        (came.c.result == "unknown", "unknown"),
        (and_(came.c.address_is_bad, ladder_goes_on), "planned"),
        (or_(came.c.permanent, before.attempt >= retry_by(came, "attempts")), "undeliverable"),
        else_="released",
    )


def pause_of(came: Any, before: Any) -> ColumnElement[Any]:
    """SQL: how long a message waits for its next attempt: each time longer; or as the provider asks."""
    doubled = retry_by(came, "first_wait") * func.pow(2, func.least(before.attempt - 1, MOST_DOUBLINGS))
    asked_for = func.coalesce(came.c.retry_after, 0)
    waits = minutes(func.least(doubled, retry_by(came, "longest_wait")))
    return func.greatest(waits, func.make_interval(0, 0, 0, 0, 0, 0, asked_for))


def decided_rows() -> Subquery:
    """SQL: what came, and where it leads, worked out once for each message: a statement that says it at every column is
    so long that reading it takes longer than running it."""
    came, before = rows_that_came(), aliased(Message)
    return (
        select(*came.c, status_of(came, before).label("status"), pause_of(came, before).label("pause"))
        .join(before, before.id == came.c.id)
        .subquery("decided")
    )


def settling() -> Update:
    """SQL: UPDATE the messages of a claim by what came of them."""
    came = decided_rows()
    status = came.c.status
    sent = came.c.result == "accepted"
    return (
        update(Message)
        .where(
            Message.id == came.c.id,
            Message.claim == bindparam("number", type_=Message.claim.type),
            Message.status.in_(("sending", "unknown")),
        )
        .values(
            status=status,
            sent_at=case((sent, NOW)),
            delivered_at=case((status == "delivered", NOW)),
            provider_reference=came.c.reference,
            error=came.c.error,
            parts=case((sent, came.c.parts)),
            cost=case((sent, came.c.cost)),
            counted_at=case((status.in_(("planned", "undeliverable")), null()), else_=Message.counted_at),
            not_before=case(
                (status == "released", NOW + came.c.pause),
                (status == "unknown", bindparam("looks_up_at", type_=NOW.type)),
            ),
            reasons=case((status == "unknown", [OUTCOME_UNKNOWN_HOLD]), else_=cast([], ARRAY(Text))),
            claim=case((status == "unknown", Message.claim)),
            claimed_until=null(),
            **unsaid(status.in_(("released", "planned"))),
        )
        .returning(Message.id, Message.patient_id, Message.status, has_open_task().label("is_asked_about"))
        .execution_options(synchronize_session=False, **PREPARED)
    )


SETTLE = settling()
"""Made once: building it takes longer than running it. Of a statement of up to 4,096 characters the driver keeps how it
is read, which of a longer one takes as long as the rest of it."""


def mark_bad_addresses(session: Session, act: Act, bad: Sequence[int], settled: Sequence[int]) -> None:
    """Remember that an address does not receive, since when and by which answer, so that no channel uses it again."""
    messages = sorted(set(bad) & set(settled))
    if messages:
        statement = (
            update(PatientTelecom)
            .where(PatientTelecom.id == Message.telecom_id, Message.id.in_(messages), PatientTelecom.status == "usable")
            .values(status="bounced", status_at=act.now, status_why=Message.error)
        )
        session.execute(statement.execution_options(synchronize_session=False))
