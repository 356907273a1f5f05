"""Opens or changes a connection to another system."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from phonenumbers import SUPPORTED_REGIONS
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, Stale, refuse_errors
from journeys.foundation.ids import is_slug
from journeys.foundation.new_once import new_once
from journeys.foundation.words import N_
from journeys.foundation.zones import is_zone
from journeys.store.connections import HL7_V2, Connection
from journeys.store.organisation import Location
from journeys.store.sources import Source
from journeys.sync.hl7.characters import codec_of
from journeys.sync.sending.receiver import Receiver
from journeys.sync.sending.receiver import problems_of as receiver_problems

TAKEN = N_("There is a connection of this short name already")


@dataclass(frozen=True)
class Plan:
    """What an administrator says of a connection. `senders` are `APP|FACILITY`; `authorities` and `codes` say what
    is meant by a sender's names (`HOSP` → `http://hospital.example/mrn`; `system|code` → `system|code`)."""

    slug: str
    name: dict[str, str]
    branch: str
    port: int | None = None
    zone: str = "UTC"
    region: str = "US"
    character_set: str = ""
    senders: tuple[str, ...] = ()
    authorities: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    receiver: Receiver | None = None
    active: bool = True


def keep_connection(session: Session, act: Act, plan: Plan, row_version: int | None = None) -> int:
    """Its id. Invalid with everything that is wrong; Stale when somebody changed it meanwhile."""
    branch = session.scalar(select(Location).where(Location.slug == plan.branch))
    found = session.scalar(select(Connection).where(Connection.slug == plan.slug).with_for_update())
    refuse_errors([*problems_of(plan), *problems_with_others(session, plan, branch, found, row_version)])
    if found is not None and row_version is not None and found.row_version != row_version:
        raise Stale(N_("Somebody else changed this connection. Look at it again"))
    row = stored(session, found or Connection(slug=plan.slug, kind=HL7_V2), plan, branch, settings_of(plan))
    verb = "C" if found is None else "U"
    audit.note(session, verb, Connection.__tablename__, [row.id], detail={"slug": plan.slug, "active": plan.active})
    return row.id


class Named(Protocol):
    """What every plan of a connection says."""

    @property
    def slug(self) -> str: ...

    @property
    def name(self) -> dict[str, str]: ...

    @property
    def active(self) -> bool: ...


def stored(
    session: Session, row: Connection, plan: Named, branch: Location | None, settings: dict[str, Any]
) -> Connection:
    """The row as a plan says it; Invalid where somebody made one of its short name at the same moment."""
    with new_once(session, TAKEN):
        row.row_version = 1 if row.id is None else row.row_version + 1
        row.source_id = source_of(session, plan.slug) if row.id is None else row.source_id
        row.name = plan.name
        row.location_id = branch.id if branch is not None else row.location_id
        row.active = plan.active
        row.settings = settings
        session.add(row)
        session.flush()
    return row


def settings_of(plan: Plan) -> dict[str, Any]:
    """The settings as they are kept."""
    return {
        "port": plan.port,
        "zone": plan.zone,
        "region": plan.region,
        "character_set": plan.character_set,
        "senders": list(plan.senders),
        "authorities": plan.authorities,
        "codes": plan.codes,
        **({"receiver": plan.receiver.as_settings()} if plan.receiver is not None else {}),
    }


def problems_of(plan: Plan) -> Iterator[Problem]:
    """What is wrong with a plan by itself."""
    if not is_slug(plan.slug):
        yield Problem("slug", N_("Use lower-case letters, digits and hyphens, for example city-hospital"))
    if not any(plan.name.values()):
        yield Problem("name", N_("Give it a name"))
    if plan.port is not None and not 1024 <= plan.port <= 65535:
        yield Problem("port", N_("A port is a number from 1024 to 65535"))
    if not is_zone(plan.zone):
        yield Problem("zone", N_("There is no such time zone"))
    if plan.region not in SUPPORTED_REGIONS:
        yield Problem("region", N_("There is no such region: two letters, for example US"))
    if plan.character_set and codec_of(plan.character_set) is None:
        yield Problem("character_set", N_("There is no such character set in HL7 table 0211"))
    for sender in plan.senders:
        if sender.count("|") != 1:
            yield Problem("senders", N_("Write each sender as APPLICATION|FACILITY"))
    if plan.receiver is not None:
        yield from receiver_problems(plan.receiver)


def problems_with_others(
    session: Session, plan: Plan, branch: Location | None, found: Connection | None, row_version: int | None
) -> Iterator[Problem]:
    """What is wrong with a plan beside what there is."""
    if branch is None:
        yield Problem("branch", N_("There is no such branch"))
    if found is not None and row_version is None:
        yield Problem("slug", TAKEN)
    if plan.port is not None:
        same = Connection.settings["port"].as_integer() == plan.port
        if session.scalar(select(Connection.id).where(same, Connection.slug != plan.slug, Connection.active)):
            yield Problem("port", N_("Another connection listens there already"))


def source_of(session: Session, slug: str) -> int:
    """The source of this name, made if there is none: what FHIR brought under it is the same system's."""
    found = session.scalar(select(Source).where(Source.slug == slug))
    if found is None:
        found = Source(slug=slug, name={"en": slug})
        session.add(found)
        session.flush()
    return found.id
