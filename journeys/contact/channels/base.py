"""The contract of a channel: what it speaks, which addresses it needs, how it sends, and what comes back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Literal

from journeys.foundation.outgoing import Answer, NoAnswer, NotReached, Reach, Request
from journeys.foundation.words import N_


@dataclass(frozen=True)
class Medium:
    """What consent is kept for and ladders name: its word, what one and several of its messages are called, an icon.

    Patients are asked about one that `is_usual` also where no channel carries it yet.
    """

    name: str
    one: str
    many: str
    icon: str
    is_usual: bool = False


SMS = Medium("sms", N_("Text message"), N_("Text messages"), "message", is_usual=True)
EMAIL = Medium("email", N_("E-mail"), N_("E-mails"), "mail", is_usual=True)
WHATSAPP = Medium("whatsapp", N_("WhatsApp message"), N_("WhatsApp messages"), "message")


@dataclass(frozen=True)
class Envelope:
    """One message ready to leave. What it says and to whom never shows in a `repr`, so it cannot reach a log.

    `uid` is the message's own: the key under which a provider can recognise a repetition. `attempt` counts from 1.
    `unsubscribe` is where a program may end this kind of message by itself (RFC 8058), empty where that may not be.
    `reports_to` is where a provider says what became of it, empty where this installation has no address. `heard_at`
    is when the patient last wrote on this channel.
    `html` says the same as `body` with its look, empty where there is only the text.
    """

    message_id: int
    uid: uuid.UUID
    attempt: int
    language: str
    address: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    unsubscribe: str = field(default="", repr=False)
    reports_to: str = field(default="", repr=False)
    heard_at: dt.datetime | None = None
    now: dt.datetime | None = None
    html: str = field(default="", repr=False)


@dataclass(frozen=True)
class Outcome:
    """What came of one envelope.

    accepted: the provider has it, under `reference`, and the patient too when `delivered`. refused: it certainly does
    not; `permanent` when trying again is of no use, `address_is_bad` when the reason is the address, `is_down` when the
    reason is the provider itself, who may be asked again after `retry_after` seconds. unknown: it may have it; nobody
    tries again by themselves. `error` is a short technical word without patients' data (`smtp 550`). `parts` and
    `cost` are what the provider says it charges for.
    """

    message_id: int
    result: Literal["accepted", "refused", "unknown"]
    reference: str | None = None
    delivered: bool = False
    permanent: bool = False
    address_is_bad: bool = False
    error: str | None = None
    is_down: bool = False
    retry_after: int | None = None
    parts: int | None = None
    cost: Decimal | None = None


@dataclass(frozen=True)
class Delivery:
    """One request of a provider, as it came: nothing is made of it before it is known to be the provider's own.

    `url` is the address as the provider called it, with its query; `headers` have lower-case names.
    """

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Written:
    """What a patient wrote: the provider's id of it, who wrote, the text."""

    outside_id: str
    sender: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True)
class Receipt:
    """What a provider says became of a message, known by its `uid` or by the provider's `reference`.

    accepted, delivered, undeliverable; the last with `address_is_bad` when the reason is the address.
    """

    status: Literal["accepted", "delivered", "undeliverable"]
    reference: str | None = None
    uid: uuid.UUID | None = None
    address_is_bad: bool = False
    error: str | None = None
    cost: Decimal | None = None


@dataclass(frozen=True)
class Reading:
    """What a delivery brings: what patients wrote, what became of messages; `answer` is what the provider is told."""

    written: tuple[Written, ...] = ()
    receipts: tuple[Receipt, ...] = ()


@dataclass(frozen=True)
class NoSettings:
    """The settings of a channel that has none."""


@dataclass(frozen=True)
class Account:
    """Which account a channel was opened for.

    `branches` are those it serves; where there are none, all but the `others`, which have accounts of their own.
    `allowed` are the only addresses it may write to, None: any.
    """

    id: int
    slug: str
    branches: tuple[int, ...] = ()
    others: tuple[int, ...] = ()
    allowed: frozenset[str] | None = field(default=None, repr=False)
    per_minute: int | None = None
    price_per_part: Decimal | None = None


PLAIN = {"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}
"""The attributes of a control that takes no language's words."""

NEEDED_SECRET = {"secret": True, "needed_once": True}
"""The metadata of a secret without which the channel is of no use."""

MOST_ANSWERED = 262_144
"""Bytes of a provider's answer that are read."""

LONGEST_WAIT = 5
"""Digits of a number of seconds that is believed."""

TOO_MANY = 429
NOT_LET_IN = (401, 403)
BROKEN = 500


class Channel:
    """One way out of the house, and back.

    `medium` is what it speaks, for which consent is kept; `address_systems` the FHIR telecom systems it can reach, the
    best first. `batch` is how many messages are claimed together: after a crash that many may be unknown, unless the
    channel is `repeatable`, that is when sending an envelope again can be known to change nothing, or it can look up
    what became of one (`looks_up_after`: how long a provider may take to know of it).

    A field of `Settings` with `"secret": True` in its metadata is sealed, and never shown again.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    medium: ClassVar[Medium]
    speaks: ClassVar[str]
    address_systems: ClassVar[tuple[str, ...]]
    batch: ClassVar[int] = 1
    repeatable: ClassVar[bool] = False
    looks_up_after: ClassVar[dt.timedelta | None] = None
    hears: ClassVar[bool] = False
    Settings: ClassVar[type[Any]] = NoSettings

    def __init_subclass__(cls) -> None:
        """Take what is spoken from the medium."""
        super().__init_subclass__()
        if "medium" in cls.__dict__:
            cls.speaks = cls.medium.name

    def __init__(self, settings: Any = None, account: Account | None = None, reach: Reach | None = None) -> None:
        """Keep the settings, the account they are of, and how the outside is reached."""
        self.settings = self.Settings() if settings is None else settings
        self.account = account
        self.reach = reach or Reach()

    account: Account | None = None

    @property
    def key(self) -> str:
        """The short name of the account; the channel's own where the environment opened it."""
        return self.name if self.account is None else self.account.slug

    @classmethod
    def of_house(cls, environment: Mapping[str, str]) -> Any | None:
        """The settings that the environment (`smtp_url`, …) gives this channel; None where it needs an account."""
        return None

    def send(self, envelopes: Sequence[Envelope]) -> Iterable[Outcome]:
        """Send and say what came of each, in order and one by one, so that an error in the middle leaves known what was
        said before. Never raises for what a provider or a network does."""
        for each in envelopes:
            yield self.send_one(each)

    def send_one(self, envelope: Envelope) -> Outcome:
        """Hand over one message, for a channel that has a request for each."""
        raise NotImplementedError

    def look_up(self, envelope: Envelope, since: dt.datetime, known: frozenset[str]) -> Outcome:
        """What the provider knows of an envelope that was sent at or after a moment: accepted, refused when it has
        never heard of it, unknown when it cannot be asked. `known` are references of other messages."""
        raise NotImplementedError

    def is_genuine(self, delivery: Delivery) -> bool:
        """Whether the provider itself made this request, by its signature over what came."""
        return False

    def greet(self, query: Mapping[str, str]) -> str | None:
        """What to answer to a provider that asks whether this address is ours; None when it is not asked rightly."""
        return None

    @classmethod
    def read(cls, delivery: Delivery) -> Reading:
        """What a genuine delivery brings; ValueError for what cannot be read."""
        raise NotImplementedError


def asked(reach: Reach, url: str, request: Request, message_id: int) -> Answer | Outcome:
    """What a provider answers over HTTP; or, where it does not, what that means for a message.

    Who was not reached has nothing; who heard and did not answer may have it.
    """
    try:
        return reach.ask(url, request, MOST_ANSWERED)
    except NotReached as error:
        return Outcome(message_id, "refused", error=str(error), is_down=True)
    except NoAnswer as error:
        return Outcome(message_id, "unknown", error=str(error))


def outcome_of_status(message_id: int, answer: Answer) -> Outcome:
    """What an HTTP status other than success means where the provider says nothing more exact."""
    error = f"http {answer.status}"
    if answer.status >= BROKEN:
        return Outcome(message_id, "unknown", error=error)
    if answer.status == TOO_MANY:
        return Outcome(message_id, "refused", error=error, is_down=True, retry_after=seconds_in(answer))
    is_down = answer.status in NOT_LET_IN
    return Outcome(message_id, "refused", permanent=not is_down, error=error, is_down=is_down)


def seconds_in(answer: Answer) -> int | None:
    """How long a provider asks to be left alone; None where it does not say so in seconds."""
    said = answer.headers.get("retry-after", "")
    return int(said) if said.isdecimal() and len(said) <= LONGEST_WAIT else None
