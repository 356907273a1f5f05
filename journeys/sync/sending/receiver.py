"""Who is told: what the settings of a connection say of its receiver."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.connections import Connection
from journeys.sync.hl7.characters import codec_of

UNICODE = "UNICODE UTF-8"
OWN = "WAYMARK"


@dataclass(frozen=True)
class Receiver:
    """Where messages go (`host`, `port`, `is_encrypted`), how the receiver calls itself (MSH-5, MSH-6) and Waymark
    (MSH-3, MSH-4), and the character set that it reads (HL7 table 0211)."""

    host: str
    port: int
    application: str = ""
    facility: str = ""
    own_application: str = OWN
    own_facility: str = ""
    character_set: str = UNICODE
    is_encrypted: bool = False

    def as_settings(self) -> dict[str, Any]:
        """As the connection keeps it."""
        return asdict(self)


def receiver_of(connection: Connection) -> Receiver | None:
    """The receiver of a connection; None where nothing is sent."""
    given: Mapping[str, Any] | None = connection.settings.get("receiver")
    return Receiver(**given) if given else None


def problems_of(receiver: Receiver) -> Iterator[Problem]:
    """What is wrong with a receiver by itself."""
    if not receiver.host or any(letter in "/@|^ \t" for letter in receiver.host):
        yield Problem("send_host", N_("Write the name or the address of the system alone, without a port"))
    if not 1 <= receiver.port <= 65535:
        yield Problem("send_port", N_("A port is a number from 1 to 65535"))
    if codec_of(receiver.character_set) is None:
        yield Problem("send_character_set", N_("There is no such character set in HL7 table 0211"))
    if not receiver.own_application:
        yield Problem("send_own", N_("Say what Waymark is called (MSH-3)"))
