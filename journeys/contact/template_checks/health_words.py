"""Words that tell about health count for the content level, as fields do; the words are data, in health_words.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

from journeys.contact.replies.letters import normalise
from journeys.contact.template_checks.base import WARNING, Check, Looked
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

WORDS: dict[str, dict[str, list[str]]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
"""How bad (sensitive, health) → language → beginnings of words."""

LEVEL = 3
SENSITIVE = "sensitive"
NEVER = N_("“%(word)s” names a protected kind of care (level 3). Say it without, or raise the content level")
PERHAPS = N_("“%(word)s” may tell about health (level 3). Whoever approves should agree that it does not")


class HealthWords(Check):
    """A text below level 3 names no protected kind of care; other words about health are pointed out."""

    source = "42 CFR part 2; 45 CFR 164.502(b); departments that are forced to level 0 or 1"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Each such word, once a text."""
        if looked.content_level >= LEVEL:
            return
        for spot in looked.spots:
            language = spot.language.split("-")[0]
            for kind, says, severity in ((SENSITIVE, NEVER, "error"), ("health", PERHAPS, WARNING)):
                found = pattern(kind, language).findall(normalise(spot.literal()))
                for word in dict.fromkeys(found):
                    yield Problem(spot.where, says, {"word": word}, severity)


def protected_words(text: str, language: str) -> list[str]:
    """The protected kinds of care that a text names, each once, in a language or in English."""
    plain = normalise(text)
    tried = dict.fromkeys((language.split("-")[0], "en"))
    return list(dict.fromkeys(word for each in tried for word in pattern(SENSITIVE, each).findall(plain)))


@cache
def pattern(kind: str, language: str) -> re.Pattern[str]:
    """What finds the words of one kind in a language; where there is no list, the English one serves."""
    lists = WORDS[kind]
    words = lists.get(language, lists["en"])
    exact = [re.escape(normalise(word)) + (r"\w*" if word.endswith("*") else "") for word in words]
    return re.compile(rf"\b(?:{'|'.join(exact)})\b")
