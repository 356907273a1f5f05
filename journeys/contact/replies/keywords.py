"""What a patient's word means when it is the whole message; the words themselves are data, in keywords.yaml."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import yaml

from journeys.contact.replies.letters import normalise, readings, squeezed

STOP = "stop"
WRONG_NUMBER = "wrong-number"
START = "start"
HELP = "help"
CONFIRM = "confirm"
DECLINE = "decline"
COURTESY = "courtesy"

READ: dict[str, dict[str, list[str]]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))

WORDS = {meaning: by_language for meaning, by_language in READ.items() if meaning != COURTESY}
"""Meaning → language → words."""

POLITE = sorted({tuple(normalise(word).split()) for words in READ[COURTESY].values() for word in words}, key=len)[::-1]
"""Words that change nothing of what they stand beside, as they are compared, the longest first."""


def meanings() -> dict[str, str]:
    """The words as they are compared → what they mean."""
    found: dict[str, str] = {}
    for meaning, by_language in WORDS.items():
        for words in by_language.values():
            for word in words:
                found.setdefault(normalise(word), meaning)
    return found


MEANINGS = meanings()


def by_squeezed_word() -> dict[str, str]:
    """The words without doubled letters → the words."""
    found: dict[str, str] = {}
    for word in MEANINGS:
        found.setdefault(squeezed(word), word)
    return found


SQUEEZED = by_squeezed_word()


def kind_of(plain: str) -> str | None:
    """What a whole message (already normalised) means by itself, or None."""
    word = word_in(plain)
    return None if word is None else MEANINGS[word]


def word_in(plain: str) -> str | None:
    """The word that a whole message (already normalised) is, however it is disguised, doubled or dressed in courtesy;
    several words that all mean the same are the first of them."""
    for reading in readings(plain):
        bare = without_courtesy(reading)
        for said in (reading, bare):
            if said in MEANINGS:
                return said
            if squeezed(said) in SQUEEZED:
                return SQUEEZED[squeezed(said)]
        if bare and alike(bare.split()):
            return bare.split()[0]
    return None


def alike(words: Iterable[str]) -> bool:
    """Whether every one of these is a word, and all mean the same."""
    kinds = {MEANINGS.get(word) for word in words}
    return len(kinds) == 1 and None not in kinds


def without_courtesy(plain: str) -> str:
    """The text without please and thank you at its ends; they are not all of it."""
    words = plain.split()
    while (fewer := without_one_courtesy(words)) != words:
        words = fewer
    return " ".join(words)


def without_one_courtesy(words: list[str]) -> list[str]:
    """The words without the first courtesy that stands at an end."""
    for polite in POLITE:
        size = len(polite)
        if len(words) > size and tuple(words[:size]) == polite:
            return words[size:]
        if len(words) > size and tuple(words[-size:]) == polite:
            return words[:-size]
    return words
