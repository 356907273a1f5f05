"""What planning and sending both write about a decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    and_,
    any_,
    case,
    insert,
    literal,
    null,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.later import as_sql
from journeys.store.contact import Message, MessageCandidate
from journeys.store.events import emit_from

COLUMNS = ("message_id", "patient_id", "channel", "rung", "facts", "failed", "reasons", "verdict", "defer_until")


def keep_candidates(
    act: Act, verdicts: CTE, rules_version: str, stage: str, which: ColumnElement[bool] | None = None
) -> CTE:
    """SQL: INSERT candidates as they were judged; all, or those for which `which` holds."""
    common = {"decided_at": as_sql(act.now), "stage": literal(stage), "rules_version": literal(rules_version)}
    rows = select(*[verdicts.c[name] for name in COLUMNS], *common.values())
    rows = rows.where(true() if which is None else which)
    return insert(MessageCandidate).from_select([*COLUMNS, *common], rows).cte("kept")


def hold(session: Session, act: Act, reasons: Mapping[int, str | None]) -> Sequence[Any]:
    """Hold released messages that cannot be made, each for its reason; an event says so. Nothing of them goes on."""
    for message, reason in reasons.items():
        held = update(Message).where(Message.id == message, Message.status == "released")
        session.execute(
            held.values(status="held", reasons=[reason], counted_at=None, decided_at=act.now).execution_options(
                synchronize_session=False
            )
        )
    if reasons:
        emit_from(session, act, "message.held", message_events(list(reasons), Message.reasons[1]))
    return ()


def unsaid(where: ColumnElement[bool]) -> dict[str, Any]:
    """SQL: the values of an UPDATE that forget what a message says, where it is known that it was not sent.

    It is filled anew when it goes, from what is so then. A text that belongs to no template stays.
    """
    forget = and_(where, Message.template_version_id.is_not(None))
    return {
        "subject_sealed": case((forget, null()), else_=Message.subject_sealed),
        "body_sealed": case((forget, null()), else_=Message.body_sealed),
        "html_sealed": case((forget, null()), else_=Message.html_sealed),
    }


def message_events(messages: Sequence[int], outcome: Any) -> Select:
    """SELECT one event for each of these messages."""
    return events_of_messages(literal(list(messages), ARRAY(BigInteger)), outcome)


def events_of_messages(messages: ColumnElement[Any], outcome: Any) -> Select:
    """The same of the messages in an array."""
    return select(
        Message.patient_id,
        literal("message").label("subject_kind"),
        Message.id.label("subject_id"),
        Message.enrolment_id,
        Message.purpose.label("code"),
        outcome.label("outcome"),
    ).where(Message.id == any_(messages))


def these(messages: Collection[int] | ColumnElement[Any]) -> Select:
    """SELECT the ids of these messages; of an array that is a parameter too."""
    return select(Message.id).where(is_one_of(messages))


def is_one_of(messages: Collection[int] | ColumnElement[Any]) -> ColumnElement[bool]:
    """SQL: whether a message is one of these."""
    if isinstance(messages, ColumnElement):
        return Message.id == any_(messages)
    return Message.id == any_(literal(list(messages), ARRAY(BigInteger)))
