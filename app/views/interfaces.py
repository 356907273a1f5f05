"""Interfaces: systems whose HL7 v2 messages are taken, every message as it came, and what a person has to see to."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, ShapeForm, allowed, expose, form_for, perform, reading, say, say_texts
from app.views.drafts import row_version
from app.views.fhir_servers import ServerPages, server_facts
from app.views.interface_forms import InterfaceForm, NewInterface, branches, form_of
from app.views.interface_told import Told
from app.views.interface_words import STATES, finding_words, problem_words
from journeys.foundation.errors import Invalid, Stale, refuse_errors
from journeys.foundation.words import N_
from journeys.store.connections import FHIR_R4, MESSAGE_STATUSES, Connection, InterfaceMessage
from journeys.store.organisation import Location
from journeys.sync.keep_connection import keep_connection
from journeys.sync.messages import COUNTED_AT_MOST, connection_of, messages, to_see_to
from journeys.sync.open_message import open_message
from journeys.sync.retry_message import retry_message
from journeys.sync.sending.outgoing_messages import to_be_told
from journeys.sync.settle_message import settle_message

IN_USE = {True: ("good", "check", N_("In use")), False: ("", "stop", N_("Rests"))}
COLUMNS = (
    Column(N_("Interface"), "name", link=lambda row: f"/interfaces/{row['slug']}/"),
    Column(N_("State"), "active", kind="chip", chip=IN_USE.__getitem__),
    Column(N_("Port or address"), "port", kind="muted"),
    Column(N_("Waiting"), "waiting"),
    Column(N_("Set aside"), "set_aside"),
    Column(N_("To be sent"), "to_send"),
    Column(N_("Not sent: set aside"), "not_sent"),
)
MESSAGE_COLUMNS = (
    Column(N_("Message"), "shown", link=lambda row: f"/interfaces/messages/{row['uid']}"),
    Column(N_("State"), "status", kind="chip", chip=STATES.__getitem__),
    Column(N_("Kind"), "kind"),
    Column(N_("Came"), "received_at", kind="moment"),
    Column(N_("Came again"), "repeats", kind="number"),
    Column(N_("What a person has to look at"), "problems", kind="muted"),
)


class Interfaces(ServerPages, Told):
    """The list, one interface with its messages, one message."""

    name = "interfaces"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every interface, with what waits."""
        told = perform(to_be_told)
        rows = [row_of(connection, counts, told[connection.id]) for connection, counts in perform(to_see_to)]
        return self.page("interfaces/index.html", columns=COLUMNS, rows=rows)

    @expose("/new", methods=("GET", "POST"))
    @allowed("change")
    def new(self) -> Response | tuple[str, int]:
        """Open one."""
        form = form_for(NewInterface)
        if form.is_accepted():
            given = form.value()
            if self._kept(form, given, given.slug.strip(), None):
                return self.go("show", slug=given.slug.strip())
        return self.page("interfaces/edit.html", form=form, given=None, status=form.status)

    @expose("/<slug>/")
    @allowed("read")
    def show(self, slug: str) -> tuple[str, int]:
        """The messages of one, the newest first."""
        status = request.args.get("state", "")
        before = request.args.get("before", "")
        older = int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else None
        found = perform(messages, slug, status if status in MESSAGE_STATUSES else "", older)
        return self.page(
            "interfaces/show.html",
            given=found.connection,
            branch=dict(branches()).get(self._branch_of(found.connection), ""),
            columns=MESSAGE_COLUMNS,
            rows=[message_row(each) for each in found.messages],
            states=[(words, self.address_of(slug, state), None) for state, words in states_in_words()],
            state=self.address_of(slug, status),
            older=found.older,
            server=server_facts(found.connection),
        )

    def address_of(self, slug: str, status: str) -> str:
        """Where the messages of one state are listed, or all."""
        return self.address("show", slug=slug, state=status or None)

    @expose("/<slug>/edit", methods=("GET", "POST"))
    @allowed("change")
    def edit(self, slug: str) -> Response | tuple[str, int]:
        """Change it from now on."""
        with reading() as (session, _):
            given = connection_of(session, slug)
            session.expunge(given)
        if given.kind == FHIR_R4:
            return self.go("edit_server", slug=slug)
        form = form_for(InterfaceForm, form_of(given, self._branch_of(given)))
        if form.is_accepted() and self._kept(form, form.value(), slug, row_version() or given.row_version):
            return self.go("show", slug=slug)
        return self.page("interfaces/edit.html", form=form, given=given, status=form.status)

    @expose("/messages/<uuid:uid>")
    @allowed("open")
    def message(self, uid: uuid.UUID) -> tuple[str, int]:
        """One message as it came, and what was made of it."""
        found = perform(open_message, uid)
        return self.page(
            "interfaces/message.html",
            message=found.message,
            connection=found.connection,
            segments=found.segments,
            told=[f"{count} × {kind}" for kind, count in sorted(found.told.items())],
            chip=STATES[found.message.status],
            problems=[problem_words(each) for each in found.message.problems],
            findings=[finding_words(each) for each in found.message.findings],
        )

    @expose("/messages/<uuid:uid>/again", methods=("POST",))
    @allowed("change")
    def again(self, uid: uuid.UUID) -> Response:
        """Have it applied once more."""
        return self._seen_to(uid, "message", retry_message, gettext("It is applied once more."))

    @expose("/messages/<uuid:uid>/settle", methods=("POST",))
    @allowed("change")
    def settle(self, uid: uuid.UUID) -> Response:
        """Nothing more is made of it."""
        return self._seen_to(uid, "message", settle_message, gettext("It is settled."))

    def _kept(self, form: ShapeForm, given: InterfaceForm, slug: str, version: int | None) -> bool:
        """Whether it was written; otherwise the form says why not."""
        try:
            refuse_errors(given.problems())
            perform(keep_connection, given.plan(slug), version)
        except Invalid as invalid:
            form.refuse(invalid.problems)
        except Stale:
            form.elsewhere.append(gettext("Somebody else changed this interface meanwhile. Compare in a second tab."))
        else:
            flash(gettext("The interface is kept."), "success")
            return True
        return False

    def _branch_of(self, given: Connection) -> str:
        """The slug of the branch that patients join."""
        with reading() as (session, _):
            return session.get_one(Location, given.location_id).slug or ""


def row_of(given: Connection, counts: dict[str, int], told: dict[str, int]) -> dict[str, Any]:
    """One interface as the list shows it."""
    return {
        "slug": given.slug,
        "name": say_texts(given.name) or given.slug,
        "active": given.active,
        "port": given.settings.get("port") or given.settings.get("base") or "",
        "waiting": at_most(counts["waiting"]),
        "set_aside": at_most(counts["set-aside"]),
        "to_send": at_most(told["waiting"]),
        "not_sent": at_most(told["set-aside"]),
    }


def states_in_words() -> list[tuple[str, str]]:
    """Every state of a message, and before them all together."""
    return [("", gettext("All")), *((state, say(STATES[state][2])) for state in MESSAGE_STATUSES)]


def at_most(number: int) -> str:
    """A count that goes no further than a thousand."""
    return f"{number}+" if number >= COUNTED_AT_MOST else str(number)


def shown_of(each: InterfaceMessage) -> str:
    """How a message is called: by its control id, or as the version of a record."""
    is_record = "/" in each.sender and "|" not in each.sender
    return f"{each.sender} · {each.control_id}" if is_record else each.control_id


def message_row(each: InterfaceMessage) -> dict[str, Any]:
    """One message as the list shows it; nothing of what it says."""
    return {
        "uid": each.uid,
        "shown": shown_of(each) or gettext("Without a control id"),
        "status": each.status,
        "kind": each.kind,
        "received_at": each.received_at,
        "repeats": each.repeats,
        "problems": " ".join(problem_words(problem) for problem in each.problems[:3]),
    }
