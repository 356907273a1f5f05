"""What a record names besides its patient, for rules to follow: the order it answers, the diagnosis of a visit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from journeys.store.importing.references import Reference, reference_of

LINKS: Mapping[str, tuple[str, str, str]] = {
    "based_on": ("basedOn", "", "ServiceRequest"),
    "focus": ("focus", "", "ServiceRequest"),
    "reason": ("reasonReference", "", "Condition"),
    "diagnosis": ("diagnosis", "condition", "Condition"),
    "part_of": ("partOf", "", "Procedure"),
    "result": ("result", "", "Observation"),
}
"""Name of a link → the element of FHIR, what stands in it (if not the reference itself), and what an address without a
type means."""


def links_of(resource: Mapping[str, Any]) -> Iterator[tuple[str, Reference]]:
    """(name, reference) of everything that a record names so that it can be found; what is malformed is no link."""
    for name, (element, inner, wanted) in LINKS.items():
        value = resource.get(element)
        for each in value if isinstance(value, list) else [value]:
            holder = each.get(inner) if inner and isinstance(each, dict) else each
            found = reference_of(holder, wanted)
            if found is not None and found.can_be_found:
                yield name, found
