"""Contact rules: written in forms, tried on the patients of today, put in force by two people."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from flask import request
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.base import Column, allowed, expose, form_for, paging, perform, portal_roles, reading, say, say_texts
from app.views.contact_rule_forms import (
    NewRule,
    as_content,
    as_form,
    in_words,
    media,
    purposes,
    rule_words,
    scope_words,
    shape_of,
    value_words,
)
from app.views.drafts import STATES, Content, standing_of
from app.views.text_reviews import TextReviews
from journeys.contact.deciding.catalogue import REASONS
from journeys.contact.deciding.rule_set import FORMAT, as_json, every_parameter_in_force
from journeys.contact.rule_drafts.preview_rule import Preview, preview_rule
from journeys.contact.rule_drafts.rule_problems import outdated_segments, rule_problems
from journeys.contact.rules import RULES
from journeys.contact.rules.base import DECISION_STEPS
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.words import N_
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import CONTACT_RULE, find
from journeys.store.putting_in_force.save_draft import save_draft

COLUMNS = (
    Column(N_("Contact rule"), lambda row: say_texts(row.name), link=lambda row: f"/contact-rules/{row.slug}/"),
    Column(N_("Rule"), lambda row: rule_words(row.draft or {})),
    Column(N_("For"), lambda row: scope_words(row.draft or {}), kind="muted"),
    Column(N_("State"), "status", kind="chip", chip=STATES.__getitem__),
    Column(N_("Changed"), "changed_at", kind="moment"),
)
HELD_COLUMNS = (
    Column(N_("Patient"), lambda row: row.patient.name or "", link=lambda row: f"/patients/{row.patient.uid}/"),
    Column(N_("Why"), lambda row: say(REASONS[row.reason].says)),
)


@dataclass(frozen=True)
class Tried:
    """What is tried on everybody."""

    purpose: str = field(default="care", metadata={"label": N_("Written for"), "choices": purposes})
    medium: str = field(default="sms", metadata={"label": N_("On"), "choices": media})


class ContactRules(TextReviews):
    """The list, the editor, the preview, the review page."""

    name = "contact-rules"
    kind = CONTACT_RULE
    plural = N_("Contact rules")
    new_title = N_("New contact rule")
    published = N_("Approval is asked for. A second person puts it in force.")
    retiring = N_("What the rule says by itself holds again, from the next message on.")

    def words_of(self, content: Content) -> Mapping[str, Any]:
        """Everything under the name that the form gives it."""
        return in_words(content)

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every contact rule of the clinic, and below what holds without one."""
        with reading() as (session, _act):
            wanted = select(Definition).where(Definition.kind == CONTACT_RULE).order_by(Definition.slug)
            rows = session.scalars(wanted).all()
            in_force = every_parameter_in_force(session)
        steps = [(say(words), rules_at(step, in_force)) for step, words in DECISION_STEPS.items()]
        return self.page("contact-rules/index.html", columns=COLUMNS, rows=rows, steps=steps, pages=paging(size=100))

    @expose("/new", methods=("GET", "POST"))
    @allowed("change")
    def new(self) -> Response | tuple[str, int]:
        """Choose which rule, name it, then go on in the editor."""
        form = form_for(NewRule)
        if form.is_accepted():
            given = form.value()
            content = {"format": FORMAT, "name": given.name, "rule": given.rule}
            try:
                perform(save_draft, self.kind, given.slug, given.name, content, is_new=True)
                return self.go("edit", slug=given.slug)
            except Invalid as invalid:
                form.refuse(invalid.problems)
        title, plural = say(self.new_title), say(self.plural)
        return self.page("drafts/new.html", form=form, title=title, plural=plural, status=form.status)

    @expose("/<slug>/", methods=("GET", "POST"))
    @allowed("read")
    def edit(self, slug: str) -> Response | tuple[str, int]:
        """Say what it says and for whom, ask for approval."""
        self.refuse_readers()
        with reading() as (session, _act):
            definition = find(session, CONTACT_RULE, slug)
            content = definition.draft or {}
            live = session.get(DefinitionVersion, definition.live_version_id) if definition.live_version_id else None
            outdated = outdated_segments(session, live) if live else []
            standing = standing_of(session, definition)
            found = rule_problems(session, slug, content)
        rule = RULES.get(content.get("rule", ""))
        if rule is None:
            raise Missing(f"There is no contact rule {content.get('rule')}")
        form = form_for(shape_of(rule.name), as_form(content))
        if form.is_accepted():
            content = as_content(form.value(), content)
            is_done, definition = self.save(definition, content, form)
            if is_done:
                return self.go("edit", slug=slug)
        elif request.method == "GET":
            form.refuse(found)
        return self.page(
            "contact-rules/edit.html",
            definition=definition,
            standing=standing,
            form=form,
            rule=rule,
            step=say(DECISION_STEPS[rule.step]),
            kind=say(KINDS[rule.kind]),
            outdated=[value_words(each, "rule-segments") for each in outdated],
            status=form.status if request.method == "POST" else 200,
        )

    @expose("/<slug>/preview")
    @allowed("preview")
    def preview(self, slug: str) -> tuple[str, int]:
        """Who would be held by the saved draft, and why, if they were written to now."""
        with reading() as (session, _act):
            definition = find(session, CONTACT_RULE, slug)
        tried = asked_for(definition.draft or {})
        found: Preview | None = None
        problems: list[Problem] = []
        try:
            found = perform(preview_rule, slug, tried.purpose, tried.medium, portal_roles())
        except Invalid as invalid:
            problems = invalid.problems
        return self.page(
            "contact-rules/preview.html",
            definition=definition,
            form=form_for(Tried, tried),
            found=found,
            problems=problems,
            reasons=[(say(REASONS[code].says), count) for code, count in found.reasons] if found else [],
            columns=HELD_COLUMNS if self.appbuilder.sm.has_access("can_read", "patients") else (),
            status=422 if problems else 200,
        )


KINDS = {
    "stop": N_("holds every message to this person"),
    "suppress": N_("holds the message on this channel"),
    "ask": N_("holds the message and asks staff"),
    "defer": N_("puts the message off"),
}
"""What follows when a rule speaks against a message."""


def asked_for(content: Content) -> Tried:
    """What the address asks to try; else the first of what the draft is about."""
    known_purposes, known_media = [key for key, _ in purposes()], [key for key, _ in media()]
    purpose = first_known(request.args.get("purpose"), content.get("purposes"), known_purposes, Tried.purpose)
    medium = first_known(request.args.get("medium"), content.get("media"), known_media, Tried.medium)
    return Tried(purpose, medium)


def first_known(asked: str | None, about: Any, known: list[str], otherwise: str) -> str:
    """The first of these words that is known."""
    named = about if isinstance(about, list) else []
    return next((each for each in (asked, *named) if each in known), otherwise)


def rules_at(step: int, in_force: Mapping[str, Any]) -> list[dict[str, str]]:
    """The rules of one step of the decision, with what they say everywhere."""
    return [
        {
            "label": say(rule.label),
            "says": gettext("Only where a record says so") if rule.by_record else said(name, in_force[name]),
        }
        for name, rule in RULES.items()
        if rule.step == step
    ]


def said(name: str, parameters: Any) -> str:
    """The parameters that hold everywhere, in words."""
    written = as_json(parameters)
    return " · ".join(
        f"{say(each.metadata['label'])}: {value_words(written[each.name], each.metadata.get('source', ''))}"
        for each in fields(RULES[name].Parameters)
    )
