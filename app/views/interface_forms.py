"""The form of an interface: who may send, where, and what the sender's names mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.base import reading
from journeys.foundation.errors import Problem
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.store.connections import Connection
from journeys.store.organisation import Location
from journeys.sync.keep_connection import Plan
from journeys.sync.sending.receiver import OWN, UNICODE, Receiver, receiver_of

PLAIN = {"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}
BETWEEN = " = "


def branches() -> list[tuple[str, str]]:
    """Every branch in use, by name."""
    with reading() as (session, _):
        chosen = select(Location.slug, Location.name).where(Location.slug.is_not(None), Location.status == "active")
        return [(slug or "", name) for slug, name in session.execute(chosen.order_by(Location.name, Location.id))]


@dataclass(frozen=True)
class InterfaceForm:
    """An interface as people type it."""

    name: Texts = field(metadata={"label": N_("Name")})
    branch: str = field(
        metadata={"label": N_("Branch"), "choices": branches, "help": N_("Patients whom nobody knows join it.")}
    )
    port: int | None = field(
        default=None,
        metadata={
            "label": N_("Port"),
            "help": N_("Where the system may send (MLLP). Empty where it does not."),
            "group": N_("Who may send"),
            "attributes": {"dir": "ltr"},
        },
    )
    senders: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Senders"),
            "help": N_("APPLICATION|FACILITY as the header says (MSH-3, MSH-4), one a line. Anybody when empty."),
            "attributes": {"rows": 3, **PLAIN},
        },
    )
    active: bool = field(default=True, metadata={"label": N_("In use")})
    zone: str = field(
        default="UTC",
        metadata={
            "label": N_("Time zone"),
            "help": N_("Of times that do not say theirs. For example America/New_York"),
            "group": N_("How its messages are meant"),
            "attributes": PLAIN,
        },
    )
    region: str = field(
        default="US",
        metadata={
            "label": N_("Region of phone numbers"),
            "help": N_("Two letters, for example US"),
            "attributes": {"maxlength": 2, **PLAIN},
        },
    )
    character_set: str = field(
        default="",
        metadata={
            "label": N_("Character set"),
            "help": N_("Only where messages say another than they use, for example 8859/1."),
            "attributes": PLAIN,
        },
    )
    authorities: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Authorities"),
            "help": N_("What a name before numbers means, one a line: CITY = http://city.example/mrn"),
            "attributes": {"rows": 3, **PLAIN},
        },
    )
    codes: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Codes"),
            "help": N_("What a code means, one a line: http://loinc.org|55284-4 = http://loinc.org|85354-9"),
            "attributes": {"rows": 3, **PLAIN},
        },
    )
    send_host: str = field(
        default="",
        metadata={
            "label": N_("Host"),
            "help": N_("Empty where nothing is sent. What is booked, moved, called off or missed here goes there."),
            "group": N_("Who is told (HL7 v2, SIU)"),
            "attributes": PLAIN,
        },
    )
    send_port: int | None = field(default=None, metadata={"label": N_("Port there"), "attributes": {"dir": "ltr"}})
    send_to: str = field(
        default="",
        metadata={
            "label": N_("Receiver"),
            "help": N_("APPLICATION|FACILITY as it calls itself (MSH-5, MSH-6)"),
            "attributes": PLAIN,
        },
    )
    send_own: str = field(
        default="",
        metadata={
            "label": N_("Our name"),
            "help": N_("APPLICATION|FACILITY as it calls Waymark (MSH-3, MSH-4); WAYMARK when empty"),
            "attributes": PLAIN,
        },
    )
    send_character_set: str = field(
        default="",
        metadata={
            "label": N_("Character set there"),
            "help": N_("For example 8859/1; UNICODE UTF-8 when empty"),
            "attributes": PLAIN,
        },
    )
    send_encrypted: bool = field(
        default=False,
        metadata={
            "label": N_("Encrypted (TLS)"),
            "help": N_("Without it, only to systems that whoever runs Waymark has excepted by name."),
        },
    )

    def receiver(self) -> Receiver | None:
        """Who is told, as the verb takes it; nobody without a host."""
        if not self.send_host.strip():
            return None
        application, _, facility = self.send_to.strip().partition("|")
        own_application, _, own_facility = self.send_own.strip().partition("|")
        return Receiver(
            host=self.send_host.strip(),
            port=self.send_port or 0,
            application=application,
            facility=facility,
            own_application=own_application or OWN,
            own_facility=own_facility,
            character_set=self.send_character_set.strip() or UNICODE,
            is_encrypted=self.send_encrypted,
        )

    def plan(self, slug: str) -> Plan:
        """What was typed, as the verb takes it."""
        return Plan(
            slug=slug,
            name=self.name,
            branch=self.branch,
            port=self.port,
            zone=self.zone.strip(),
            region=self.region.strip().upper(),
            character_set=self.character_set.strip(),
            senders=tuple(each.strip() for each in self.senders),
            authorities=pairs(self.authorities),
            codes=pairs(self.codes),
            receiver=self.receiver(),
            active=self.active,
        )

    def problems(self) -> Iterator[Problem]:
        """Lines that are no pairs."""
        for name in ("authorities", "codes"):
            for line in getattr(self, name):
                left, found, right = line.partition("=")
                if not (found and left.strip() and right.strip()):
                    yield Problem(name, N_("Write each line as one name = what it means"))
                    break


SHORT_NAME = {
    "label": N_("Short name"),
    "help": N_("Small letters, digits and hyphens. It never changes; FHIR files of the same system use it."),
    "required": True,
    "group": N_("How it is called elsewhere"),
    "attributes": PLAIN,
}
"""How every new connection is called for good."""


@dataclass(frozen=True)
class NewInterface(InterfaceForm):
    """What a new one needs besides."""

    slug: str = field(default="", metadata=SHORT_NAME)


def pairs(lines: tuple[str, ...]) -> dict[str, str]:
    """`name = meaning` lines as a mapping."""
    found = {}
    for line in lines:
        left, _, right = line.partition("=")
        found[left.strip()] = right.strip()
    return found


def form_of(given: Connection, branch: str) -> InterfaceForm:
    """What a form shows at first."""
    settings: Mapping[str, Any] = given.settings
    return InterfaceForm(
        name=given.name,
        branch=branch,
        port=settings.get("port"),
        senders=tuple(settings.get("senders") or ()),
        active=given.active,
        zone=settings.get("zone") or "UTC",
        region=settings.get("region") or "US",
        character_set=settings.get("character_set") or "",
        authorities=tuple(f"{left}{BETWEEN}{right}" for left, right in (settings.get("authorities") or {}).items()),
        codes=tuple(f"{left}{BETWEEN}{right}" for left, right in (settings.get("codes") or {}).items()),
        **told_fields(receiver_of(given)),
    )


def told_fields(receiver: Receiver | None) -> dict[str, Any]:
    """What the form shows of a receiver."""
    if receiver is None:
        return {}
    return {
        "send_host": receiver.host,
        "send_port": receiver.port,
        "send_to": "|".join(part for part in (receiver.application, receiver.facility) if part),
        "send_own": "|".join(part for part in (receiver.own_application, receiver.own_facility) if part),
        "send_character_set": receiver.character_set,
        "send_encrypted": receiver.is_encrypted,
    }
