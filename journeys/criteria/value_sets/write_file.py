"""Writes a value set as a file for others: FHIR R4 JSON, or a table that spreadsheets open without running anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import orjson

from journeys.criteria.value_sets.change import codes_of
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.spreadsheets import harmless
from journeys.foundation.words import N_, in_language

HEAD = ("system", "code", "display")


def as_csv(content: Mapping[str, Any]) -> bytes:
    """The codes as a table in UTF-8; `from_csv` reads it back."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(HEAD)
    rows.writerows([harmless(code.get(key) or "") for key in HEAD] for code in codes_of(content))
    return text.getvalue().encode()


def as_fhir(content: Mapping[str, Any], slug: str) -> bytes:
    """The value set as a FHIR R4 ValueSet; Invalid when it has codes without a system, which FHIR cannot say."""
    systems: dict[str, list[dict[str, str]]] = {}
    for code in codes_of(content):
        concept = {"code": code["code"]}
        if code.get("display"):
            concept["display"] = code["display"]
        systems.setdefault(code.get("system") or "", []).append(concept)
    if "" in systems:
        says = N_("%(count)s codes have no code system, which FHIR cannot say; take the table instead")
        raise Invalid([Problem("codes", says, {"count": len(systems[""])})])
    resource: dict[str, Any] = {
        "resourceType": "ValueSet",
        "id": slug,
        "url": content.get("url"),
        "version": content.get("version"),
        "name": "".join(word.title() for word in slug.split("-")),
        "title": in_language(content.get("name") or {}, "en"),
        "status": "active",
        "description": in_language(content.get("description") or {}, "en"),
        "compose": {"include": [{"system": system, "concept": codes} for system, codes in systems.items()]},
    }
    return orjson.dumps({key: value for key, value in resource.items() if value}, option=orjson.OPT_INDENT_2)
