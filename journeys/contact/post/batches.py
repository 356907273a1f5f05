"""The letters that wait, by account, and the newest batches."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.contact.channels import CHANNELS
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.channel_accounts import ChannelAccount
from journeys.store.contact import Message
from journeys.store.letters import LetterBatch

MOST_SHOWN = 50


@dataclass(frozen=True)
class Pile:
    """What there is: accounts, how many letters wait among the patients of this scope, batches with their account."""

    accounts: list[ChannelAccount]
    waiting: int
    batches: list[tuple[LetterBatch, str]]


def batches(session: Session, act: Act) -> Pile:
    """The newest batches first."""
    by_hand = [name for name, kind in CHANNELS.items() if kind.is_by_hand]
    mine = select(ChannelAccount).where(ChannelAccount.kind.in_(by_hand), ChannelAccount.active)
    accounts = list(session.scalars(mine.order_by(ChannelAccount.name)))
    waiting = select(func.count()).select_from(Message)
    waiting = waiting.where(Message.status == "released", Message.channel.in_(by_hand))
    newest = (
        select(LetterBatch, ChannelAccount.name)
        .join(ChannelAccount, ChannelAccount.id == LetterBatch.account_id)
        .order_by(LetterBatch.id.desc())
        .limit(MOST_SHOWN)
    )
    found = [(row[0], row[1]) for row in session.execute(newest)]
    audit.note(session, "R", LetterBatch.__tablename__, [row.id for row, _ in found])
    return Pile(accounts, session.scalar(waiting) or 0, found)
