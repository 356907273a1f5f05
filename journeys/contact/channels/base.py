"""The contract of a channel: what it speaks, which addresses it needs, how it sends, and what comes back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Literal

from journeys.contact.media.base import Medium
from journeys.contact.sending.retries import USUAL, Retries
from journeys.contact.vendors.controls import PLAIN as PLAIN
from journeys.foundation.errors import Problem
from journeys.foundation.outgoing import Answer, NoAnswer, NotReached, Reach, Request


@dataclass(frozen=True)
class Envelope:
    """One message ready to leave. What it says and to whom never shows in a `repr`, so it cannot reach a log.

    `uid` is the message's own: the key under which a provider can recognise a repetition. `attempt` counts from 1.
    `unsubscribe` is where a program may end this kind of message by itself (RFC 8058), empty where that may not be.
    `reports_to` is where a provider says what became of it, empty where this installation has no address. `heard_at`
    is when the patient last wrote on this channel.
    `html` says the same as `body` with its look, empty where there is only the text. `registered_as` is what the text
    is called in the network's register, empty where it knows none.
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
    registered_as: str = ""


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

    `url` is the address as the provider called it, with its query.
    """

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        """A header, however its name is written; empty where it is missing, or where two say different things."""
        found = {value for key, value in self.headers.items() if key.lower() == name.lower()}
        return found.pop() if len(found) == 1 else ""


@dataclass(frozen=True)
class Attached:
    """A file that came with what a patient wrote; `refused` says why its content is not kept: kind, size, number."""

    name: str = field(repr=False)
    kind: str
    size: int
    refused: str | None = None
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Written:
    """What a patient wrote: the provider's id of it, who wrote, the text, the uid of our message that it names as the
    one it answers, the files that came with it."""

    outside_id: str
    sender: str = field(repr=False)
    text: str = field(repr=False)
    answers: uuid.UUID | None = None
    files: tuple[Attached, ...] = field(default=(), repr=False)


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
class Complaint:
    """Somebody called one of our messages spam."""

    uid: uuid.UUID


@dataclass(frozen=True)
class Reading:
    """What a delivery brings: what patients wrote, what became of messages, who complained; where it brings nothing
    that anybody acts on, why."""

    written: tuple[Written, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    passed_over: str = ""


@dataclass(frozen=True)
class Post:
    """A mailbox (IMAP) in which what comes back arrives."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"


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
    retries: Retries = USUAL


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
    best first. `batch` is how many messages are marked as being sent together: after a crash so many may be
    unknown, unless the channel is `repeatable`, that is when sending an envelope again can be known to change nothing,
    or it can look up what became of one (`looks_up_after`: how long a provider may take to know of it).

    One that does not send (`sends`) only takes in. Where it is not `knows_by_address`, a number or address that a
    record has proves nothing: who wrote is whoever the door is sure of.

    One that `converses` is asked by its provider what to say while a message is under way, as a call is.

    `errors` has words for what only its outcomes call an `error`: a pattern of the whole code, and what it means;
    `%(code)s` is its last word. The first that fits counts.

    One that `has_page` is written on at a page of the portal, which says by itself what to do in an emergency. One that
    does not try by address (`tries_by_address`) writes to anybody while its account is being tried out.

    Of one that `is_by_hand` no worker sends anything: staff do, a batch at a time (`contact.post`).

    A field of `Settings` with `"secret": True` in its metadata is sealed, and never shown again.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    medium: ClassVar[type[Medium]]
    speaks: ClassVar[str]
    address_systems: ClassVar[tuple[str, ...]]
    batch: ClassVar[int] = 1
    repeatable: ClassVar[bool] = False
    looks_up_after: ClassVar[dt.timedelta | None] = None
    hears: ClassVar[bool] = False
    sends: ClassVar[bool] = True
    knows_by_address: ClassVar[bool] = True
    converses: ClassVar[bool] = False
    is_by_hand: ClassVar[bool] = False
    has_page: ClassVar[bool] = False
    tries_by_address: ClassVar[bool] = True
    errors: ClassVar[Mapping[str, str]] = {}
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
    def post(self) -> Post | None:
        """The mailbox in which what comes back arrives; None where it comes to the door, or nothing comes."""
        return None

    @property
    def key(self) -> str:
        """The short name of the account; the channel's own where the environment opened it."""
        return self.name if self.account is None else self.account.slug

    @property
    def retries(self) -> Retries:
        """How often what was not taken is tried again."""
        return USUAL if self.account is None else self.account.retries

    @classmethod
    def of_house(cls, environment: Mapping[str, str]) -> Any | None:
        """The settings that the environment (`smtp_url`, …) gives this channel; None where it needs an account."""
        return None

    @classmethod
    def settings_problems(cls, settings: Any) -> Iterator[Problem]:
        """What is wrong with the settings, each by the name of its field."""
        yield from ()

    def send(self, envelopes: Sequence[Envelope]) -> Iterable[Outcome]:
        """Send and say what came of each, in order and one by one, so that an error in the middle leaves known what was
        said before. Goes through the envelopes once: who says what came of one before taking the next gets all of a
        claim, else a batch at a time. Never raises for what a provider or a network does."""
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
    def asks_about(cls, delivery: Delivery) -> uuid.UUID | None:
        """The message of which a genuine delivery asks what to say; None where it asks nothing."""
        return None

    def answer(self, delivery: Delivery, text: str, language: str) -> str:
        """What a provider is told to say of a message with this text; XML."""
        raise NotImplementedError

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
