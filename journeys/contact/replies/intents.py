"""What a reply may want, beyond what it answers: found by phrases that stand anywhere in it, in any language.

The phrases are data, in intents.yaml. What only may be an opt-out or a wrong number is for a person: it only ever adds
suspicion.
"""

from __future__ import annotations

import re
from pathlib import Path

import jellyfish
import yaml

from journeys.contact.replies.keywords import word_in
from journeys.contact.replies.letters import normalise, readings

EMERGENCY = "emergency"
RESCHEDULE = "reschedule"
MAYBE_STOP = "maybe-stop"
MAYBE_WRONG_NUMBER = "maybe-wrong-number"
QUESTION = "question"
FREE_TEXT = "free-text"
CANCEL = "cancel"

NOT_STOP = "not-stop"
"""Phrases that say the opposite of an opt-out, or nearly so: a person reads them."""

PHRASES: dict[str, dict[str, list[str]]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
"""Meaning → language → phrases; what stands first goes before what stands later."""

WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
"""Thai, Lao, kana, Chinese characters and Hangul: words stand together, or have endings that no list holds."""


def as_sought(phrase: str) -> str:
    """A phrase as it is looked for: whole words, where there are spaces between words."""
    plain = normalise(phrase)
    return plain if WITHOUT_SPACES.search(plain) else f" {plain} "


SOUGHT: dict[str, tuple[str, ...]] = {
    meaning: tuple(as_sought(phrase) for phrases in by_language.values() for phrase in phrases)
    for meaning, by_language in PHRASES.items()
}

QUESTION_MARKS = ("?", "？", "؟", "՞", "\N{GREEK QUESTION MARK}", "፧")

CANCELLING = frozenset(
    normalise(word)
    for word in ("cancel", "cancelar", "annuler", "cancel it", "cancela", "cancele", "annulla", "取消", "취소")
)
"""Words that opt out by law, and that to a reminder may as well mean the visit."""

NEAR = ("stop", "stopall", "quit", "cancel", "revoke", "optout", "unsubscribe", "desabonner", "abmelden")
"""Words that are recognised with a wrong letter too, for a person to read."""

LONG = 7
"""Letters of a word in which two may be wrong."""


def phrase_in(plain: str) -> str | None:
    """The first meaning of which a phrase stands in a normalised text; look-alike letters do not hide it."""
    seen = [f" {reading} " for reading in readings(plain)]
    for meaning, phrases in SOUGHT.items():
        if any(phrase in reading for phrase in phrases for reading in seen):
            return MAYBE_STOP if meaning == NOT_STOP else meaning
    return None


def is_near_stop(plain: str) -> bool:
    """Whether a message of one word is nearly one that opts out."""
    return " " not in plain and any(is_near(plain, word) for word in NEAR)


def is_near(typed: str, word: str) -> bool:
    """Whether a word is another one with a letter wrong, missing, too many or in the wrong place."""
    wrong = 2 if len(word) >= LONG else 1
    return abs(len(typed) - len(word)) <= wrong and jellyfish.damerau_levenshtein_distance(typed, word) <= wrong


def may_mean_the_visit(plain: str) -> bool:
    """Whether a word that opts out may be about the visit that a message reminded of."""
    return word_in(plain) in CANCELLING


def is_question(text: str) -> bool:
    """Whether a text asks something, by its mark."""
    return any(mark in text for mark in QUESTION_MARKS)
