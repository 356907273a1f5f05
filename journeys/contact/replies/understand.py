"""What a reply means: the words that count everywhere first, then the answers that the message asked for, then
phrases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from journeys.contact.replies import intents, keywords
from journeys.contact.replies.letters import normalise
from journeys.contact.replies.questions import Question, answer_to

OTHER = "other"
ALWAYS = (keywords.STOP, keywords.WRONG_NUMBER)
"""Meanings that no question can change: they are understood before anything else."""

ALONE = (keywords.START, keywords.HELP)
"""Meanings that count when the message asked for nothing like them."""


SURE = 100
LIKELY = 90
LEANING = 60
UNSURE = 30
"""How sure a meaning is: a whole word or a typed answer; a phrase; a sign; nothing."""


@dataclass(frozen=True)
class Understood:
    """The meaning of a reply, and what it was understood by: `keyword`, `answer`, `phrase` or nothing (`text`).

    `number` and `day` are what a question asked for, where it asked for one. `intent` is what the reply wants where
    that says more than the outcome (emergency, reschedule, question, …), `confidence` how sure that is, of 100.
    """

    outcome: str
    by: str
    number: Decimal | None = field(default=None, repr=False)
    day: dt.date | None = field(default=None, repr=False)
    intent: str | None = None
    confidence: int = SURE


def understand(
    text: str, answers: Mapping[str, str], question: Question | None = None, region: str = "US"
) -> Understood:
    """Understand a reply to a message with these answers (as typed, already normalised → their meaning).

    A question is answered by what it asks for, in the way that days are written in a region.

    Opting out comes first: CANCEL to a reminder means no more messages. A yes or no counts only where the message asked
    for one, and a yes never takes back an opt-out. What is not sure is `other`, for a person to read.
    """
    plain = normalise(text)
    meaning = keywords.kind_of(plain)
    if meaning in ALWAYS:
        intent = intents.CANCEL if intents.may_mean_the_visit(plain) else None
        return Understood(str(meaning), "keyword", intent=intent)
    answered = answer_in(text, plain, meaning, answers, question, region)
    if answered is not None:
        return answered
    wanted = intents.phrase_in(plain)
    if wanted in ALWAYS:
        return Understood(str(wanted), "phrase", confidence=LIKELY)
    if meaning in ALONE:
        return Understood(str(meaning), "keyword")
    return not_sure(text, wanted)


def answer_in(
    text: str,
    plain: str,
    meaning: str | None,
    answers: Mapping[str, str],
    question: Question | None,
    region: str,
) -> Understood | None:
    """What a reply answers to what was asked; None when it answers nothing."""
    said = None if question is None else answer_to(text, question, answers, region)
    if said is not None:
        return Understood(said.outcome, "answer", said.number, said.day)
    if plain in answers:
        return Understood(answers[plain], "answer")
    if meaning in (keywords.CONFIRM, keywords.DECLINE) and meaning in answers.values():
        return Understood(meaning, "answer")
    return None


def not_sure(text: str, wanted: str | None) -> Understood:
    """What no word and no answer says: what it seems to want, for a person."""
    if wanted is not None:
        confidence = UNSURE if wanted in (intents.MAYBE_STOP, intents.MAYBE_WRONG_NUMBER) else LIKELY
        return Understood(OTHER, "phrase", intent=wanted, confidence=confidence)
    if intents.is_near_stop(normalise(text)):
        return Understood(OTHER, "text", intent=intents.MAYBE_STOP, confidence=UNSURE)
    if intents.is_question(text):
        return Understood(OTHER, "text", intent=intents.QUESTION, confidence=LEANING)
    return Understood(OTHER, "text", intent=intents.FREE_TEXT, confidence=UNSURE)
