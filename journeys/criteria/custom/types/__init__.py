"""The types of custom fields: one file a type; the file's name, with hyphens, is the type's name in a field.

To add one: a file here with one subclass of `base.FieldType`, a class docstring that explains it, its golden cases in
`tests/spec/criteria.custom.types/<name>.yaml`, and its column in `store.custom_values`. A file imports no sibling but
`base`.
"""

from collections.abc import Mapping
from typing import Any

from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.types.base import FieldType
from journeys.foundation.registry import load

TYPES: dict[str, FieldType] = {
    name.replace("_", "-"): kind() for name, kind in load(__name__, __path__, FieldType).items()
}
"""Every type by name."""


def type_of(field: CustomField) -> FieldType:
    """The type of a field."""
    return TYPES[field.type]


def shown(field: CustomField, value: Any, language: str, names: Mapping[str, str] | None = None) -> str:
    """A plain value in words; `names` are those of referenced places and people, empty text for no value."""
    return "" if value is None else type_of(field).shown(field, value, language, names or {})
