"""Templates tried out before they are published: filled for one patient, and sent to an address of a trial list.

What somebody typed to find a patient is sent by POST and never stands in an address.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from flask import flash, request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.base import Column, Screen, ShapeForm, allowed, expose, form_for, perform, portal_roles, reading, say
from app.base.headers import framed
from app.base.words import language_name
from app.views.channel_words import test_words
from app.views.connection_words import Trial
from app.views.patients import COLUMNS, Search, rows_found
from app.views.template_previews import Preview, previews
from journeys.contact.accounts.ask_for_test import ask_for_test
from journeys.contact.accounts.overview import overview
from journeys.contact.accounts.trial_lists import TrialAddress, trial_addresses
from journeys.contact.deciding.catalogue import REASONS
from journeys.contact.texts.custom_fields import merge_fields
from journeys.contact.texts.preview_text import TextPreview, preview_text
from journeys.contact.texts.render import Rendered
from journeys.contact.texts.sms_text import Measure, measure
from journeys.contact.texts.template_sample import template_sample
from journeys.contact.texts.wordings import live_wordings
from journeys.foundation.errors import Invalid, Missing
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.finding.find_patients import Terms, find_patients
from journeys.store.putting_in_force.definitions import TEMPLATE, find

PATIENT_COLUMNS: tuple[Column, ...] = COLUMNS


def addresses() -> list[tuple[str, str]]:
    """Where a test may go: the trial lists of all accounts in use."""
    found = perform(trial_addresses)
    return [(key_of(each), f"{each.account_name}: {each.address}") for each in found]


def key_of(address: TrialAddress) -> str:
    """What the form sends for an address."""
    return f"{address.channel}:{address.place}"


def languages() -> list[tuple[str, str]]:
    """The languages in which the draft of this page says something."""
    draft = definition_of((request.view_args or {})["slug"]).draft or {}
    return [(language, language_name(language)) for language in draft.get("texts", {})]


@dataclass(frozen=True)
class SendTest:
    """What is sent, and to whom."""

    language: str = field(metadata={"label": N_("Language"), "choices": languages})
    to: str = field(
        metadata={
            "label": N_("Send it to"),
            "choices": addresses,
            "help": N_("The addresses of the trial lists of your channels. Nobody else can be written to from here."),
        }
    )


@dataclass(frozen=True)
class Shown:
    """One language for the page: what a text message and an e-mail say, the reasons why not, and the longest case."""

    language: str
    is_own: bool
    sms: Rendered
    size: Measure
    email: Rendered
    why: list[str]
    longest: Preview | None


class TemplateTrials(Screen):
    """Finding a patient, the text as they would read it, and the test."""

    name = "template-trials"
    default_view = "choose"

    def __init__(self) -> None:
        """Stand among the addresses of templates."""
        super().__init__()
        self.route_base = "/templates"

    @expose("/<slug>/for", methods=("GET", "POST"))
    @allowed("read")
    def choose(self, slug: str) -> tuple[str, int]:
        """Find the patient."""
        definition = definition_of(slug)
        form = form_for(Search)
        rows = self._found(form, slug) if form.is_accepted() else None
        return self.page(
            "message_templates/choose.html",
            form=form,
            definition=definition,
            rows=rows,
            columns=PATIENT_COLUMNS,
            status=form.status,
        )

    def _found(self, form: ShapeForm, slug: str) -> list[dict[str, Any]] | None:
        """The patients that fit what was typed, each leading to the preview."""
        given = form.value()
        terms = Terms.of_text((given.text or "").strip())
        terms = replace(terms, birth_date=given.born or terms.birth_date)
        if terms == Terms():
            form.text.errors = [gettext("Write a name, a number or choose a birth date.")]
            return None
        return rows_found(perform(find_patients, terms).patients, f"{self.endpoint}.show", slug=slug)

    @expose("/<slug>/for/<uuid:uid>")
    @allowed("read")
    def show(self, slug: str, uid: uuid.UUID) -> Response | tuple[str, int]:
        """The draft as this patient would read it."""
        try:
            found = perform(preview_text, slug, uid, portal_roles())
        except Invalid as invalid:
            for problem in invalid.problems:
                flash(say(problem), "danger")
            return self.go("choose", slug=slug)
        with reading() as (session, _act):
            longest = {each.language: each for each in samples_of(session, slug)}
        return self.page(
            "message_templates/for_patient.html",
            definition=definition_of(slug),
            patient=found.patient,
            texts=list(shown_of(found, longest)),
        )

    @expose("/<slug>/for/<uuid:uid>/page/<language>")
    @allowed("read")
    def mail(self, slug: str, uid: uuid.UUID, language: str) -> Response:
        """The e-mail's page by itself, for the frame of the preview."""
        found = perform(preview_text, slug, uid, portal_roles())
        said = found.said.get(language, {}).get("email")
        if said is None or not said.html:
            raise Missing("There is no such page")
        return framed(said.html)

    @expose("/<slug>/test", methods=("GET", "POST"))
    @allowed("test")
    def test(self, slug: str) -> Response | tuple[str, int]:
        """Send the draft, with example values, to an address of a trial list."""
        definition = definition_of(slug)
        form = form_for(SendTest)
        channel = request.args.get("channel", "")
        if form.is_accepted():
            given = form.value()
            channel, _, place = given.to.rpartition(":")
            try:
                self._send(slug, given.language, channel, int(place))
                return self.go("test", slug=slug, channel=channel)
            except Invalid as invalid:
                form.refuse(invalid.problems)
        return self.page(
            "message_templates/test.html",
            definition=definition,
            form=form,
            trial=trial_of(channel),
            channel=channel,
            status=form.status,
        )

    def _send(self, slug: str, language: str, channel: str, place: int) -> None:
        """Ask for the test."""
        to = next(each for each in perform(trial_addresses) if (each.channel, each.place) == (channel, place))
        sample = perform(template_sample, slug, language, to.medium)
        perform(ask_for_test, channel, to.address, text=sample)

    @expose("/<slug>/test/state")
    @allowed("test")
    def state(self, slug: str) -> Response | tuple[str, int]:
        """What became of it, asked again and again by the page while it is on its way."""
        channel = request.args.get("channel", "")
        trial = trial_of(channel)
        if trial is None or not trial.is_waiting:
            return self.go("test", slug=slug, channel=channel)
        return self.page("channels/test.html", trial=trial)


def definition_of(slug: str) -> Definition:
    """The template that is tried out."""
    with reading() as (session, _act):
        return find(session, TEMPLATE, slug)


def samples_of(session: Session, slug: str) -> list[Preview]:
    """The draft with example values."""
    content = find(session, TEMPLATE, slug).draft or {}
    return previews(content, merge_fields(session), live_wordings(session))


def shown_of(found: TextPreview, longest: dict[str, Preview]) -> Iterator[Shown]:
    """The languages of a preview, the patient's own first."""
    own = (found.patient.language or "").split("-")[0]
    for language in sorted(found.said, key=lambda each: (each.split("-")[0] != own, each)):
        sms, email = found.said[language]["sms"], found.said[language]["email"]
        codes = dict.fromkeys(each.reason for each in (sms, email) if each.reason)
        yield Shown(
            language,
            is_own=language.split("-")[0] == own,
            sms=sms,
            size=measure(sms.body),
            email=email,
            why=[f"{say(REASONS[code].says)} {say(REASONS[code].remedy)}" for code in codes if code],
            longest=longest.get(language),
        )


def trial_of(channel: str) -> Trial | None:
    """What became of the last test on a channel; None where none was asked for."""
    found = perform(overview, channel).accounts if channel else []
    return test_words(found[0]) if found else None
