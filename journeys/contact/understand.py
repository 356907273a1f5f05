"""What a reply means: the words that count everywhere first, then the answers that the message asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from journeys.contact import keywords

OTHER = "other"
ALWAYS = (keywords.STOP, keywords.WRONG_NUMBER)
"""Meanings that no question can change: they are understood before anything else."""

ALONE = (keywords.START, keywords.HELP)
"""Meanings that count when the message asked for nothing like them."""


@dataclass(frozen=True)
class Understood:
    """The meaning of a reply, and what it was understood by: `keyword`, `answer` or nothing (`text`)."""

    outcome: str
    by: str


def understand(text: str, answers: Mapping[str, str]) -> Understood:
    """Understand a reply to a message with these answers (as typed, already normalised → their meaning).

    Opting out comes first: CANCEL to a reminder means no more messages. A yes or no counts only where the message asked
    for one, and a yes never takes back an opt-out. What is not sure is `other`, for a person to read.
    """
    plain = keywords.normalise(text)
    meaning = keywords.kind_of(plain)
    if meaning in ALWAYS:
        return Understood(str(meaning), "keyword")
    if plain in answers:
        return Understood(answers[plain], "answer")
    if meaning in (keywords.CONFIRM, keywords.DECLINE) and meaning in answers.values():
        return Understood(meaning, "answer")
    if meaning in ALONE:
        return Understood(str(meaning), "keyword")
    return Understood(OTHER, "text")
