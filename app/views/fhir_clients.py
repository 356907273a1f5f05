"""FHIR access: systems that may read Waymark, what each may, and the end of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from flask import flash
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, Screen, ShapeForm, allowed, expose, form_for, perform
from app.fhir.asking import base
from app.views.drafts import row_version
from app.views.interface_forms import PLAIN, branches
from journeys.foundation.errors import Invalid, Stale
from journeys.foundation.words import N_
from journeys.sync.facade.clients import Registered, clients
from journeys.sync.facade.keep_client import Registration, keep_client
from journeys.sync.facade.revoke_client import revoke_client
from journeys.sync.facade.scopes import CREATE, OFFERED

IN_FORCE = {True: ("good", "check", N_("In use")), False: ("", "stop", N_("Revoked"))}
COLUMNS = (
    Column(N_("System"), "name", link=lambda row: f"/fhir-clients/{row['slug']}/"),
    Column(N_("State"), "active", kind="chip", chip=IN_FORCE.__getitem__),
    Column(N_("Client id"), "slug", kind="muted"),
    Column(N_("Branches"), "branches"),
    Column(N_("Newest token"), "token_at", kind="moment"),
)
EVERYTHING = tuple(f"system/{kind}.rs" for kind in OFFERED)


def scopes_to_choose() -> list[tuple[str, str]]:
    """Every scope that is offered, as it is written: to read and search a type, and to create."""
    reads = [f"system/{kind}.rs" for kind in OFFERED]
    creates = [f"system/{kind}.c" for kind, letters in OFFERED.items() if CREATE in letters]
    return [(scope, scope) for scope in (*reads, *creates)]


@dataclass(frozen=True)
class ClientForm:
    """A system as an administrator describes it."""

    name: str = field(metadata={"label": N_("Name"), "attributes": {"maxlength": 120}})
    keys: str = field(
        default="",
        metadata={
            "label": N_("Public keys (JWK set)"),
            "help": N_("Paste what the system's people gave you. Never a private key."),
            "required": True,
            "rows": 8,
            "attributes": {**PLAIN},
        },
    )
    scopes: tuple[str, ...] = field(
        default=EVERYTHING,
        metadata={
            "label": N_("Scopes"),
            "help": N_("What it may do: r is to read, s to search."),
            "choices": scopes_to_choose,
            "needed": True,
        },
    )
    branch: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Branches"),
            "help": N_("It sees the patients of these branches."),
            "choices": branches,
        },
    )
    every_branch: bool = field(default=False, metadata={"label": N_("It sees the patients of every branch")})

    def registration(self, slug: str) -> Registration:
        """What was typed, as the verb takes it."""
        return Registration(
            slug=slug,
            name=self.name.strip(),
            keys=self.keys,
            scopes=tuple(each.strip() for each in self.scopes if each.strip()),
            branches=tuple(each.strip() for each in self.branch if each.strip()),
            every_branch=self.every_branch,
        )


@dataclass(frozen=True)
class NewClient(ClientForm):
    """What a new one needs besides."""

    slug: str = field(
        default="",
        metadata={
            "label": N_("Client id"),
            "help": N_("Small letters, digits and hyphens. It never changes."),
            "required": True,
            "attributes": PLAIN,
        },
    )


class FhirClients(Screen):
    """The list, one system, and its end."""

    name = "fhir-clients"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every system that was ever registered."""
        rows = [row_of(each) for each in perform(clients)]
        return self.page("fhir-clients/index.html", columns=COLUMNS, rows=rows, base=base())

    @expose("/new", methods=("GET", "POST"))
    @allowed("change")
    def new(self) -> Response | tuple[str, int]:
        """Register one."""
        form = form_for(NewClient)
        if form.is_accepted():
            given = form.value()
            if self._kept(form, given.registration(given.slug.strip()), None):
                return self.go("show", slug=given.slug.strip())
        return self.page("fhir-clients/edit.html", form=form, given=None, status=form.status)

    @expose("/<slug>/")
    @allowed("read")
    def show(self, slug: str) -> tuple[str, int]:
        """One, with what its people need."""
        (given,) = perform(clients, slug)
        return self.page("fhir-clients/show.html", given=given, base=base())

    @expose("/<slug>/edit", methods=("GET", "POST"))
    @allowed("change")
    def edit(self, slug: str) -> Response | tuple[str, int]:
        """Change what it may; what is taken away is gone at once."""
        (given,) = perform(clients, slug)
        form = form_for(ClientForm, form_of(given))
        if form.is_accepted():
            version = row_version() or given.client.row_version
            if self._kept(form, form.value().registration(slug), version):
                return self.go("show", slug=slug)
        return self.page("fhir-clients/edit.html", form=form, given=given.client, status=form.status)

    @expose("/<slug>/revoke", methods=("POST",))
    @allowed("change")
    def revoke(self, slug: str) -> Response:
        """It reads nothing any more."""
        perform(revoke_client, slug)
        flash(gettext("It is revoked: no token of it opens anything any more."), "success")
        return self.go("show", slug=slug)

    def _kept(self, form: ShapeForm, given: Registration, version: int | None) -> bool:
        """Whether it was written; otherwise the form says why not."""
        try:
            perform(keep_client, given, version)
        except Invalid as invalid:
            form.refuse([each if each.where != "branches" else renamed(each) for each in invalid.problems])
        except Stale:
            form.elsewhere.append(gettext("Somebody else changed this system meanwhile. Compare in a second tab."))
        else:
            flash(gettext("The system is registered."), "success")
            return True
        return False


def renamed(problem: Any) -> Any:
    """The problem at the field that the form has for it."""
    return type(problem)("branch", problem.says, problem.data)


def row_of(each: Registered) -> dict[str, Any]:
    """One system as the list shows it."""
    return {
        "slug": each.client.slug,
        "name": each.client.name,
        "active": each.client.revoked_at is None,
        "branches": gettext("Every branch")
        if each.client.every_branch
        else ", ".join(name for _, name in each.branches),
        "token_at": each.token_at,
    }


def form_of(given: Registered) -> ClientForm:
    """What a form shows at first."""
    return ClientForm(
        name=given.client.name,
        keys=json.dumps(given.client.keys, indent=2),
        scopes=tuple(given.client.scopes),
        branch=tuple(slug for slug, _ in given.branches),
        every_branch=given.client.every_branch,
    )
