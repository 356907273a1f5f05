"""Judges templates and wordings by what is in force: languages, fields, wordings, and what a channel may reveal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from journeys.contact.deciding.rule_set import every_parameter_in_force
from journeys.contact.template_checks import CHECKS
from journeys.contact.template_checks.base import Looked
from journeys.contact.texts.custom_fields import merge_fields
from journeys.contact.texts.languages import languages_of_texts
from journeys.contact.texts.templates import problems
from journeys.contact.texts.wordings import live_wordings, shape_problems
from journeys.contact.texts.worst_case import Fields
from journeys.foundation.errors import Problem
from journeys.store.putting_in_force.definitions import WORDING

OF_A_WORDING = (
    "clear_links",
    "declared_level",
    "health_words",
    "known_fields",
    "links",
    "personal_questions",
    "plain_capitals",
)
"""The checks of templates that hold for a part of a text as well."""


def problems_in_force(session: Session, kind: str, content: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with a template or wording now, errors and warnings."""
    if kind == WORDING:
        return wording_problems(content, languages_of_texts(session), merge_fields(session))
    levels = every_parameter_in_force(session)["content_level"]
    languages, fields = languages_of_texts(session), merge_fields(session)
    return problems(content, languages, fields, levels, live_wordings(session))


def wording_problems(content: Mapping[str, Any], languages: Sequence[str], fields: Fields) -> list[Problem]:
    """Everything wrong with a wording; its texts are judged as the body of a template would be."""
    found = list(shape_problems(content, languages))
    texts = content.get("texts")
    written = texts if isinstance(texts, Mapping) else {}
    as_bodies = {language: {"body": text} for language, text in written.items()}
    looked = Looked({**content, "texts": as_bodies}, (), fields)
    for name in OF_A_WORDING:
        found += [as_of_wording(problem) for problem in CHECKS[name]().look(looked)]
    return found


def as_of_wording(problem: Problem) -> Problem:
    """A problem at the text of a wording, which has no parts."""
    return Problem(problem.where.removesuffix(".body"), problem.says, problem.data, problem.severity)
