"""What each role sees on a patient's page: cards in order, courses of values, flags, fields. A draft is looked at on a
patient before it is in force."""

from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.base import Column, Screen, ShapeForm, allowed, expose, form_for, perform, reading, say, say_texts
from app.base.controls import OFFERS
from app.security.roles import read_roles
from journeys.care.record.layout import CARDS, EVERYONE, SLUG
from journeys.care.record.publish_layout import publish_layout
from journeys.criteria.custom.content import live_fields
from journeys.foundation.errors import Invalid, Stale
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import SETTING

COLUMNS = (
    Column(N_("Role"), "name", link=lambda row: row["address"]),
    Column(N_("Cards"), "cards"),
    Column(N_("Arranged"), "state", kind="muted"),
)


def cards() -> list[tuple[str, str]]:
    """Every card there is."""
    return [(name, say(words)) for name, words in CARDS.items()]


def courses() -> list[tuple[str, str]]:
    """The courses of values that the setting describes, as `show` has read them."""
    return list(g.get("layout_courses", ()))


def fields() -> list[tuple[str, str]]:
    """The fields of patients in force, likewise."""
    return list(g.get("layout_fields", ()))


OFFERS["record-card"] = cards
OFFERS["record-course"] = courses
OFFERS["record-field"] = fields


@dataclass(frozen=True)
class Arranged:
    """What one role sees."""

    cards: tuple[str, ...] = field(
        metadata={"label": N_("Cards, in their order"), "chosen_of": "record-card", "needed": True}
    )
    courses: tuple[str, ...] = field(
        default=(), metadata={"label": N_("Values over time"), "chosen_of": "record-course"}
    )
    alerts: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Fields to be known first"),
            "help": N_("Said on top of the page when they say something other than no."),
            "chosen_of": "record-field",
        },
    )
    prepares: tuple[str, ...] = field(
        default=(),
        metadata={"label": N_("Fields that tell what is needed to arrive prepared"), "chosen_of": "record-field"},
    )
    fields: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Fields on the card about the person"),
            "help": N_("Empty: every field that the reader may see."),
            "chosen_of": "record-field",
        },
    )


class RecordLayouts(Screen):
    """The page of a patient, role by role."""

    name = "record-layouts"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every role, and what it sees."""
        with reading(purpose="configuration") as (session, _act):
            arranged = (setting(session)[0]).get("roles", {})
        rows = [self._row(role, name, arranged) for role, name in roles()]
        return self.page("record-layouts/index.html", columns=COLUMNS, rows=rows)

    @expose("/<role>/")
    @allowed("read")
    def show(self, role: str) -> tuple[str, int]:
        """One role."""
        return self._show(role)

    @expose("/<role>/", methods=("POST",))
    @allowed("change")
    def change(self, role: str) -> Response | tuple[str, int]:
        """Keep it as a draft and look at it, or put it in force."""
        known(role)
        with reading(purpose="configuration") as (session, _act):
            offer(session)
            someone = session.scalar(select(Patient.uid).order_by(Patient.id).limit(1))
        form = form_for(Arranged)
        typed = request.form.get("row_version", "")
        if not form.is_accepted() or not (typed.isascii() and typed.isdecimal() and len(typed) < 10):
            return self._show(role, form)
        looks = "look" in request.form and someone is not None
        arranged = {name: list(chosen) for name, chosen in vars(form.value()).items() if chosen}
        try:
            perform(publish_layout, role, arranged, int(typed) or None, looks)
        except Invalid as invalid:
            form.refuse(invalid.problems, under=f"roles.{role}")
            return self._show(role, form)
        except Stale:
            flash(gettext("Somebody else changed it meanwhile. This is how it stands now."), "warning")
            return self.go("show", role=role)
        if looks:
            return redirect(url_for("patients.show", uid=someone, **{"as": role}), 303)
        flash(gettext("The page is arranged like this from now on."), "success")
        return self.go("show", role=role)

    def _row(self, role: str, name: str, arranged: dict[str, Any]) -> dict[str, Any]:
        """One role as the list shows it."""
        own = arranged.get(role)
        shown = own or arranged.get(EVERYONE) or {}
        return {
            "name": name,
            "cards": ", ".join(say(CARDS[card]) for card in shown.get("cards", CARDS) if card in CARDS),
            "state": gettext("For this role") if own else gettext("As everyone"),
            "address": self.address("show", role=role),
        }

    def _show(self, role: str, form: ShapeForm | None = None) -> tuple[str, int]:
        """Draw the form, with what was typed where it was refused."""
        name = known(role)
        with reading(purpose="configuration") as (session, _act):
            content, version = offer(session)
        arranged = content.get("roles", {})
        own = arranged.get(role) or arranged.get(EVERYONE) or {}
        chosen = {each: tuple(own.get(each, ())) for each in Arranged.__dataclass_fields__}
        chosen["cards"] = tuple(own.get("cards", CARDS))
        shown = form or form_for(Arranged, Arranged(**chosen))
        return self.page(
            "record-layouts/show.html", form=shown, name=name, role=role, version=version, status=shown.status
        )


def roles() -> list[tuple[str, str]]:
    """The roles of the portal, and everyone else."""
    return [(EVERYONE, gettext("Everyone else")), *((role.name, say_texts(role.label)) for role in read_roles())]


def known(role: str) -> str:
    """What a role is called; a page that is not there for any other."""
    name = dict(roles()).get(role)
    if name is None:
        abort(404)
    return name


def setting(session: Session) -> tuple[dict[str, Any], int]:
    """The setting as it is drafted, and its version as a row; nothing before anybody arranged anything."""
    definition = session.scalar(select(Definition).where(Definition.kind == SETTING, Definition.slug == SLUG))
    return ((definition.draft or {}), definition.row_version) if definition else ({}, 0)


def offer(session: Session) -> tuple[dict[str, Any], int]:
    """The same, with what the form offers."""
    content, version = setting(session)
    g.layout_courses = [(slug, say_texts(each["name"])) for slug, each in content.get("courses", {}).items()]
    g.layout_fields = [(slug, say_texts(each.name)) for slug, each in live_fields(session, "patient").items()]
    return content, version
