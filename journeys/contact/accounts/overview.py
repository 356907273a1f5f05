"""Every channel of the installation as administrators look at it: its account, how it is doing, what it sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.channel_accounts import EVERY, ChannelAccount, ChannelState
from journeys.store.contact import Message

LATELY = dt.timedelta(days=7)


@dataclass(frozen=True)
class Sent:
    """What an account did in the last days: messages by status, parts, and what they cost."""

    statuses: Mapping[str, int] = field(default_factory=dict)
    parts: int = 0
    cost: Decimal = Decimal(0)


@dataclass(frozen=True)
class Seen:
    """One account with its state (None: it never failed, and nobody stopped it) and what it sent."""

    account: ChannelAccount
    state: ChannelState | None
    sent: Sent


@dataclass(frozen=True)
class Overview:
    """All accounts by name; `stopped` is the state of all channels together while they are stopped."""

    accounts: list[Seen]
    stopped: ChannelState | None


def overview(session: Session, act: Act, slug: str | None = None) -> Overview:
    """Every account, or the one of this name; messages are counted among the patients of this scope."""
    query = select(ChannelAccount).order_by(ChannelAccount.slug)
    rows = session.scalars(query if slug is None else query.where(ChannelAccount.slug == slug)).all()
    states = {row.channel: row for row in session.scalars(select(ChannelState))}
    sent = sent_since(session, act.now - LATELY)
    audit.note(session, "R", ChannelAccount.__tablename__, ids=[row.id for row in rows])
    everything = states.get(EVERY)
    return Overview(
        [Seen(row, states.get(row.slug), sent.get(row.id, Sent())) for row in rows],
        everything if everything is not None and everything.stopped_at is not None else None,
    )


def sent_since(session: Session, moment: dt.datetime) -> dict[int, Sent]:
    """What each account did since."""
    counted = (
        select(
            Message.account_id,
            Message.status,
            func.count(),
            func.coalesce(func.sum(Message.parts), 0),
            func.coalesce(func.sum(Message.cost), 0),
        )
        .where(Message.account_id.is_not(None), Message.counted_at > moment)
        .group_by(Message.account_id, Message.status)
    )
    found: dict[int, Sent] = {}
    for account, status, count, parts, cost in session.execute(counted).all():
        before = found.get(account or 0, Sent())
        statuses = {**before.statuses, status: count}
        found[account or 0] = Sent(statuses, before.parts + int(parts or 0), before.cost + (cost or Decimal(0)))
    return found
