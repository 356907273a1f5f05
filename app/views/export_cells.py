"""What stands in the cells of an exported file: plain values that no spreadsheet takes for a formula."""

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from app.base import say_texts
from journeys.criteria.custom.content import CustomField
from journeys.foundation.spreadsheets import harmless


def safe(value: Any) -> Any:
    """A cell: nothing for None, and a text that cannot be taken for a formula."""
    if value is None:
        return ""
    return harmless(value) if isinstance(value, str) else value


def cell(custom: CustomField, value: Any, names: Mapping[str, str]) -> Any:
    """A custom value as one cell: numbers and days as they are, choices and references by name, a table as JSON."""
    if value is None:
        return ""
    if custom.type == "yes-no":
        return gettext("Yes") if value else gettext("No")
    if custom.type == "choice":
        return safe(say_texts(custom.choices.get(value)) or value)
    if custom.type == "many-choices":
        return safe("; ".join(say_texts(custom.choices.get(code)) or code for code in value))
    if custom.type == "reference":
        return safe(names.get(value, value))
    if custom.type == "table":
        return safe(json.dumps(value, ensure_ascii=False))
    return safe(value)
