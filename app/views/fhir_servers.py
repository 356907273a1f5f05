"""The pages of the screen Interfaces that are about FHIR servers: open one, change it, test it, how it stands."""

from __future__ import annotations

from typing import Any

from flask import flash
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, ShapeForm, allowed, expose, form_for, perform, reading
from app.base.look import moment
from app.views.drafts import row_version
from app.views.fhir_forms import NewServer, ServerForm, server_form
from app.views.fhir_words import lag_words, software_words, trouble_words
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.foundation.words import N_
from journeys.store.connections import FHIR_R4, Connection
from journeys.store.fhir_reading import HISTORY, FhirWalk
from journeys.store.organisation import Location
from journeys.sync.fhir.ask_for_test import ask_for_test
from journeys.sync.fhir.keep_server import keep_server
from journeys.sync.fhir.standing import Standing, standing
from journeys.sync.fhir.take_hint import address_of_hook
from journeys.sync.messages import connection_of

WALK_COLUMNS = (
    Column(N_("Type"), "type"),
    Column(N_("Read to its end"), "walked_at", kind="moment"),
    Column(N_("Latest change there"), "since", kind="moment"),
    Column(N_("What went wrong"), "error", kind="muted"),
)
MOST_SKEW = 30
"""Seconds that the clocks may differ before somebody is told."""


class ServerPages:
    """What the screen has for servers."""

    go: Any
    page: Any
    address: Any

    @expose("/servers/new", methods=("GET", "POST"))
    @allowed("change")
    def new_server(self) -> Response | tuple[str, int]:
        """Open one."""
        form = form_for(NewServer)
        if form.is_accepted():
            given = form.value()
            if kept(form, given, given.slug.strip(), None):
                return self.go("show", slug=given.slug.strip())
        return self.page("interfaces/edit.html", form=form, given=None, status=form.status)

    @expose("/servers/<slug>/edit", methods=("GET", "POST"))
    @allowed("change")
    def edit_server(self, slug: str) -> Response | tuple[str, int]:
        """Change it from now on; it is tested anew."""
        with reading() as (session, _):
            given = connection_of(session, slug)
            branch = session.get_one(Location, given.location_id).slug or ""
            session.expunge(given)
        if given.kind != FHIR_R4:
            raise Missing(N_("There is no such connection"))
        form = form_for(ServerForm, server_form(given, branch))
        if form.is_accepted() and kept(form, form.value(), slug, row_version() or given.row_version):
            return self.go("show", slug=slug)
        return self.page("interfaces/edit.html", form=form, given=given, status=form.status)

    @expose("/servers/<slug>/test", methods=("POST",))
    @allowed("change")
    def test_server(self, slug: str) -> Response:
        """Have it looked at now."""
        perform(ask_for_test, slug)
        flash(gettext("It is tested within seconds. What came of it stands here then."), "success")
        return self.go("show", slug=slug)


def kept(form: ShapeForm, given: ServerForm, slug: str, version: int | None) -> bool:
    """Whether it was written; otherwise the form says why not."""
    try:
        perform(keep_server, given.plan(slug), version)
    except Invalid as invalid:
        form.refuse(invalid.problems)
    except Stale:
        form.elsewhere.append(gettext("Somebody else changed this interface meanwhile. Compare in a second tab."))
    else:
        flash(gettext("The interface is kept, and tested now."), "success")
        return True
    return False


def server_facts(given: Connection) -> dict[str, Any] | None:
    """How a server stands, in words; None for a connection of another kind."""
    found = perform(standing, given.slug) if given.kind == FHIR_R4 else None
    if found is None:
        return None
    read = found.reading
    is_off = abs(read.skew_seconds) > MOST_SKEW
    return {
        "error": trouble_words(read.error) if read.error else "",
        "skew": gettext("Its clock differs by %(seconds)s seconds.", seconds=read.skew_seconds) if is_off else "",
        "facts": facts_of(found),
        "columns": WALK_COLUMNS,
        "walks": [walk_row(each) for each in found.walks],
    }


def facts_of(found: Standing) -> list[tuple[str, str]]:
    """What is said of it in short."""
    read = found.reading
    never = gettext("Never")
    return [
        (gettext("Server"), software_words(read.capability)),
        (gettext("Mode"), gettext("It says so and is asked") if read.hinted_at else gettext("It is asked")),
        (gettext("It said so last"), moment(read.hinted_at) if read.hinted_at else never),
        (gettext("Where it may say so (rest-hook)"), address_of_hook(read.connection_id) or gettext("Not known yet")),
        (gettext("Answered last"), moment(read.answered_at) if read.answered_at else never),
        (gettext("Everything known up to"), moment(found.fresh_at) if found.fresh_at else never),
        (gettext("How late news come"), lag_words(found.lag)),
        (gettext("Failed in a row"), str(read.failures)),
    ]


def walk_row(walk: FhirWalk) -> dict[str, Any]:
    """How far one type is read."""
    is_history = walk.way == HISTORY
    return {
        "type": gettext("%(type)s: what was deleted", type=walk.resource_type) if is_history else walk.resource_type,
        "walked_at": walk.walked_at,
        "since": walk.since,
        "error": trouble_words(walk.error) if walk.error else "",
    }
