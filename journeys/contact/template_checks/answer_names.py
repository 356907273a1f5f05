"""What people call the meanings of replies: journeys speak of answers by these names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from journeys.contact.template_checks.base import Check, Looked
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_


class AnswerNames(Check):
    """Each name is of a meaning that some reply has, and a text for each language."""

    source = "our own shape: journeys say answers by these names"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Each name of nothing, and each that is no text."""
        names: Any = looked.content.get("answer_names", {})
        answers: Any = looked.content.get("answers", {})
        if not isinstance(names, dict):
            yield Problem("answer_names", N_("Give each meaning its name"))
            return
        meanings = answers.values() if isinstance(answers, dict) else ()
        for meaning, texts in names.items():
            where = f"answer_names.{meaning}"
            if meaning not in meanings:
                yield Problem(where, N_("No reply has the meaning %(meaning)s"), {"meaning": meaning})
            elif not isinstance(texts, dict) or not texts or not all(isinstance(each, str) for each in texts.values()):
                yield Problem(where, N_("This should be a text for each language"))
