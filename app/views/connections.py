"""Connections: the systems that journeys may call, opened and closed by administrators, with how their calls fare."""

from dataclasses import dataclass, field
from typing import Any

from flask import flash, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from app.base import Column, Screen, ShapeForm, allowed, expose, form_for, perform, reading, say_texts
from app.views.connection_words import STATES, host_of, outcome_words, state_of, trial_words
from journeys.flow.webhooks.ask_for_trial import ask_for_trial
from journeys.flow.webhooks.change_address import change_address
from journeys.flow.webhooks.close_connection import close_connection
from journeys.flow.webhooks.connections import Connected, calling, connections
from journeys.flow.webhooks.open_connection import open_connection
from journeys.foundation.errors import Invalid, Missing
from journeys.foundation.words import N_

UNDER_WAY = ("planned", "sending")

COLUMNS = (
    Column(N_("Connection"), "slug", link=lambda row: f"/connections/{row['slug']}/"),
    Column(N_("Address"), "host", kind="muted"),
    Column(N_("State"), "state", kind="chip", chip=STATES.__getitem__),
    Column(N_("Heard in 7 days"), "delivered", kind="number"),
    Column(N_("Failed in 7 days"), "failed", kind="number"),
    Column(N_("Under way"), "waiting", kind="number"),
)
ERROR_COLUMNS = (
    Column(N_("What went wrong"), "says"),
    Column(N_("Calls in 7 days"), "count", kind="number"),
)


@dataclass(frozen=True)
class Address:
    """Where a system listens."""

    url: str = field(
        metadata={
            "label": N_("Address"),
            "help": N_("Begins with https://. Calls go to public addresses only, and follow no redirect."),
            "attributes": {"inputmode": "url", "autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
        }
    )


@dataclass(frozen=True)
class New(Address):
    """What a new connection needs."""

    name: str = field(
        default="",
        metadata={
            "label": N_("Short name"),
            "help": N_("What journeys call it: small letters, digits and hyphens. It never changes."),
            "required": True,
        },
    )


class Connections(Screen):
    """The list, one connection with its calls, and what an administrator does with it."""

    name = "connections"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every connection."""
        rows = [row_of(each) for each in perform(connections)]
        return self.page("connections/index.html", columns=COLUMNS, rows=rows)

    @expose("/new", methods=("GET", "POST"))
    @allowed("change")
    def new(self) -> tuple[str, int]:
        """Open one; its key is shown on the very next page, and nowhere again."""
        form = form_for(New)
        if form.is_accepted():
            given = form.value()
            try:
                key = perform(open_connection, given.name.strip(), given.url.strip(), is_new=True)
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                return self.page("connections/key.html", slug=given.name.strip(), key=key, is_new=True)
        return self.page("connections/new.html", form=form, status=form.status)

    @expose("/<slug>/")
    @allowed("read")
    def show(self, slug: str) -> tuple[str, int]:
        """One connection: its last trial, its calls, the journeys that call it, its address."""
        return self._show(slug)

    @expose("/<slug>/address", methods=("POST",))
    @allowed("change")
    def move(self, slug: str) -> Response | tuple[str, int]:
        """Give it another address."""
        form = form_for(Address)
        if form.is_accepted():
            try:
                perform(change_address, slug, form.value().url.strip())
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext("Calls go to the new address from now on. Try it."), "success")
                return self.go("show", slug=slug)
        return self._show(slug, form)

    def _show(self, slug: str, form: ShapeForm | None = None) -> tuple[str, int]:
        """Draw one connection, with what was typed where it was refused."""
        found = self._one(slug)
        with reading() as (session, _act):
            journeys = [(each.slug, say_texts(each.name)) for each in calling(session, slug)]
        row = row_of(found)
        return self.page(
            "connections/show.html",
            connection=found.connection,
            row=row,
            form=form or form_for(Address, Address(found.connection.url)),
            trial=trial_words(found.connection),
            error_columns=ERROR_COLUMNS,
            errors=[{"says": outcome_words(code), "count": count} for code, count in sorted(found.errors.items())],
            journeys=journeys,
            asks_to_close=closing_question(len(journeys), row["waiting"]),
            status=200 if form is None else form.status,
        )

    def _one(self, slug: str) -> Connected:
        """The connection of this name; Missing without one."""
        found = perform(connections, slug)
        if not found:
            raise Missing(f"There is no connection {slug}")
        return found[0]

    @expose("/<slug>/key", methods=("POST",))
    @allowed("change")
    def renew(self, slug: str) -> tuple[str, int]:
        """Open it anew, with another key."""
        found = self._one(slug)
        key = perform(open_connection, slug, found.connection.url)
        return self.page("connections/key.html", slug=slug, key=key, is_new=not found.connection.active)

    @expose("/<slug>/close", methods=("POST",))
    @allowed("change")
    def close(self, slug: str) -> Response:
        """Let journeys call it no longer."""
        perform(close_connection, slug)
        flash(gettext("It is closed. Journeys call it no longer."), "success")
        return self.go("show", slug=slug)

    @expose("/<slug>/trial", methods=("GET", "POST"))
    @allowed("change")
    def trial(self, slug: str) -> Response | tuple[str, int]:
        """Ask for a trial call; the page asks again and again what became of it."""
        if request.method == "POST":
            perform(ask_for_trial, slug)
            return self.go("show", slug=slug)
        found = self._one(slug)
        trial = trial_words(found.connection)
        if trial is None or not trial.is_waiting:
            return self.go("show", slug=slug)
        return self.page("connections/trial.html", trial=trial)


def row_of(found: Connected) -> dict[str, Any]:
    """One connection as the list shows it."""
    return {
        "slug": found.connection.slug,
        "host": host_of(found.connection.url),
        "state": state_of(found),
        "delivered": found.statuses.get("delivered", 0),
        "failed": found.statuses.get("failed", 0),
        "waiting": sum(found.statuses.get(status, 0) for status in UNDER_WAY),
    }


def closing_question(journeys: int, waiting: int) -> str:
    """What closing would do, before it is done."""
    called = ngettext("%(num)s journey in force calls it.", "%(num)s journeys in force call it.", journeys)
    failing = ngettext("%(num)s call under way will fail.", "%(num)s calls under way will fail.", waiting)
    return gettext("Close this connection?") + f" {called} {failing}"
