"""Judges a template by what is in force: the languages of the clinic, its fields, and what a channel may reveal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from journeys.contact.custom_fields import merge_fields
from journeys.contact.languages import languages_of_texts
from journeys.contact.rule_set import every_parameter_in_force
from journeys.contact.templates import problems
from journeys.foundation.errors import Problem


def template_problems(session: Session, content: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with a template now, errors and warnings."""
    levels = every_parameter_in_force(session)["content_level"]
    return problems(content, languages_of_texts(session), merge_fields(session), levels)
