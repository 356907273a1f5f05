"""The small catalogue of what a form may ask; `field` is a custom field of patients that is marked for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from journeys.foundation.tables import Texts
from journeys.foundation.words import N_

NAME, BIRTH_DATE, PHONE, EMAIL, REASON, TEXT, FIELD = "name", "birth-date", "phone", "email", "reason", "text", "field"

ASKED_AS: dict[str, Texts] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
"""How each is asked where the form does not say it in its own words; {language: text}."""

LINE = 200
LONG = 4000
"""Characters that somebody may write in a line, and in a long text."""


@dataclass(frozen=True)
class Kind:
    """One thing to ask: its label for those who make a form, the control of the page (`line`, `day`, `phone`, `email`,
    `choice`, `long`), what a browser may fill in by itself, and how many characters it takes."""

    label: str
    control: str
    autocomplete: str = "off"
    longest: int = LINE


QUESTIONS = {
    NAME: Kind(N_("Name"), "line", "name"),
    BIRTH_DATE: Kind(N_("Birth date"), "day", "bday"),
    PHONE: Kind(N_("Phone"), "phone", "tel"),
    EMAIL: Kind(N_("E-mail"), "email", "email"),
    REASON: Kind(N_("Reason for contact"), "choice"),
    TEXT: Kind(N_("Free text"), "long", longest=LONG),
    FIELD: Kind(N_("Custom field"), "field", longest=LONG),
}
TO_ANSWER_BY = (PHONE, EMAIL)
"""What somebody can be answered by; one of them is asked."""
