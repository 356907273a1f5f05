"""Questions with typed answers: what a message asks for, and what a reply says to it.

What cannot be read without guessing is no answer: a person, or the next step of the journey, asks again.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from journeys.contact.replies import keywords
from journeys.contact.replies.letters import normalise

YES_NO = "yes-no"
CHOICE = "choice"
NUMBER = "number"
DATE = "date"

YES = "yes"
NO = "no"
ANSWERED = "answered"
"""What a number or a date means as a code; the value itself is kept beside it."""

PLAIN_WORDS = {keywords.CONFIRM: YES, keywords.DECLINE: NO}

NUMBER_WRITTEN = re.compile(r"([-+]?\d{1,9})(?:[.,](\d{1,2}|\d{4,6}))?")
"""Three digits after a comma or a point may as well be thousands, so they are not read."""

YEAR_FIRST = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
YEAR_LAST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})")
MONTH_FIRST = frozenset({"US"})
"""Regions in which 3/5/2026 is in March; where a point parts them, the day is first everywhere."""

YEARS = range(1900, 2201)
MONTHS = 12


@dataclass(frozen=True)
class Question:
    """What a message asks for: a type, and between which bounds a number makes sense (None: no bound)."""

    type: str
    least: int | None = None
    most: int | None = None

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the message."""
        return {"type": self.type, "least": self.least, "most": self.most}


@dataclass(frozen=True)
class Answer:
    """What a reply says: a code, and the number or the day where that was asked for."""

    outcome: str
    number: Decimal | None = field(default=None, repr=False)
    day: dt.date | None = field(default=None, repr=False)


def question_of(asks: Mapping[str, Any] | None) -> Question | None:
    """The question that is kept with a message, or None."""
    return None if asks is None else Question(asks["type"], asks.get("least"), asks.get("most"))


def answer_to(text: str, question: Question, answers: Mapping[str, str], region: str = "US") -> Answer | None:
    """What a reply says to a question; None when it says nothing of that kind.

    `answers` are the replies that the template knows, normalised → their meaning; `region` tells how days are written.
    """
    if question.type == NUMBER:
        number = number_in(text)
        return None if number is None or not is_within(number, question) else Answer(ANSWERED, number=number)
    if question.type == DATE:
        day = day_in(text, region)
        return None if day is None else Answer(ANSWERED, day=day)
    plain = normalise(text)
    meaning = answers.get(plain)
    if question.type == CHOICE:
        return None if meaning is None else Answer(meaning)
    meaning = meaning or keywords.kind_of(plain) or ""
    outcome = PLAIN_WORDS.get(meaning, meaning)
    return Answer(outcome) if outcome in (YES, NO) else None


def as_written(text: str) -> str:
    """The text in one form, without what stands around it."""
    return unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-").strip().rstrip(".!").strip()


def number_in(text: str) -> Decimal | None:
    """The number that the whole text is, in the digits of any script."""
    found = NUMBER_WRITTEN.fullmatch(as_written(text))
    if found is None:
        return None
    whole, fraction = found.groups()
    return Decimal(whole if fraction is None else f"{whole}.{fraction}")


def is_within(number: Decimal, question: Question) -> bool:
    """Whether a number lies between the bounds, both included."""
    is_enough = question.least is None or number >= question.least
    return is_enough and (question.most is None or number <= question.most)


def day_in(text: str, region: str) -> dt.date | None:
    """The day that the whole text is: 2026-03-05, 5.3.2026, 3/5/2026 by the custom of the region."""
    written = as_written(text)
    found = YEAR_FIRST.fullmatch(written)
    if found is not None:
        return day_of(*(int(part) for part in found.groups()))
    found = YEAR_LAST.fullmatch(written)
    if found is None:
        return None
    first, parted_by, second, year = found.groups()
    is_month_first = parted_by != "." and region in MONTH_FIRST
    month, day = (int(first), int(second)) if is_month_first else (int(second), int(first))
    if month > MONTHS:
        month, day = day, month
    return day_of(int(year), month, day)


def day_of(year: int, month: int, day: int) -> dt.date | None:
    """The day, or None where there is none."""
    if year not in YEARS:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
