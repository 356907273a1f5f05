"""Reads values of custom fields from the extensions of a FHIR resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.types import type_of
from journeys.store.custom_values import MANY

YES_OR_NO = {True: "yes", False: "no"}


def given_by(resource: Mapping[str, Any], field: CustomField) -> Any:
    """What a resource says for a field by the extension that the field names; None when it says nothing.

    What comes out is to be judged, like everything that somebody gives. Of many choices every extension of this address
    is one; of other types the first counts.
    """
    address = field.content["import_from"]["extension"]
    found = [given for each in extensions(resource) if each.get("url") == address for given in said(each)]
    if not found:
        return None
    if field.type == MANY:
        codes = [code for given in found for code in as_list(as_type(field, given))]
        return [code for place, code in enumerate(codes) if code not in codes[:place]]
    return as_type(field, found[0])


def extensions(resource: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The extensions of a resource that can be read."""
    found = resource.get("extension")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def said(extension: Mapping[str, Any]) -> Iterator[Any]:
    """The plain value of an extension: a text, a number, a flag, a number with its unit, or the code of a coding."""
    for key, value in extension.items():
        if not key.startswith("value"):
            continue
        if isinstance(value, dict):
            value = of_element(key, value)
        if isinstance(value, str | int | float | dict):
            yield value


def of_element(key: str, value: Mapping[str, Any]) -> Any:
    """The plain value of a Quantity, Coding or CodeableConcept."""
    if key == "valueQuantity":
        unit = value.get("code") or value.get("unit")
        return {"number": value.get("value"), "unit": unit} if unit else value.get("value")
    if key == "valueCodeableConcept":
        codings = value.get("coding")
        first = codings[0] if isinstance(codings, list) and codings and isinstance(codings[0], dict) else {}
        return first.get("code") or value.get("text")
    return value.get("code")


def as_type(field: CustomField, given: Any) -> Any:
    """A plain value as the type of the field may have it: numbers and flags stay, everything else is read as text."""
    if isinstance(given, bool):
        return given if field.type == "yes-no" else type_of(field).from_text(field, YES_OR_NO[given])
    if isinstance(given, int | float | dict) and field.type == "number":
        return given
    return type_of(field).from_text(field, str(given)) if isinstance(given, str | int | float) else given


def as_list(value: Any) -> list[Any]:
    """A value as a list."""
    return value if isinstance(value, list) else [value]
