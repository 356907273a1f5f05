"""What a form is, as it is written down and as it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.forms.questions import ASKED_AS, FIELD
from journeys.criteria.custom.content import CustomField, live_fields
from journeys.foundation.errors import Missing
from journeys.foundation.tables import Texts
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import FORM

FORMAT = 1
MARK = "on_web_forms"
"""What a custom field says that forms may ask."""

FIELD_TYPES = ("text", "number", "date", "yes-no", "choice", "many-choices")
"""The types of custom fields that a form can ask."""

CUSTOM = "custom."
OF_PATIENTS = "patient"


@dataclass(frozen=True)
class Asked:
    """One question: its key among the answers, what it asks, in which words, whether an answer is needed."""

    key: str
    asks: str
    label: Texts
    is_needed: bool = False
    choices: Mapping[str, Texts] = field(default_factory=dict)
    custom: CustomField | None = None


@dataclass(frozen=True)
class ConsentAsked:
    """One box to tick: messages about a purpose on a medium, and the wording that is shown beside it."""

    purpose: str
    channel: str
    wording: Texts


@dataclass(frozen=True)
class Form:
    """A form in force. `sites` are the origins whose pages may show it in a frame, `branch` the slug of a branch."""

    slug: str
    version_id: int
    number: int
    name: Texts
    intro: Texts
    thanks: Texts
    branch: str
    questions: tuple[Asked, ...]
    consents: tuple[ConsentAsked, ...]
    sites: tuple[str, ...]

    @property
    def languages(self) -> list[str]:
        """The languages in which it is written, the first one first."""
        return list(self.name)


def form_in_force(session: Session, slug: str) -> Form:
    """The form at an address; Missing where none is in force."""
    version = session.scalar(
        select(DefinitionVersion)
        .join(Definition, Definition.live_version_id == DefinitionVersion.id)
        .where(Definition.kind == FORM, Definition.slug == slug, Definition.status == "active")
    )
    if version is None:
        raise Missing(f"There is no form {slug} in force")
    return as_form(slug, version, fields_for_forms(session))


def as_form(slug: str, version: DefinitionVersion, fields: Mapping[str, CustomField]) -> Form:
    """A published version; a custom field that may be asked no more is left out."""
    content = version.content
    return Form(
        slug=slug,
        version_id=version.id,
        number=version.number,
        name=content["name"],
        intro=content.get("intro", {}),
        thanks=content.get("thanks", {}),
        branch=content.get("branch", ""),
        questions=tuple(asked_in(content["questions"], fields)),
        consents=tuple(ConsentAsked(**each) for each in content.get("consents", ())),
        sites=tuple(content.get("sites", ())),
    )


def asked_in(questions: Sequence[Mapping[str, Any]], fields: Mapping[str, CustomField]) -> list[Asked]:
    """The questions in their order."""
    found = []
    for each in questions:
        own = fields.get(each.get("field", ""))
        if each["asks"] == FIELD and own is None:
            continue
        found.append(asked(each, own))
    return found


def asked(question: Mapping[str, Any], own: CustomField | None) -> Asked:
    """One question; a custom field is asked by its name, and with its choices."""
    what = question["asks"]
    listed = {each["code"]: each["name"] for each in question.get("choices", ())}
    words = ASKED_AS.get(what, {}) if own is None else own.name
    return Asked(
        key=what if own is None else f"{CUSTOM}{own.slug}",
        asks=what,
        label=question.get("label") or words,
        is_needed=bool(question.get("needed")),
        choices=listed if own is None else own.choices,
        custom=own,
    )


def fields_for_forms(session: Session) -> dict[str, CustomField]:
    """The custom fields of patients in force that forms may ask, by slug."""
    return {slug: each for slug, each in live_fields(session, OF_PATIENTS).items() if may_be_asked(each)}


def may_be_asked(own: CustomField) -> bool:
    """Whether a form may ask a custom field: one of patients that says so, of a type that a form can ask."""
    return own.on == OF_PATIENTS and own.content.get(MARK) is True and own.type in FIELD_TYPES
