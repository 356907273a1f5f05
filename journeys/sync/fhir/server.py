"""What the settings of a connection say of its server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

NONE = "none"
BASIC = "basic"
BEARER = "bearer"
SMART = "smart"
WAYS_IN = (NONE, BASIC, BEARER, SMART)

TYPES = (
    *("Organization", "Practitioner", "PractitionerRole", "Location", "Patient", "ServiceRequest", "Appointment"),
    *("Encounter", "Task", "Condition", "Procedure", "Immunization", "MedicationRequest", "Observation"),
    "DiagnosticReport",
)
"""What is read where a connection names nothing else; what others refer to comes first."""

SECONDS_BETWEEN = 20
SCOPE = "system/*.rs"


@dataclass(frozen=True)
class Server:
    """A server as an administrator describes it.

    `base` is its address (`https://emr.example/fhir`), `way_in` how it is opened; `client` the user or client id,
    `key_id` the id of the private key, `token_url` where tokens are asked for (found out where it is empty), `hosts`
    the only hosts beside its own that are spoken to. `every` is how many seconds lie between two looks.
    """

    base: str
    way_in: str = NONE
    client: str = ""
    key_id: str = ""
    token_url: str = ""
    scope: str = SCOPE
    hosts: tuple[str, ...] = ()
    types: tuple[str, ...] = TYPES
    every: int = SECONDS_BETWEEN

    def address(self, path: str) -> str:
        """The address of something on the server."""
        return f"{self.base.rstrip('/')}/{path}"

    def is_own(self, url: str) -> bool:
        """Whether an address is of the server itself: the same scheme, host and port."""
        return origin_of(url) == origin_of(self.base)

    def may_speak_to(self, url: str) -> bool:
        """Whether an address is of the server or of a host that the administrator named."""
        return self.is_own(url) or (urlsplit(url).netloc.lower() in {host.lower() for host in self.hosts})

    def joined(self, url: str) -> str:
        """An address that a page gave, whole."""
        return urljoin(f"{self.base.rstrip('/')}/", url)


def origin_of(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    default = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), port or default


def server_of(settings: Mapping[str, Any]) -> Server:
    """The server of a connection's settings."""
    return Server(
        base=settings["base"],
        way_in=settings.get("way_in") or NONE,
        client=settings.get("client") or "",
        key_id=settings.get("key_id") or "",
        token_url=settings.get("token_url") or "",
        scope=settings.get("scope") or SCOPE,
        hosts=tuple(settings.get("hosts") or ()),
        types=tuple(settings.get("types") or TYPES),
        every=int(settings.get("every") or SECONDS_BETWEEN),
    )
