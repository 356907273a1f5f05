"""Reads what a visitor typed into a form: the answers, or every problem at the question where it was typed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from journeys.contact.forms.content import Asked, ConsentAsked, Form
from journeys.contact.forms.questions import BIRTH_DATE, EMAIL, PHONE, QUESTIONS, REASON, TEXT, TO_ANSWER_BY
from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.types import TYPES
from journeys.criteria.custom.types.base import UNWRITABLE
from journeys.criteria.custom.values import value_problems
from journeys.foundation.errors import Problem
from journeys.foundation.tokens import phone_number
from journeys.foundation.words import N_, in_language

Typed = Mapping[str, Sequence[str]]
"""What came for each key; boxes and lists may have several values."""

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
OLDEST = 130
"""Years that somebody can have lived."""

TICKED = "yes"


@dataclass(frozen=True)
class Answers:
    """What was answered by key, as it is compared (numbers in E.164, days as such), and the boxes that were ticked."""

    values: Mapping[str, Any] = field(repr=False)
    agreed: tuple[ConsentAsked, ...] = ()

    def written(self, form: Form, language: str) -> str:
        """All of it for people to read, a line a question, in the words that the visitor saw."""
        lines = [
            f"{in_language(each.label, language)}: {shown(each, self.values[each.key], language)}"
            for each in form.questions
            if each.key in self.values
        ]
        boxes = [f"✓ {in_language(each.wording, language)}" for each in self.agreed]
        return "\n".join([in_language(form.name, language), *lines, *boxes])

    def of_fields(self, form: Form) -> dict[str, Any]:
        """Slug → value of the custom fields that were answered."""
        own = {each.key: each.custom.slug for each in form.questions if each.custom is not None}
        return {slug: self.values[key] for key, slug in own.items() if key in self.values}

    def own_words(self, form: Form) -> str:
        """What the visitor wrote freely."""
        free = [each for each in form.questions if each.key in self.values and is_free(each)]
        return "\n".join(str(self.values[each.key]) for each in free)


def is_free(question: Asked) -> bool:
    """Whether a question is answered in one's own words."""
    return question.asks == TEXT or (question.custom is not None and question.custom.type == "text")


def shown(question: Asked, value: Any, language: str) -> str:
    """One answer in words."""
    if question.custom is not None:
        return TYPES[question.custom.type].shown(question.custom, value, language, {})
    if question.asks == REASON:
        return in_language(question.choices[value], language)
    return str(value)


def read_answers(form: Form, typed: Typed, region: str, today: dt.date) -> tuple[Answers, list[Problem]]:
    """The answers and the problems; a number without a country is one of the region."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for question in form.questions:
        value, found = read_one(question, typed.get(question.key, ()), region, today)
        problems += found
        if value is not None:
            values[question.key] = value
    ways = [each.key for each in form.questions if each.asks in TO_ANSWER_BY]
    if not problems and ways and not any(key in values for key in ways):
        problems.append(Problem(ways[0], N_("Give a phone number or an e-mail address, so that we can answer")))
    boxes = enumerate(form.consents)
    agreed = tuple(each for place, each in boxes if TICKED in typed.get(f"consent.{place}", ()))
    return Answers(values, agreed), problems


def read_one(question: Asked, given: Sequence[str], region: str, today: dt.date) -> tuple[Any, list[Problem]]:
    """One answer, None where there is none; and what is wrong with it."""
    written = [each.strip() for each in given if each.strip()]
    if not written:
        return None, [Problem(question.key, N_("This is needed"))] if question.is_needed else []
    longest = QUESTIONS[question.asks].longest
    if any(len(each) > longest for each in written):
        return None, [Problem(question.key, N_("At most %(most)s characters"), {"most": longest})]
    if any(UNWRITABLE.search(each) for each in written):
        return None, [Problem(question.key, N_("This has a character that cannot be kept"))]
    if question.custom is not None:
        return read_custom(question.custom, question.key, written)
    value = read_plain(question, written[0], region, today)
    return value, list(fault_of(question)) if value is None else []


def read_plain(question: Asked, text: str, region: str, today: dt.date) -> Any:
    """What a text says as an answer to a question of the catalogue; None where it is none."""
    if question.asks == PHONE:
        return phone_number(text, region)
    if question.asks == EMAIL:
        return text if ADDRESS.fullmatch(text) else None
    if question.asks == BIRTH_DATE:
        return day_of_birth(text, today)
    if question.asks == REASON:
        return text if text in question.choices else None
    return text if question.asks == TEXT else " ".join(text.split())


def fault_of(question: Asked) -> Iterator[Problem]:
    """Why an answer is none."""
    says = {
        PHONE: N_("Give a phone number, with its country where it is another, as +12125550100"),
        EMAIL: N_("Give an e-mail address, as name@example.org"),
        BIRTH_DATE: N_("Give the day on which you were born, as year-month-day"),
        REASON: N_("Choose one of the list"),
    }
    yield Problem(question.key, says[question.asks])


def day_of_birth(text: str, today: dt.date) -> dt.date | None:
    """A day on which somebody alive may have been born."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 0 <= today.year - day.year <= OLDEST and day <= today else None


def read_custom(custom: CustomField, key: str, written: Sequence[str]) -> tuple[Any, list[Problem]]:
    """An answer to a custom field, judged as its type does."""
    kind = TYPES[custom.type]
    value = list(dict.fromkeys(written)) if custom.type == "many-choices" else kind.from_text(custom, written[0])
    problems = list(value_problems(custom, value, key))
    return None if problems else value, problems
