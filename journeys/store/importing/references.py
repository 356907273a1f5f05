"""What a FHIR reference names: a record of one type by its outside id, by a URL, or by an identifier.

Every form becomes one `Reference`. URLs and identifiers are looked up through blind tokens (`source_alias`). Absolute
addresses are taken as addresses of the source's own server: one source is one server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from journeys.foundation.tokens import blind
from journeys.store.importing.fhir import OUTSIDE_ID, RESOURCE_TYPES

ALIAS = "alias"
URN = re.compile(r"urn:(?:uuid|oid):(.+)", re.IGNORECASE)
ADDRESS = re.compile(r"(?:.*/)?([A-Za-z]+)/([^/]+?)(?:/_history/[^/]*)?")
QUESTION = re.compile(r"([A-Za-z]+)\?identifier=(.+)")

ABOUT = ("subject", "patient", "beneficiary", "for", "individual", "candidate", "actor")
"""Where a resource names the one patient it is about."""

NAMED_BY_IDENTIFIER = frozenset(
    {
        "Appointment",
        "Encounter",
        "EpisodeOfCare",
        "Location",
        "Organization",
        "Patient",
        "Practitioner",
        "PractitionerRole",
        "ServiceRequest",
    }
)
"""Types whose identifiers are kept as aliases, because other records name them that way."""


@dataclass(frozen=True)
class Reference:
    """A record of `resource_type`, by alias token, by outside id, or by both (the alias counts first).

    Neither is known when the record only gives a name to show: such a reference never finds anything.
    """

    resource_type: str
    outside_id: str | None = None
    token: bytes | None = None

    @property
    def can_be_found(self) -> bool:
        """Whether it names the record at all."""
        return self.outside_id is not None or self.token is not None


def reference_of(value: Any, wanted: str) -> Reference | None:
    """The reference in a FHIR Reference object that is expected to name a `wanted`; its own type counts when it says
    one. None for something that is no Reference or names something inside the same record."""
    if not isinstance(value, dict):
        return None
    text = value.get("reference")
    if isinstance(text, str) and text:
        return None if text.startswith("#") else from_text(text, wanted)
    identifier = value.get("identifier")
    said = value.get("type")
    resource_type = said if isinstance(said, str) and said in RESOURCE_TYPES else wanted
    if isinstance(identifier, dict) and isinstance(identifier.get("value"), str):
        return Reference(resource_type, token=identifier_alias(identifier.get("system"), identifier["value"]))
    return Reference(resource_type)


def from_text(text: str, wanted: str) -> Reference:
    """The reference in the text of `Reference.reference`."""
    question = QUESTION.fullmatch(text)
    if question is not None:
        system, _, value = unquote(question[2]).rpartition("|")
        return Reference(question[1], token=identifier_alias(system, value))
    urn = URN.fullmatch(text)
    if urn is not None:
        return Reference(wanted, usable(urn[1]), url_alias(text))
    address = ADDRESS.fullmatch(text)
    if address is None or address[1] not in RESOURCE_TYPES:
        return Reference(wanted, token=url_alias(text))
    token = url_alias(text) if "://" in text else None
    return Reference(address[1], usable(address[2]), token)


def usable(text: str) -> str | None:
    """An id, if it can be one."""
    return text if OUTSIDE_ID.fullmatch(text) else None


def subject_of(resource: dict[str, Any]) -> str | None:
    """The last part of the address of whom a resource is about, to compare with; None when it names nobody so."""
    for key in ABOUT:
        value = resource.get(key)
        text = value.get("reference") if isinstance(value, dict) else None
        if isinstance(text, str) and text:
            return re.split("[/:]", text)[-1]
    return None


def url_alias(url: str) -> bytes:
    """The token under which a record with this fullUrl is found."""
    return blind(ALIAS, f"url|{url}")


def identifier_alias(system: Any, value: str) -> bytes:
    """The token under which a record with this identifier is found."""
    return blind(ALIAS, f"identifier|{system if isinstance(system, str) else ''}|{value}")


def aliases_of(resource: dict[str, Any], resource_type: str, outside_id: str, full_url: str | None) -> Iterator[bytes]:
    """The tokens under which a record is found beside its id."""
    if full_url is not None and not says_the_same(full_url, resource_type, outside_id):
        yield url_alias(full_url)
    identifiers = resource.get("identifier")
    if resource_type not in NAMED_BY_IDENTIFIER or not isinstance(identifiers, list):
        return
    for identifier in identifiers:
        if isinstance(identifier, dict) and isinstance(identifier.get("value"), str):
            yield identifier_alias(identifier.get("system"), identifier["value"])


def says_the_same(full_url: str, resource_type: str, outside_id: str) -> bool:
    """Whether a fullUrl leads to the record by its id alone, so that no alias is needed."""
    found = from_text(full_url, resource_type)
    return found.resource_type == resource_type and found.outside_id == outside_id
