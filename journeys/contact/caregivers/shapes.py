"""A caregiver and an allowance as they are said, and what is wrong with them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from journeys.foundation.errors import Problem
from journeys.foundation.tokens import email_token, phone_token
from journeys.foundation.words import N_
from journeys.foundation.zones import is_zone
from journeys.store.caregivers import HIGHEST_LEVEL
from journeys.store.contact import PURPOSES

DECIDES = ("decides", "informed", "none")
PHONE_SYSTEM, EMAIL_SYSTEM = "sms", "email"
NO_NUMBER = N_("Give a phone number with its country, as +12125550100")

Token = tuple[str, bytes]


@dataclass(frozen=True)
class Caregiver:
    """Somebody beside a patient: `authority` is what they may decide, the language and the zone their own (None: as the
    patient's), `until_on` the last day. What names them or reaches them does not show in a `repr`."""

    name: str = field(repr=False)
    relationship: str | None = None
    authority: str = "none"
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    language: str | None = None
    time_zone: str | None = None
    from_on: dt.date | None = None
    until_on: dt.date | None = None

    def addresses(self) -> dict[str, str]:
        """The system and the value of each number and address."""
        given = {PHONE_SYSTEM: self.phone, EMAIL_SYSTEM: self.email}
        return {system: value for system, value in given.items() if value}


@dataclass(frozen=True)
class Allowance:
    """What somebody may receive: messages of these purposes that reveal at most this, until a moment; what shows it."""

    purposes: tuple[str, ...]
    content_level: int
    evidence: str = field(repr=False)
    source: str = "in-person"
    until_at: dt.datetime | None = None


def caregiver_problems(said: Caregiver, region: str) -> Iterator[Problem]:
    """What is wrong with somebody as they are said."""
    if not said.name.strip():
        yield Problem("name", N_("Write a name"))
    if said.authority not in DECIDES:
        yield Problem("authority", N_("Choose one of: %(known)s"), {"known": ", ".join(DECIDES)})
    if said.phone and token_of(PHONE_SYSTEM, said.phone, region) is None:
        yield Problem("phone", NO_NUMBER)
    if said.email and not re.fullmatch(r"[^@\s]+@[^@\s]+", said.email):
        yield Problem("email", N_("Give an e-mail address, as ada@example.org"))
    if said.time_zone and not is_zone(said.time_zone):
        yield Problem("time_zone", N_("There is no such time zone; one is America/New_York"))
    if said.from_on and said.until_on and said.until_on < said.from_on:
        yield Problem("until_on", N_("The last day is not before the first"))


def allowance_problems(said: Allowance, now: dt.datetime) -> Iterator[Problem]:
    """What is wrong with an allowance."""
    if not said.purposes or not set(said.purposes) <= set(PURPOSES):
        yield Problem("purposes", N_("Choose at least one of: %(known)s"), {"known": ", ".join(PURPOSES)})
    if not 0 <= said.content_level <= HIGHEST_LEVEL:
        yield Problem("content_level", N_("Choose a level from 0 to 3"))
    if not said.evidence.strip():
        yield Problem("evidence", N_("Write down what shows that it is allowed"))
    if said.until_at is not None and said.until_at <= now:
        yield Problem("until_at", N_("Choose a day that is still to come"))


def token_of(system: str, value: str, region: str) -> Token | None:
    """What a number or address is found by; None where it can be none."""
    return email_token(value) if system == EMAIL_SYSTEM else phone_token(value, region)
