"""The contract of a channel: what it speaks, which addresses it needs, how it sends, what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal


@dataclass(frozen=True)
class Envelope:
    """One message ready to leave. What it says and to whom never shows in a `repr`, so it cannot reach a log.

    `uid` is the message's own: the key under which a provider can recognise a repetition. `attempt` counts from 1.
    `unsubscribe` is where a program may end this kind of message by itself (RFC 8058), empty where that may not be.
    """

    message_id: int
    uid: uuid.UUID
    attempt: int
    language: str
    address: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    unsubscribe: str = field(default="", repr=False)


@dataclass(frozen=True)
class Outcome:
    """What came of one envelope.

    accepted: the provider has it, under `reference`, and the patient too when `delivered`. refused: it certainly does
    not; `permanent` when trying again is of no use, `address_is_bad` when the reason is the address. unknown: it may
    have it; nobody tries again by themselves. `error` is a short technical word without patients' data (`smtp 550`).
    """

    message_id: int
    result: Literal["accepted", "refused", "unknown"]
    reference: str | None = None
    delivered: bool = False
    permanent: bool = False
    address_is_bad: bool = False
    error: str | None = None


@dataclass(frozen=True)
class NoSettings:
    """The settings of a channel that has none."""


class Channel:
    """One way out of the house.

    `speaks` is the medium that consent is kept for (`sms`, `email`); `address_systems` the FHIR telecom systems it can
    reach, the best first. `batch` is how many messages are claimed together: after a crash that many may be unknown,
    unless the channel is `repeatable`, that is when sending an envelope again can be known to change nothing.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    speaks: ClassVar[str]
    address_systems: ClassVar[tuple[str, ...]]
    batch: ClassVar[int] = 1
    repeatable: ClassVar[bool] = False
    Settings: ClassVar[type[Any]] = NoSettings

    def __init__(self, settings: Any = None) -> None:
        """Keep the settings."""
        self.settings = self.Settings() if settings is None else settings

    def send(self, envelopes: Sequence[Envelope]) -> Iterable[Outcome]:
        """Send and say what came of each, in order; best one by one (`yield`), so that an error in the middle leaves
        known what was said before. Never raises for what a provider or a network does."""
        raise NotImplementedError
