"""Templates: what messages say, in every language, judged and previewed as they are written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.base import Column, ShapeForm, allowed, expose, form_for, paging, reading, say, say_texts
from app.base.headers import framed
from app.views.drafts import STATES, Content
from app.views.template_forms import TemplateForm, as_content, as_form, moved
from app.views.template_previews import Preview, previews
from app.views.text_registrations import TextRegistrations
from app.views.text_reviews import place_words
from journeys.contact.deciding.rule_set import every_parameter_in_force
from journeys.contact.texts.custom_fields import merge_fields
from journeys.contact.texts.languages import languages_of_texts
from journeys.contact.texts.merge_fields import MergeField
from journeys.contact.texts.templates import problems
from journeys.contact.texts.text_uses import USES, uses_of
from journeys.contact.texts.wording_uses import outdated_templates
from journeys.contact.texts.wordings import Wording, live_wordings
from journeys.foundation.errors import Missing, Problem, errors_in
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import TEMPLATE, find


def uses_words(content: Content) -> list[str]:
    """What a template is for, in words."""
    return [say(USES[use]) for use in uses_of(content)]


COLUMNS = (
    Column(N_("Template"), lambda row: say_texts(row.name), link=lambda row: f"/templates/{row.slug}/"),
    Column(N_("State"), "status", kind="chip", chip=STATES.__getitem__),
    Column(N_("What it is for"), lambda row: ", ".join(uses_words(row.draft or {}))),
    Column(N_("Languages"), lambda row: ", ".join((row.draft or {}).get("texts", {})), kind="muted"),
    Column(N_("Changed"), "changed_at", kind="moment"),
)


@dataclass(frozen=True)
class Around:
    """What a template is judged by and may name: languages of the clinic, fields, levels of channels, wordings; and
    which wordings its version in force quotes as they no longer are."""

    languages: tuple[str, ...]
    fields: Mapping[str, MergeField]
    levels: Any
    wordings: Mapping[str, Wording]
    outdated: tuple[str, ...]

    def problems(self, content: Content) -> list[Problem]:
        """Everything wrong with a content."""
        return problems(content, self.languages, self.fields, self.levels, self.wordings)

    def previews(self, content: Content) -> list[Preview]:
        """How its texts look."""
        return previews(content, self.fields, self.wordings)


class Templates(TextRegistrations):
    """The list, the editor, the review page, the registrations."""

    name = "templates"
    kind = TEMPLATE
    plural = N_("Templates")
    new_title = N_("New template")
    published = N_("Approval is asked for. A second person puts it in force.")

    def empty(self, name: dict[str, str]) -> Content:
        """No text yet."""
        return {"format": 1, "name": name, "purpose": "care", "content_level": 0, "texts": {}}

    def refuse(self, form: ShapeForm, content: Content, problems: Iterable[Problem]) -> None:
        """Problems of a text stand at the text of its language."""
        form.refuse(moved(content, problems))

    def samples(self, session: Session, content: Content) -> list[Preview]:
        """The texts with example values."""
        return previews(content, merge_fields(session), live_wordings(session))

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every template."""
        with reading() as (session, _act):
            rows = session.scalars(
                select(Definition).where(Definition.kind == TEMPLATE).order_by(Definition.slug)
            ).all()
        return self.page("message_templates/index.html", columns=COLUMNS, rows=rows, pages=paging(size=100))

    @expose("/<slug>/", methods=("GET", "POST"))
    @allowed("read")
    def edit(self, slug: str) -> Response | tuple[str, int]:
        """Write, see it, ask for approval."""
        self.refuse_readers()
        with reading() as (session, _act):
            definition = find(session, TEMPLATE, slug)
            around = around_of(session, slug)
        content = definition.draft or {}
        form = form_for(TemplateForm, as_form(content, around.languages))
        if form.is_accepted():
            content = as_content(form.value(), content)
            is_done, definition = self.save(definition, content, form)
            if is_done:
                return self.go("edit", slug=slug)
        elif request.method == "GET" and content.get("texts"):
            self.refuse(form, content, errors_in(around.problems(content)))
        is_typed = request.method == "POST"
        shown = typed(form, content) if is_typed else content
        status = form.status if is_typed else 200
        return self._shown("message_templates/edit.html", definition, form, around, shown, status)

    @expose("/<slug>/look", methods=("POST",))
    @allowed("change")
    def look(self, slug: str) -> tuple[str, int]:
        """The same judged and previewed while it is being written; nothing is saved."""
        with reading() as (session, _act):
            definition = find(session, TEMPLATE, slug)
            around = around_of(session, slug)
        content = definition.draft or {}
        form = form_for(TemplateForm)
        form.is_accepted()
        return self._shown("message_templates/look.html", definition, form, around, typed(form, content), 200)

    @expose("/<slug>/page/<language>")
    @allowed("read")
    def mail(self, slug: str, language: str) -> Response:
        """The page of the saved long e-mail with example values, for a frame."""
        with reading() as (session, _act):
            shown = self.samples(session, find(session, TEMPLATE, slug).draft or {})
        page = next((each.page for each in shown if each.language == language), "")
        if not page:
            raise Missing("There is no such page")
        return framed(page)

    def _shown(
        self, page: str, definition: Definition, form: ShapeForm, around: Around, content: Content, status: int
    ) -> tuple[str, int]:
        found = around.problems(content)
        return self.page(
            page,
            definition=definition,
            form=form,
            errors=errors_in(found),
            warnings=[problem for problem in found if problem.severity == "warning"],
            place_words=place_words,
            previews=around.previews(content),
            pages=pages_of(around.previews(definition.draft or {})),
            around=around,
            status=status,
        )


def typed(form: ShapeForm, content: Content) -> Content:
    """What somebody has typed, to be looked at, though a language may have no text yet; the content as it was where the
    choices above the texts cannot be read."""
    if any(each.errors for each in (form.uses, form.purpose, form.content_level, form.channels)):
        return content
    return as_content(form.value(), content)


def around_of(session: Session, slug: str) -> Around:
    """What the template of this slug is judged by now."""
    return Around(
        languages=languages_of_texts(session),
        fields=merge_fields(session),
        levels=every_parameter_in_force(session)["content_level"],
        wordings=live_wordings(session),
        outdated=outdated_templates(session).get(slug, ()),
    )


def pages_of(saved: Iterable[Preview]) -> set[str]:
    """The languages in which the saved draft has a long e-mail that can be shown."""
    return {each.language for each in saved if each.page}
