"""The kinds of facts that rules compare, and how one fact is described to the check and to the sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from journeys.foundation.tables import Texts

NUMBER = "number"
CODE = "code"
CODES = "codes"
YES_NO = "yes-no"
DAY = "day"
INSTANT = "instant"
TEXT = "text"
RECORD = "record"

KINDS = (NUMBER, CODE, CODES, YES_NO, DAY, INSTANT, TEXT)
"""The kinds that operators compare; a record is asked for with `happened` instead.

`codes` are several codes of one fact. A `text` is sealed: all that can be asked is whether there is one.
"""

UNIT = "unit"
SYSTEM = "system"
"""What can stand beside a value."""

Words = Mapping[str, str]
"""Value → message id of what people read for it."""


@dataclass(frozen=True)
class Facet:
    """What is known of a fact without any patient: its kind, its label (a message id), and which values it can take.

    `choices` lists every value when they are closed; `pattern` is a regular expression over the whole value when they
    are open but have a form. `example` is shown when a value does not fit the pattern. `unit` is the UCUM code that a
    number always has here; `beside` says what else each record holds: UNIT beside a number, SYSTEM (the code system)
    beside a code. What the clinic itself wrote stands in `texts` (the label) and `names` (of the choices): where they
    are there, people read them instead of the message ids.
    """

    kind: str
    label: str
    choices: Words = field(default_factory=dict)
    pattern: str = ""
    example: str = ""
    unit: str = ""
    beside: str = ""
    texts: Texts = field(default_factory=dict)
    names: Mapping[str, Texts] = field(default_factory=dict)
