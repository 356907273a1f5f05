"""A text that a clinic shows on its own site: what is in force, for anybody, in the language that they read best."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.texts.merge import Unresolved, fill
from journeys.contact.texts.merge_fields import Subject
from journeys.contact.texts.render import Values
from journeys.contact.texts.templates import read
from journeys.contact.texts.text_uses import WEB, live_text
from journeys.contact.texts.wordings import pinned_wordings
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.words import N_
from journeys.store.organisation import Organization

NONE = N_("There is no such text")


@dataclass(frozen=True)
class WebText:
    """A text of a template in force; `languages` are all that it has."""

    slug: str
    number: int
    published_at: dt.datetime
    language: str
    languages: tuple[str, ...]
    title: str
    body: str


def web_text(session: Session, act: Act, slug: str, wanted: Sequence[str]) -> WebText:
    """The text in the first of the wanted languages that it has, else its fallback, else its first. Missing where no
    template of this name is in force for the web: whatever else it is for, nobody learns that it is there."""
    audit.nothing_happened(session)
    version = live_text(session, slug, WEB)
    if version is None:
        raise Missing(NONE)
    template = read(version.content, pinned_wordings(session, [version.id]).get(version.id))
    languages = tuple(template.variants)
    tried = (*(each for one in wanted for each in (one, one.split("-")[0])), version.content.get("fallback"))
    language = next((each for each in tried if each in languages), languages[0])
    clinic = session.scalar(select(Organization.name).order_by(Organization.id).limit(1))
    values = Values(Subject(language, clinic_name=clinic))
    variant = template.variants[language]
    try:
        title, body = fill(variant.subject, values), fill(variant.body, values)
    except Unresolved:
        raise Missing(NONE) from None
    return WebText(slug, version.number, version.published_at, language, languages, title, body)
