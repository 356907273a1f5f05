"""The kinds of facts that rules compare, and how one fact is described to the check and to the sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NUMBER = "number"
CODE = "code"
YES_NO = "yes-no"
DAY = "day"
INSTANT = "instant"
RECORD = "record"

KINDS = (NUMBER, CODE, YES_NO, DAY, INSTANT)
"""The kinds that operators compare; a record is asked for with `happened` instead."""

Words = Mapping[str, str]
"""Value → message id of what people read for it."""


@dataclass(frozen=True)
class Facet:
    """What is known of a fact without any patient: its kind, its label (a message id), and which values it can take.

    `choices` lists every value when they are closed; `pattern` is a regular expression over the whole value when they
    are open but have a form. `example` is shown when a value does not fit the pattern.
    """

    kind: str
    label: str
    choices: Words = field(default_factory=dict)
    pattern: str = ""
    example: str = ""
