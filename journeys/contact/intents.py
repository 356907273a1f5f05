"""What a reply may want, beyond what it answers: found by phrases that stand anywhere in it, in any language.

The phrases are data, in intents.yaml. What only may be an opt-out or a wrong number is for a person: it only ever adds
suspicion.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from journeys.contact.keywords import LOOKALIKES, normalise

EMERGENCY = "emergency"
RESCHEDULE = "reschedule"
MAYBE_STOP = "maybe-stop"
MAYBE_WRONG_NUMBER = "maybe-wrong-number"
QUESTION = "question"
FREE_TEXT = "free-text"
CANCEL = "cancel"

PHRASES: dict[str, dict[str, list[str]]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
"""Meaning → language → phrases; what stands first goes before what stands later."""

SOUGHT: dict[str, tuple[str, ...]] = {
    meaning: tuple(f" {normalise(phrase)} " for phrases in by_language.values() for phrase in phrases)
    for meaning, by_language in PHRASES.items()
}

QUESTION_MARKS = ("?", "？", "؟")

CANCELLING = frozenset(normalise(word) for word in ("cancel", "cancelar", "annuler", "cancel it", "cancela"))
"""Words that opt out by law, and that to a reminder may as well mean the visit."""


def phrase_in(plain: str) -> str | None:
    """The first meaning of which a phrase stands in a normalised text; look-alike letters do not hide it."""
    readings = (f" {plain} ", f" {plain.translate(LOOKALIKES)} ")
    for meaning, phrases in SOUGHT.items():
        if any(phrase in reading for phrase in phrases for reading in readings):
            return meaning
    return None


def is_question(text: str) -> bool:
    """Whether a text asks something, by its mark."""
    return any(mark in text for mark in QUESTION_MARKS)
