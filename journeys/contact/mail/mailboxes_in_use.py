"""Which accounts have a mailbox that is to be heard."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.accounts.channels_in_use import opened_for
from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Post
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.channel_accounts import ChannelAccount


@dataclass(frozen=True)
class Heard:
    """An account and where its mail lies."""

    account_id: int
    channel: str
    post: Post


def mailboxes_in_use(session: Session, act: Act) -> list[Heard]:
    """The mailboxes of the accounts that are in use, by their short names."""
    audit.nothing_happened(session)
    rows = session.scalars(select(ChannelAccount).where(ChannelAccount.active).order_by(ChannelAccount.slug)).all()
    found = []
    for row in rows:
        post = opened_for(row, [row]).post if row.kind in CHANNELS else None
        if post is not None:
            found.append(Heard(row.id, row.slug, post))
    return found
