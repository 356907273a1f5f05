"""Why a message was sent, waits or is held: every channel of its ladder, every rule that spoke against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.deciding.grounds import Ground, grounds
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.contact import Message, MessageCandidate
from journeys.store.people import RelatedPerson


@dataclass(frozen=True)
class OnChannel:
    """What was decided for one channel: allow, passed-over (a better channel allowed), defer or suppress; and for whom:
    `is_beside` somebody beside the patient, by `name` where one may receive it."""

    channel: str
    rung: int
    verdict: str
    reasons: tuple[Ground, ...]
    defer_until: dt.datetime | None
    is_beside: bool = False
    name: str = field(default="", repr=False)


@dataclass(frozen=True)
class Decision:
    """One decision about a message: when, at which stage (plan, send), by which version of the contact rules."""

    decided_at: dt.datetime
    stage: str
    rules_version: str
    channels: tuple[OnChannel, ...]


def why(session: Session, act: Act, message_id: int) -> list[Decision]:
    """Every decision about a message, the newest first; Missing outside the scope."""
    patient = session.scalar(select(Message.patient_id).where(Message.id == message_id))
    if patient is None:
        raise Missing(f"There is no message {message_id}")
    rows = session.scalars(
        select(MessageCandidate)
        .where(MessageCandidate.message_id == message_id)
        .order_by(MessageCandidate.decided_at.desc(), MessageCandidate.stage.desc(), MessageCandidate.rung)
    )
    found: dict[tuple[dt.datetime, str, str], list[MessageCandidate]] = {}
    for row in rows:
        found.setdefault((row.decided_at, row.stage, row.rules_version), []).append(row)
    audit.note(session, "R", "message_candidate", [message_id], [patient])
    return [Decision(*key, on_channels(session, candidates, key[-1])) for key, candidates in found.items()]


def on_channels(session: Session, candidates: Sequence[MessageCandidate], version: str) -> tuple[OnChannel, ...]:
    """What was decided for each channel, with what it rests on."""
    names = names_of(session, {row.facts.get("recipient_id") for row in candidates} - {None})
    return tuple(
        OnChannel(
            row.channel,
            row.rung,
            row.verdict,
            reasons,
            row.defer_until,
            is_beside=bool(row.facts.get("is_beside")),
            name=names.get(row.facts.get("recipient_id"), ""),
        )
        for row, reasons in zip(candidates, grounds(session, candidates, version), strict=True)
    )


def names_of(session: Session, people: Collection[Any]) -> dict[int | None, str]:
    """What people beside patients are called."""
    if not people:
        return {}
    found = session.scalars(select(RelatedPerson).where(RelatedPerson.id.in_(people)))
    return {each.id: each.name or "" for each in found}
