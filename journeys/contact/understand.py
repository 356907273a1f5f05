"""What a reply means: the words that count everywhere first, then the answers that the message asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from journeys.contact import keywords
from journeys.contact.questions import Question, answer_to

OTHER = "other"
ALWAYS = (keywords.STOP, keywords.WRONG_NUMBER)
"""Meanings that no question can change: they are understood before anything else."""

ALONE = (keywords.START, keywords.HELP)
"""Meanings that count when the message asked for nothing like them."""


@dataclass(frozen=True)
class Understood:
    """The meaning of a reply, and what it was understood by: `keyword`, `answer` or nothing (`text`).

    `number` and `day` are what a question asked for, where it asked for one.
    """

    outcome: str
    by: str
    number: Decimal | None = field(default=None, repr=False)
    day: dt.date | None = field(default=None, repr=False)


def understand(
    text: str, answers: Mapping[str, str], question: Question | None = None, region: str = "US"
) -> Understood:
    """Understand a reply to a message with these answers (as typed, already normalised → their meaning).

    A question is answered by what it asks for, in the way that days are written in a region.

    Opting out comes first: CANCEL to a reminder means no more messages. A yes or no counts only where the message asked
    for one, and a yes never takes back an opt-out. What is not sure is `other`, for a person to read.
    """
    plain = keywords.normalise(text)
    meaning = keywords.kind_of(plain)
    if meaning in ALWAYS:
        return Understood(str(meaning), "keyword")
    said = None if question is None else answer_to(text, question, answers, region)
    if said is not None:
        return Understood(said.outcome, "answer", said.number, said.day)
    if plain in answers:
        return Understood(answers[plain], "answer")
    if meaning in (keywords.CONFIRM, keywords.DECLINE) and meaning in answers.values():
        return Understood(meaning, "answer")
    if meaning in ALONE:
        return Understood(str(meaning), "keyword")
    return Understood(OTHER, "text")
