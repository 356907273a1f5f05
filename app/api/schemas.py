"""Custom fields as JSON schemas: what a value must look like to be accepted, as far as a schema can say it."""

from collections.abc import Callable, Mapping
from typing import Any

from app.base import say_texts
from journeys.criteria.custom.content import CustomField

Schema = dict[str, Any]


def text(field: CustomField) -> Schema:
    """A text; the pattern is RE2's, which is not that of JSON schemas, so it stands under a name of its own."""
    content = field.content
    return {"type": "string", **_kept(content, {"most_characters": "maxLength", "pattern": "x-pattern-re2"})}


def number(field: CustomField) -> Schema:
    """A number in the unit of the field."""
    return {"type": "number", **_kept(field.content, {"minimum": "minimum", "maximum": "maximum", "unit": "x-unit"})}


def date(field: CustomField) -> Schema:
    """A day."""
    return {"type": "string", "format": "date", **_kept(field.content, {"minimum": "x-first", "maximum": "x-last"})}


def yes_no(field: CustomField) -> Schema:
    """True or false."""
    return {"type": "boolean"}


def choice(field: CustomField) -> Schema:
    """One of the codes."""
    return {"type": "string", "enum": list(field.choices), "x-names": field.choices}


def many_choices(field: CustomField) -> Schema:
    """Some of the codes, each once."""
    return {"type": "array", "items": choice(field), "uniqueItems": True}


def reference(field: CustomField) -> Schema:
    """A slug or uid."""
    return {"type": "string", "maxLength": 64, "x-names-a": field.content.get("of")}


def table(field: CustomField) -> Schema:
    """Rows of named cells."""
    cells = {column.slug: schema_of(column) for column in field.columns}
    row = {"type": "object", "properties": cells, "additionalProperties": False, "minProperties": 1}
    return {"type": "array", "items": row}


BY_TYPE: dict[str, Callable[[CustomField], Schema]] = {
    "text": text,
    "number": number,
    "date": date,
    "yes-no": yes_no,
    "choice": choice,
    "many-choices": many_choices,
    "reference": reference,
    "table": table,
}


def schema_of(field: CustomField) -> Schema:
    """One field as a schema, with its name and help in the caller's language."""
    described = {"title": say_texts(field.name), "description": say_texts(field.help)}
    return {**BY_TYPE[field.type](field), **{key: words for key, words in described.items() if words}}


def values_of(fields: Mapping[str, CustomField]) -> Schema:
    """The values of a record as they are read."""
    return {
        "type": "object",
        "properties": {slug: schema_of(field) for slug, field in fields.items()},
        "additionalProperties": False,
    }


def changes_of(fields: Mapping[str, CustomField]) -> Schema:
    """Values as they are sent: those that change; null takes one away."""
    changes = {slug: {"anyOf": [schema_of(field), {"type": "null"}]} for slug, field in fields.items()}
    return {"type": "object", "properties": changes, "additionalProperties": False, "minProperties": 1}


def _kept(content: Mapping[str, Any], names: Mapping[str, str]) -> Schema:
    return {name: content[key] for key, name in names.items() if content.get(key) not in (None, "")}
