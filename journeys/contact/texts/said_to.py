"""A published template filled for one patient, to be looked at or read aloud: one language, what is known now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from liquid.exceptions import LiquidError
from sqlalchemy.orm import Session

from journeys.contact.deciding.reasons import FIELD_UNRESOLVED
from journeys.contact.texts.preview_text import subjects_in
from journeys.contact.texts.render import Rendered, filled
from journeys.contact.texts.templates import read
from journeys.contact.texts.wordings import pinned_wordings
from journeys.foundation.acting import Act
from journeys.store.configuration import DefinitionVersion
from journeys.store.people import Patient

ENGLISH = "en"


@dataclass(frozen=True)
class Said:
    """What a version says to a patient; `text` holds the reason code instead where a place stays empty."""

    version_id: int
    language: str
    text: Rendered = field(repr=False)


def said_to(
    session: Session,
    act: Act,
    patient: Patient,
    version: DefinitionVersion,
    medium: str = "",
    roles: Collection[str] = (),
) -> Said | None:
    """The text as it is said on a medium, the common one where none is named; custom fields that these roles may not
    see show their names. None where it has neither the patient's language nor one to fall back on."""
    language = language_for(patient.language, version.content)
    if language is None:
        return None
    template = read(version.content, pinned_wordings(session, [version.id]).get(version.id))
    known = subjects_in(session, act, patient.id, template, roles)[language]
    try:
        text = filled(template.variants[language].on(medium), known, medium)
    except LiquidError:
        text = Rendered(reason=FIELD_UNRESOLVED)
    return Said(version.id, language, text)


def language_for(wanted: str | None, content: Mapping[str, Any]) -> str | None:
    """The language in which planning writes to a patient (`contact.deciding.facts.language`): their own, the same
    without its country, the fallback; the fallback, English or the first where theirs is not known."""
    texts = content["texts"]
    fallback = content.get("fallback", "")
    tried = (fallback, ENGLISH, *texts) if wanted is None else (wanted, wanted.split("-")[0], fallback)
    return next((each for each in tried if each in texts), None)
