"""What networks say of a template's texts, where they want each registered, and where an administrator writes it
down."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import flash, g
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, ShapeForm, allowed, clock, expose, form_for, perform, reading, say
from app.base.words import language_name
from app.views.text_reviews import TextReviews
from journeys.contact.media import MEDIA
from journeys.contact.registrations.record_registration import Statement, record_registration
from journeys.contact.registrations.registrations_of import REGISTERS, Registered, Registrations, registrations_of
from journeys.foundation.errors import Invalid
from journeys.foundation.words import N_
from journeys.store.putting_in_force.definitions import find
from journeys.store.text_registrations import APPROVED, ASKED, REJECTED, WITHDRAWN, TextRegistration

UNKNOWN = "unknown"
STATES = {
    ASKED: ("warning", "clock", N_("Asked for")),
    APPROVED: ("good", "check", N_("Approved")),
    REJECTED: ("danger", "error", N_("Rejected")),
    WITHDRAWN: ("", "stop", N_("Withdrawn")),
    UNKNOWN: ("", "help", N_("Nothing written down")),
}
COLUMNS = (
    Column(N_("Text"), "text"),
    Column(N_("Register"), "register"),
    Column(N_("State"), "state", kind="chip", chip=STATES.__getitem__),
    Column(N_("Number or name there"), "number"),
    Column(N_("Said on"), "said_on", kind="date"),
)
MORE_COLUMNS = (
    *COLUMNS,
    Column(N_("Written down by"), "by", kind="muted"),
)


def texts() -> list[tuple[str, str]]:
    """The texts of the template whose page this is, each version in each language."""
    return list(g.get("texts_of_template", ()))


@dataclass(frozen=True)
class NewStatement:
    """What a network says."""

    text: str = field(metadata={"label": N_("Text"), "choices": texts})
    medium: str = field(
        metadata={"label": N_("Register"), "choices": tuple((name, MEDIA[name].register) for name in REGISTERS)}
    )
    state: str = field(
        metadata={
            "label": N_("State"),
            "choices": tuple((name, says) for name, (*_, says) in STATES.items() if name != UNKNOWN),
        }
    )
    said_on: dt.date = field(metadata={"label": N_("Said on")})
    number: str = field(
        default="",
        metadata={
            "label": N_("Number or name there"),
            "help": N_("What the register calls the text; needed once it is approved."),
            "attributes": {"autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
        },
    )
    citation: str = field(
        default="",
        metadata={"label": N_("Where it can be read"), "help": N_("A letter, a page or a case number."), "rows": 2},
    )


class TextRegistrations(TextReviews):
    """The page of a template's registrations."""

    @expose("/<slug>/registrations")
    @allowed("read")
    def registrations(self, slug: str) -> tuple[str, int]:
        """What holds, and everything that was ever written down."""
        return self._registrations(slug)

    @expose("/<slug>/registrations", methods=("POST",))
    @allowed("register")
    def register(self, slug: str) -> Response | tuple[str, int]:
        """Write down what a network says; a mistake is mended by the next statement."""
        form = self._statement_form(slug)
        if form.is_accepted():
            try:
                perform(record_registration, slug, said_of(form.value()))
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext("It is written down and holds from now on."), "success")
                return self.go("registrations", slug=slug)
        return self._registrations(slug, form)

    def _statement_form(self, slug: str) -> ShapeForm:
        """The form, which offers the texts of this template."""
        with reading() as (session, _act):
            found = registrations_of(session, find(session, self.kind, slug))
        g.texts_of_template = choices_of_texts(found)
        return form_for(NewStatement)

    def _registrations(self, slug: str, form: ShapeForm | None = None) -> tuple[str, int]:
        """Draw the page, with what was typed."""
        with reading() as (session, _act):
            definition = find(session, self.kind, slug)
            found = registrations_of(session, definition)
        if form is None:
            g.texts_of_template = choices_of_texts(found)
            form = form_for(NewStatement)
            form.said_on.data = clock.now().date()
        return self.page(
            "message_templates/registrations.html",
            definition=definition,
            form=form,
            columns=COLUMNS,
            more_columns=MORE_COLUMNS,
            now=[row_of(each) for each in found.texts],
            ever=[row_of_statement(row, number) for row, number in found.statements],
            status=form.status,
        )


def choices_of_texts(found: Registrations) -> list[tuple[str, str]]:
    """Each version in each language, as a key and in words."""
    return [
        (f"{version.number}/{language}", text_words(version.number, language))
        for version in found.versions
        for language in sorted(version.content["texts"])
    ]


def text_words(number: int, language: str) -> str:
    """A version in a language, in words."""
    return gettext("Version %(number)s, %(language)s", number=number, language=language_name(language))


def said_of(given: NewStatement) -> Statement:
    """What was typed, as the engine takes it."""
    number, _, language = given.text.partition("/")
    return Statement(
        version=int(number),
        language=language,
        medium=given.medium,
        state=given.state,
        said_on=given.said_on,
        number=given.number.strip(),
        citation=given.citation.strip(),
    )


def row_of(each: Registered) -> Mapping[str, Any]:
    """What holds of one text at one network."""
    if each.newest is not None:
        return row_of_statement(each.newest, each.version.number)
    return {
        "text": text_words(each.version.number, each.language),
        "register": say(MEDIA[each.medium].register),
        "state": UNKNOWN,
        "number": None,
        "said_on": None,
    }


def row_of_statement(row: TextRegistration, number: int) -> Mapping[str, Any]:
    """One statement as the list shows it."""
    return {
        "text": text_words(number, row.language),
        "register": say(MEDIA[row.medium].register) if row.medium in MEDIA else row.medium,
        "state": row.state,
        "number": row.number,
        "said_on": row.said_on,
        "by": " · ".join(filter(None, (row.recorded_by.removeprefix("user:"), row.citation))),
    }
