"""Invents people: names, ages, languages, numbers, what they allow us to do."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

from journeys.foundation.tokens import words_of
from seed.demo import data

AGES = ((0, 17, 14), (18, 39, 26), (40, 64, 34), (65, 94, 26))
"""(from, to, percent)."""

STAYS_WITH_LANGUAGE = {"en": 1.0, "es": 0.7, "ar": 0.4, "hi": 0.3, "zh": 0.5}
"""How many of those who bear such a name want to be written to in that language; the others want English."""

PAYERS = (("insured", 58), ("public", 27), ("self-pay", 12), ("unknown", 3))


@dataclass(frozen=True)
class Person:
    """One invented patient. `number` runs from 0; `branch` is the branch's entry in clinic.yaml."""

    number: int
    branch: dict[str, Any]
    given: str
    family: str
    gender: str
    birth_date: dt.date
    language: str
    time_zone: str
    phone: str | None
    phone_use: str
    email: str | None
    payer_class: str
    preferred_channel: str | None
    street: str
    postal_code: str
    deceased_at: dt.datetime | None

    @property
    def name(self) -> str:
        """How staff see the person; in Chinese script the family name comes first."""
        if self.family and "\u4e00" <= self.family[0] <= "\u9fff":
            return f"{self.family}{self.given}"
        return f"{self.given} {self.family}"

    def age(self, day: dt.date) -> int:
        """Completed years."""
        return day.year - self.birth_date.year - ((day.month, day.day) < (self.birth_date.month, self.birth_date.day))


def invent(number: int, chance: random.Random, now: dt.datetime) -> Person:
    """The person of this number."""
    branch = pick(chance, [(branch, branch["share"]) for branch in data.clinic()["branches"]])
    names = pick(chance, [(names, names["share"]) for names in data.read("names")])
    gender = "female" if chance.random() < 0.53 else "male"
    given, family = same_script(chance, names[gender], names["family"])
    birth_date = born(chance, now.date())
    years = (now.date() - birth_date).days // 365
    deceased_at = None
    if chance.random() < (0.05 if years > 75 else 0.004):
        deceased_at = now - dt.timedelta(days=chance.randrange(5, 700), minutes=chance.randrange(1440))
    phone = fictitious_phone(chance, branch, number) if chance.random() < 0.97 else None
    email = None
    if years >= 16 and chance.random() < (0.75 if years < 65 else 0.5):
        email = f"{address_word(given, family)}{number}@example.org"
    return Person(
        number=number,
        branch=branch,
        given=given,
        family=family,
        gender=gender if chance.random() < 0.993 else "other",
        birth_date=birth_date,
        language=names["language"] if chance.random() < STAYS_WITH_LANGUAGE[names["language"]] else "en",
        time_zone="America/Los_Angeles" if chance.random() < 0.02 else branch["time_zone"],
        phone=phone,
        phone_use="mobile" if chance.random() < 0.85 else "home",
        email=email,
        payer_class=pick(chance, PAYERS),
        preferred_channel=preferred(chance, phone, email),
        street=f"{chance.randrange(1, 2400)} {chance.choice(('Maple', 'Cedar', 'Third', 'Mill', 'Garden'))} Street",
        postal_code=chance.choice(branch["postal_codes"]),
        deceased_at=deceased_at,
    )


def pick(chance: random.Random, weighted: Any) -> Any:
    """One of some (thing, weight)."""
    return chance.choices([thing for thing, _ in weighted], [weight for _, weight in weighted])[0]


def same_script(chance: random.Random, given: list[str], family: list[str]) -> tuple[str, str]:
    """A given and a family name written in the same script."""
    first = chance.choice(given)
    return first, chance.choice([name for name in family if is_latin(name) == is_latin(first)])


def is_latin(name: str) -> bool:
    """Whether a name is written in Latin letters, accents or not."""
    return name[0] < "\u0250"


def born(chance: random.Random, today: dt.date) -> dt.date:
    """A birth date such that the ages are those of a clinic's register."""
    low, high = pick(chance, [((low, high), percent) for low, high, percent in AGES])
    return today - dt.timedelta(days=chance.randrange(low * 365 + 20, high * 365 + 360))


def fictitious_phone(chance: random.Random, branch: dict[str, Any], number: int) -> str:
    """A number of the range kept for fiction; as there are few, some people share one, as families do."""
    area = branch["area_codes"][number % len(branch["area_codes"])]
    return f"+1{area}55501{chance.randrange(2, 100):02d}"


def address_word(given: str, family: str) -> str:
    """The part of an e-mail address that names are made of."""
    words = "".join(word for word in words_of(f"{given} {family}") if word.isascii())
    return words or "patient"


def preferred(chance: random.Random, phone: str | None, email: str | None) -> str | None:
    """What somebody asked to be reached by; most never said."""
    said = chance.random()
    if phone and said < 0.25:
        return "sms"
    if email and said > 0.9:
        return "email"
    return None
