"""The addresses of the trial lists of all accounts: the only ones to which a text may go that is not published."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.channels import CHANNELS
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.channel_accounts import ChannelAccount


@dataclass(frozen=True)
class TrialAddress:
    """One line of an account's list: `place` is its number there, `medium` what the account speaks."""

    channel: str
    account_name: str
    medium: str
    place: int
    address: str = field(repr=False)


def trial_addresses(session: Session, act: Act) -> list[TrialAddress]:
    """Every address, by account and in the order of its list; of accounts in use."""
    rows = session.scalars(select(ChannelAccount).where(ChannelAccount.active).order_by(ChannelAccount.slug)).all()
    audit.note(session, "R", ChannelAccount.__tablename__, ids=[row.id for row in rows], detail={"what": "trial list"})
    return [
        TrialAddress(row.slug, row.name, CHANNELS[row.kind].speaks, place, line.strip())
        for row in rows
        if row.kind in CHANNELS
        for place, line in enumerate((row.allowed or "").splitlines())
        if line.strip()
    ]
