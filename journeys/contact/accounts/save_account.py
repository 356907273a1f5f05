"""An administrator opens an account of a channel, or changes one; secrets that are not given stay as they are."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import asdict, astuple, dataclass, field
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.accounts.channels_in_use import secrets_of
from journeys.contact.channels import CHANNELS
from journeys.contact.sending.retries import RetryGiven
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Problem, Stale, refuse_errors
from journeys.foundation.ids import is_slug
from journeys.foundation.words import N_
from journeys.store.channel_accounts import ChannelAccount
from journeys.store.organisation import Location


@dataclass(frozen=True)
class AccountGiven:
    """What an administrator says of an account; `settings` is the dataclass of its kind."""

    kind: str
    name: str
    settings: Any = field(repr=False)
    branches: tuple[int, ...] = ()
    is_sandbox: bool = True
    allowed: tuple[str, ...] = field(default=(), repr=False)
    per_minute: int | None = None
    price_per_part: Decimal | None = None
    currency: str | None = None
    refused: RetryGiven = RetryGiven()
    down: RetryGiven = RetryGiven()
    active: bool = True


def save_account(
    session: Session, act: Act, slug: str, given: AccountGiven, is_new: bool = False, row_version: int | None = None
) -> ChannelAccount:
    """Keep it; Invalid with every problem, Stale when somebody else changed it since `row_version` was read."""
    found = session.scalar(select(ChannelAccount).where(ChannelAccount.slug == slug).with_for_update())
    if found is not None and row_version is not None and found.row_version != row_version:
        raise Stale("Somebody else changed this account first")
    problems = [*problems_of(session, given), *name_problems(slug, found, is_new)]
    missing = missing_secrets(given, found)
    problems += [Problem(f"settings.{name}", N_("Give it once; it is kept and never shown again")) for name in missing]
    refuse_errors(problems)
    account = found or ChannelAccount(slug=slug, kind=given.kind)
    write(account, given)
    session.add(account)
    session.flush()
    ring_after_commit(session, "plan")
    ring_after_commit(session, "deliver")
    audit.note(session, "U", ChannelAccount.__tablename__, detail=told(slug, given))
    return account


def told(slug: str, given: AccountGiven) -> dict[str, Any]:
    """What the audit keeps of it."""
    retries = {"refused": asdict(given.refused), "down": asdict(given.down)}
    return {"account": slug, "active": given.active, "retries": retries}


def write(account: ChannelAccount, given: AccountGiven) -> None:
    """Put what was given into the row."""
    values = dataclasses.asdict(given.settings)
    hidden = secret_names(given.kind)
    fresh = {name: values[name] for name in hidden if values[name]}
    kept = secrets_of(account) if account.id is not None else {}
    secrets = {**kept, **fresh}
    account.name = given.name.strip()
    account.branches = sorted(given.branches)
    account.settings = {name: value for name, value in values.items() if name not in hidden}
    account.secrets = orjson.dumps(secrets).decode() if secrets else None
    account.is_sandbox = given.is_sandbox
    account.allowed = "\n".join(given.allowed) or None
    account.per_minute = given.per_minute
    account.price_per_part, account.currency = given.price_per_part, given.currency
    account.refused_attempts, account.refused_first_wait, account.refused_longest_wait = astuple(given.refused)
    account.down_attempts, account.down_first_wait, account.down_longest_wait = astuple(given.down)
    account.active = given.active


def secret_names(kind: str) -> list[str]:
    """The fields of a kind's settings that are sealed."""
    return [each.name for each in dataclasses.fields(CHANNELS[kind].Settings) if each.metadata.get("secret")]


def missing_secrets(given: AccountGiven, found: ChannelAccount | None) -> list[str]:
    """Secrets without which the kind cannot be opened, and that were never given: those that it says it needs."""
    if given.kind not in CHANNELS:
        return []
    kept = secrets_of(found) if found is not None else {}
    fields = dataclasses.fields(CHANNELS[given.kind].Settings)
    needed = [each.name for each in fields if each.metadata.get("secret") and each.metadata.get("needed_once")]
    return [name for name in needed if not getattr(given.settings, name) and name not in kept]


def name_problems(slug: str, found: ChannelAccount | None, is_new: bool) -> Iterator[Problem]:
    """A short name that is none, that means a kind, or that is taken."""
    if not is_slug(slug):
        yield Problem("slug", N_("Use lower-case letters, digits and hyphens, for example recall-due"))
    if slug in CHANNELS:
        yield Problem("slug", N_("This is the name of a kind of channel: take another one"))
    if is_new and found is not None:
        yield Problem("slug", N_("There is an account of this name already"))


def problems_of(session: Session, given: AccountGiven) -> Iterator[Problem]:
    """What is wrong in the account itself."""
    if given.kind not in CHANNELS:
        yield Problem("kind", N_("There is no such kind of channel"))
    else:
        for each in CHANNELS[given.kind].settings_problems(given.settings):
            yield Problem(f"settings.{each.where}", each.says, each.data)
    if not given.name.strip():
        yield Problem("name", N_("Give it a name"))
    if given.per_minute is not None and given.per_minute < 1:
        yield Problem("per_minute", N_("At least one a minute, or nothing for no limit"))
    if (given.price_per_part is None) != (given.currency is None):
        yield Problem("currency", N_("Give a price and its currency, or neither"))
    if given.price_per_part is not None and given.price_per_part < 0:
        yield Problem("price_per_part", N_("A price is not below zero"))
    yield from given.refused.problems("refused")
    yield from given.down.problems("down")
    known = set(session.scalars(select(Location.id).where(Location.id.in_(given.branches))))
    if not set(given.branches) <= known:
        yield Problem("branches", N_("There is no such branch"))
