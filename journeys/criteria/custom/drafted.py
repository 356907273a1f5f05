"""Fields that have no version yet, as rules and templates of the same pack name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from journeys.criteria.custom.check import field_problems
from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.facts import FieldInRules
from journeys.criteria.known import Known
from journeys.foundation.errors import errors_in


def drafted_fields(contents: Mapping[str, Any], known: Known) -> dict[str, FieldInRules]:
    """Slug → field of every content that can be read; when it is asked does not matter to who names it."""
    found = {}
    for slug, content in contents.items():
        always = {**content, "visible_when": None}
        if not errors_in(field_problems(always, slug, known)):
            found[slug] = FieldInRules(CustomField(slug, content))
    return found
