"""Opens every channel of the installation: the active accounts, and what the environment gives besides."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Account, Channel
from journeys.contact.sending.retries import USUAL, Retries, RetryGiven
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.outgoing import Reach
from journeys.store.channel_accounts import ChannelAccount


def channels_in_use(
    session: Session, act: Act, of_house: Mapping[str, Channel], reach: Reach | None = None
) -> dict[str, Channel]:
    """The channels by their short names. What the environment gives steps back where an account speaks the same."""
    audit.nothing_happened(session)
    rows = session.scalars(select(ChannelAccount).where(ChannelAccount.active).order_by(ChannelAccount.id)).all()
    known = [row for row in rows if row.kind in CHANNELS]
    opened = {row.slug: opened_for(row, known, reach) for row in known}
    spoken = {channel.speaks for channel in opened.values()}
    return {**opened, **{name: channel for name, channel in of_house.items() if channel.speaks not in spoken}}


def opened_for(row: ChannelAccount, rows: Sequence[ChannelAccount], reach: Reach | None = None) -> Channel:
    """One channel with its settings, and with whom it writes to."""
    kind = CHANNELS[row.kind]
    return kind(settings_of(row), account_of(row, rows), reach)


def settings_of(row: ChannelAccount) -> Any:
    """The settings with the secrets in their places; what the kind does not know any more is left out."""
    kind = CHANNELS[row.kind]
    given = {**row.settings, **secrets_of(row)}
    known = {each.name for each in dataclasses.fields(kind.Settings)}
    return kind.Settings(**{name: value for name, value in given.items() if name in known})


def secrets_of(row: ChannelAccount) -> dict[str, str]:
    """The secrets, opened, by the names of their fields."""
    return orjson.loads(row.secrets) if row.secrets else {}


def account_of(row: ChannelAccount, rows: Sequence[ChannelAccount]) -> Account:
    """What sending needs to know of an account. Where no account of its kind serves everybody, the first one does."""
    alike = [each for each in rows if each.kind == row.kind]
    others = sorted({branch for each in alike if each.id != row.id for branch in each.branches})
    serves_the_rest = not row.branches or (all(each.branches for each in alike) and alike[0].id == row.id)
    is_bound = row.is_sandbox and CHANNELS[row.kind].tries_by_address
    allowed = frozenset(plain(line) for line in (row.allowed or "").splitlines()) if is_bound else None
    return Account(
        id=row.id,
        slug=row.slug,
        branches=() if serves_the_rest else tuple(row.branches),
        others=tuple(others),
        allowed=allowed,
        per_minute=row.per_minute,
        price_per_part=row.price_per_part,
        retries=Retries(refused_of(row).over(USUAL.refused), down_of(row).over(USUAL.down)),
    )


def refused_of(row: ChannelAccount) -> RetryGiven:
    """What an account says of messages that were refused for their own sake."""
    return RetryGiven(row.refused_attempts, row.refused_first_wait, row.refused_longest_wait)


def down_of(row: ChannelAccount) -> RetryGiven:
    """What it says of messages that were not taken because of the provider itself."""
    return RetryGiven(row.down_attempts, row.down_first_wait, row.down_longest_wait)


def plain(address: str) -> str:
    """An address as the list of a sandbox compares it: small letters, or the digits of a number alone."""
    text = address.strip().casefold()
    return text if "@" in text else "".join(letter for letter in text if letter.isdecimal())
