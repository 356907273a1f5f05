"""The forms of channel accounts: what every account has, and the settings of its kind."""

import dataclasses
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import select

from app.base import asking
from journeys.contact.accounts.channels_in_use import down_of, refused_of
from journeys.contact.accounts.save_account import AccountGiven
from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import NoSettings
from journeys.contact.sending.retries import RetryGiven
from journeys.foundation.words import N_
from journeys.store.channel_accounts import ChannelAccount
from journeys.store.organisation import Location

KINDS = tuple(name for name, kind in CHANNELS.items() if kind.Settings is not NoSettings)
"""What an account can be opened of."""

BRANCHES = select(Location.id, Location.name).where(Location.slug.is_not(None)).order_by(Location.name)


def branches() -> list[tuple[int, str]]:
    """The branches by name."""
    return [(row.id, row.name) for row in asking().execute(BRANCHES)]


@dataclass(frozen=True)
class Named:
    """What is said once, when an account is opened."""

    slug: str = field(
        metadata={
            "label": N_("Short name"),
            "help": N_("Small letters, digits and hyphens. It never changes."),
            "attributes": {"autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
        }
    )


@dataclass(frozen=True)
class Common:
    """What every account has."""

    name: str = field(default="", metadata={"label": N_("Name"), "help": N_("What staff call it."), "required": True})
    branches: tuple[int, ...] = field(
        default=(),
        metadata={
            "label": N_("Branches"),
            "help": N_("Whose patients it writes to. None: everybody whose branch has no account of its own."),
            "choices": branches,
        },
    )
    is_sandbox: bool = field(
        default=True,
        metadata={"label": N_("Try it out"), "help": N_("It writes to the addresses below alone; all else is held.")},
    )
    allowed: tuple[str, ...] = field(
        default=(),
        metadata={"label": N_("Addresses it may write to"), "help": N_("One a line, while it is being tried out.")},
    )
    per_minute: int | None = field(
        default=None,
        metadata={"label": N_("At most in a minute"), "help": N_("What the provider lets this sender send.")},
    )
    price_per_part: float | None = field(
        default=None,
        metadata={"label": N_("Price of a part"), "help": N_("Where the provider does not say what it charges.")},
    )
    currency: str | None = field(
        default=None, metadata={"label": N_("Currency"), "help": N_("Three letters, for example USD.")}
    )
    refused: RetryGiven = field(
        default=RetryGiven(),
        metadata={
            "label": N_("When a message is refused"),
            "help": N_("By its own fault, and not for good. Usual: 5 attempts, waits from 5 to 80 minutes."),
        },
    )
    down: RetryGiven = field(
        default=RetryGiven(),
        metadata={
            "label": N_("When the provider takes nothing"),
            "help": N_("It is down or overloaded. Usual: 50 attempts, waits from 5 to 80 minutes."),
        },
    )
    active: bool = field(default=True, metadata={"label": N_("In use")})


@dataclass(frozen=True)
class Test:
    """Where a test goes."""

    to: str = field(
        metadata={
            "label": N_("Send a test to"),
            "help": N_("A number with its country, or an e-mail address, of yours."),
            "attributes": {"autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
        }
    )


@dataclass(frozen=True)
class Address:
    """The address to which a provider brings what comes back; empty where the portal's own is not set."""

    url: str


@cache
def account_shape(kind: str, is_new: bool = False) -> type:
    """The dataclass of the whole form of one kind."""
    about = {"label": CHANNELS[kind].label}
    settings = ("settings", CHANNELS[kind].Settings, field(kw_only=True, metadata=about))
    bases = (Common, Named) if is_new else (Common,)
    return dataclasses.make_dataclass(f"{kind}{'New' if is_new else ''}", [settings], bases=bases, frozen=True)


def given_of(kind: str, filled: Any) -> AccountGiven:
    """What was filled in, as the engine wants it."""
    price = filled.price_per_part
    return AccountGiven(
        kind=kind,
        name=filled.name,
        settings=filled.settings,
        branches=tuple(int(each) for each in filled.branches),
        is_sandbox=filled.is_sandbox,
        allowed=tuple(filled.allowed),
        per_minute=filled.per_minute,
        price_per_part=None if price is None else Decimal(str(price)),
        currency=filled.currency,
        refused=filled.refused,
        down=filled.down,
        active=filled.active,
    )


def shown_of(account: ChannelAccount) -> Any:
    """An account as its form shows it: without the secrets."""
    kind = CHANNELS[account.kind]
    known = {each.name for each in dataclasses.fields(kind.Settings)}
    given = {name: value for name, value in account.settings.items() if name in known}
    empty = {each.name: "" for each in dataclasses.fields(kind.Settings) if is_required(each)}
    return account_shape(account.kind)(
        name=account.name,
        branches=tuple(account.branches),
        is_sandbox=account.is_sandbox,
        allowed=tuple((account.allowed or "").splitlines()),
        per_minute=account.per_minute,
        price_per_part=None if account.price_per_part is None else float(account.price_per_part),
        currency=account.currency,
        refused=refused_of(account),
        down=down_of(account),
        active=account.active,
        settings=kind.Settings(**{**empty, **given}),
    )


def is_required(each: dataclasses.Field) -> bool:
    """Whether a field has no value of its own."""
    return each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
