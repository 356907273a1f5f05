"""Who reads what a journey says: their language, and what the rules of the journey may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from journeys.criteria.known import NOTHING_KNOWN, Known
from journeys.criteria.phrases import Say, Translate
from journeys.criteria.sentence import in_english, sentence


@dataclass(frozen=True)
class Reader:
    """Somebody who reads a journey.

    `translate` gives the words of a message id, `say` chooses their language of a text that the clinic wrote; `focus`
    is the kind of record that the journey is about, `known` what its rules may name.
    """

    translate: Translate = str
    say: Say = in_english
    focus: str | None = None
    known: Known = NOTHING_KNOWN

    def rule(self, rule: Mapping[str, Any]) -> str:
        """A rule as a sentence."""
        return sentence(dict(rule), self.translate, self.focus, self.known, self.say)

    def about(self, focus: str | None) -> Reader:
        """The same reader, of a journey about such records."""
        return replace(self, focus=focus)


ENGLISH = Reader()
