"""The replies that a template knows are words that patients can type, each with one meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from journeys.contact.replies import keywords
from journeys.contact.replies.letters import normalise
from journeys.contact.template_checks.base import Check, Looked
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")


class Replies(Check):
    """A reply that ends all messages keeps its meaning everywhere."""

    source = "47 CFR 64.1200(a)(10): a STOP is a STOP whatever was asked"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Each reply that is empty, taken, twice there, or without a meaning."""
        answers: Any = looked.content.get("answers", {})
        if not isinstance(answers, dict):
            yield Problem("answers", N_("Give each reply its meaning"))
            return
        seen: set[str] = set()
        for typed, meaning in answers.items():
            where = f"answers.{typed}"
            plain = normalise(str(typed))
            if not plain:
                yield Problem(where, N_("A reply needs letters or digits"))
            elif keywords.kind_of(plain) in {keywords.STOP, keywords.WRONG_NUMBER}:
                yield Problem(where, N_("This word always means that the patient wants no more messages"))
            elif plain in seen:
                yield Problem(where, N_("The same reply stands here twice"))
            seen.add(plain)
            if not isinstance(meaning, str) or CODE.fullmatch(meaning) is None:
                yield Problem(where, N_("Name the meaning with lower-case letters, for example confirm"))
