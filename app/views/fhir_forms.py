"""The form of a connection that reads a FHIR server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.views.interface_forms import PLAIN, SHORT_NAME, branches
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.store.connections import Connection
from journeys.sync.fhir.keep_server import ServerPlan
from journeys.sync.fhir.server import NONE, SCOPE, SECONDS_BETWEEN, TYPES

WAYS = (
    ("none", N_("Nothing")),
    ("basic", N_("User and password")),
    ("bearer", N_("A token")),
    ("smart", N_("SMART Backend Services")),
)


@dataclass(frozen=True)
class ServerForm:
    """A server as people type it."""

    name: Texts = field(metadata={"label": N_("Name")})
    branch: str = field(
        metadata={"label": N_("Branch"), "choices": branches, "help": N_("Patients whom nobody knows join it.")}
    )
    base: str = field(
        default="",
        metadata={
            "label": N_("Address"),
            "help": N_("Of the FHIR R4 server, for example https://emr.example/fhir"),
            "required": True,
            "attributes": PLAIN,
        },
    )
    active: bool = field(default=True, metadata={"label": N_("In use")})
    way_in: str = field(
        default=NONE, metadata={"label": N_("What opens it"), "choices": WAYS, "group": N_("How it is opened")}
    )
    client: str = field(
        default="",
        metadata={
            "label": N_("User or client id"),
            "help": N_("As whom it knows Waymark."),
            "attributes": PLAIN,
            "only_for": ("way_in", ("basic", "smart")),
        },
    )
    secret: str = field(
        default="",
        metadata={
            "label": N_("Password, token or private key"),
            "help": N_("It is kept encrypted and shown nowhere again. Empty to leave the one there is."),
            "rows": 3,
            "attributes": PLAIN,
            "only_for": ("way_in", ("basic", "bearer", "smart")),
        },
    )
    key_id: str = field(
        default="",
        metadata={
            "label": N_("Id of the key"),
            "help": N_("Where the server knows several keys (kid)."),
            "only_for": ("way_in", ("smart",)),
            "attributes": PLAIN,
        },
    )
    token_url: str = field(
        default="",
        metadata={
            "label": N_("Where tokens are asked for"),
            "help": N_("Empty to ask the server itself (SMART discovery)."),
            "only_for": ("way_in", ("smart",)),
            "attributes": PLAIN,
        },
    )
    scope: str = field(
        default=SCOPE,
        metadata={"label": N_("Rights that are asked for"), "attributes": PLAIN, "only_for": ("way_in", ("smart",))},
    )
    hosts: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Other hosts"),
            "help": N_("The only ones beside its own that are spoken to, one a line, for example login.emr.example"),
            "attributes": {"rows": 2, **PLAIN},
        },
    )
    types: tuple[str, ...] = field(
        default=TYPES,
        metadata={
            "label": N_("What is read"),
            "help": N_("Resource types of FHIR R4, one a line; what others refer to first."),
            "group": N_("What is read"),
            "attributes": {"rows": 8, **PLAIN},
        },
    )
    every: int = field(
        default=SECONDS_BETWEEN,
        metadata={"label": N_("Seconds between two looks"), "attributes": {"dir": "ltr"}},
    )
    region: str = field(
        default="US",
        metadata={
            "label": N_("Region of phone numbers"),
            "help": N_("Two letters, for example US"),
            "attributes": {"maxlength": 2, **PLAIN},
        },
    )

    def plan(self, slug: str) -> ServerPlan:
        """What was typed, as the verb takes it."""
        return ServerPlan(
            slug=slug,
            name=self.name,
            branch=self.branch,
            base=self.base.strip(),
            way_in=self.way_in,
            client=self.client.strip(),
            key_id=self.key_id.strip(),
            token_url=self.token_url.strip(),
            scope=self.scope.strip(),
            secret=self.secret.strip(),
            hosts=lines_of(self.hosts),
            types=lines_of(self.types),
            every=self.every,
            region=self.region.strip().upper(),
            active=self.active,
        )


@dataclass(frozen=True)
class NewServer(ServerForm):
    """What a new one needs besides."""

    slug: str = field(default="", metadata=SHORT_NAME)


def lines_of(lines: tuple[str, ...]) -> tuple[str, ...]:
    """What stands on each line, without those that are empty."""
    return tuple(each.strip() for each in lines if each.strip())


def server_form(given: Connection, branch: str) -> ServerForm:
    """What a form shows at first; what is secret is never shown."""
    settings: Mapping[str, Any] = given.settings
    return ServerForm(
        name=given.name,
        branch=branch,
        base=settings["base"],
        active=given.active,
        way_in=settings["way_in"],
        client=settings["client"],
        key_id=settings["key_id"],
        token_url=settings["token_url"],
        scope=settings["scope"],
        hosts=tuple(settings["hosts"]),
        types=tuple(settings["types"]),
        every=settings["every"],
        region=settings["region"],
    )
