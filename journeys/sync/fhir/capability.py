"""What a server says it can do (its CapabilityStatement), in short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from journeys.sync.fhir.speaking import Trouble

READ = "search-type"
DELETED = "history-type"


def summary_of(body: bytes) -> dict[str, Any]:
    """Its FHIR version, its software, and which interactions it offers of which type. Trouble for no statement, or for
    one of another version of FHIR."""
    try:
        said: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Trouble("not-json", is_whole=True) from None
    if not isinstance(said, dict) or said.get("resourceType") != "CapabilityStatement":
        raise Trouble("not-fhir", is_whole=True)
    version = text_in(said, "fhirVersion")
    if not version.startswith("4."):
        raise Trouble("not-r4", is_whole=True)
    software = said.get("software") if isinstance(said.get("software"), dict) else {}
    return {
        "version": version,
        "software": " ".join(filter(None, (text_in(software, "name"), text_in(software, "version"))))[:200],
        "types": dict(types_of(said)),
    }


def types_of(said: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Each type with its interactions, in order of their names."""
    found: dict[str, list[str]] = {}
    for rest in listed(said, "rest"):
        for resource in listed(rest, "resource"):
            named = text_in(resource, "type")
            codes = {text_in(each, "code") for each in listed(resource, "interaction")} - {""}
            if named:
                found[named] = sorted({*found.get(named, ()), *codes})
    return sorted(found.items())


def offers(summary: Mapping[str, Any], resource_type: str, interaction: str) -> bool:
    """Whether a server offers an interaction with a type."""
    return interaction in (summary.get("types") or {}).get(resource_type, ())


def text_in(value: Any, name: str) -> str:
    """One text, short, or an empty one."""
    found = value.get(name) if isinstance(value, dict) else None
    return found[:100] if isinstance(found, str) else ""


def listed(value: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects of a list."""
    found = value.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
