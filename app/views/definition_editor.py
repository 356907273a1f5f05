"""An editor of definitions written in a form or as text, two views of one draft, that two people put in force."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import ShapeForm, allowed, expose, form_class, form_for, reading, say
from app.rules.field import is_redrawing
from app.views.definition_reviews import DefinitionReviews
from app.views.drafts import Content, standing_of
from journeys.flow.packs.yaml_text import read_yaml, write_yaml
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import find


@dataclass(frozen=True)
class Text:
    """The whole of it as text."""

    text: str = field(
        metadata={
            "label": N_("The whole as text"),
            "rows": 32,
            "help": N_("YAML, as it stands in a pack. The manual says what each part means."),
            "attributes": {"class": "code", "spellcheck": "false"},
        }
    )


class DefinitionEditor(DefinitionReviews):
    """A screen says its form, what the form sent means, and what stands beside it (`meaning`, a template)."""

    meaning: ClassVar[str]

    def form_of(self, content: Content) -> ShapeForm:
        """The form filled from a draft, or with what was sent."""
        raise NotImplementedError

    def posted(self, form: ShapeForm, before: Content) -> Content:
        """The content that the form holds, whatever is wrong with it."""
        raise NotImplementedError

    def refuse_in_form(self, form: ShapeForm, content: Content, problems: Iterable[Problem]) -> None:
        """Say each problem at its field."""
        raise NotImplementedError

    def meant(self, definition: Definition, content: Content) -> dict[str, Any]:
        """What a right content would do: given to the template beside the editor."""
        raise NotImplementedError

    def refuse(self, form: ShapeForm, content: Content, problems: Iterable[Problem]) -> None:
        """Every problem at its field, or with its place in the text."""
        if isinstance(form, form_class(Text)):
            form.elsewhere.extend(line_of(problem) for problem in problems)
        else:
            self.refuse_in_form(form, content, problems)

    @expose("/<slug>/", methods=("GET", "POST"))
    @allowed("read")
    def edit(self, slug: str) -> Response | tuple[str, int]:
        """The form, and what it means."""
        self.refuse_readers()
        definition, problems = self._opened(slug)
        content = definition.draft or {}
        form = self.form_of(content)
        if request.method == "GET":
            self.refuse(form, content, problems)
            return self._page("definitions/edit.html", definition, form, content)
        content = self.posted(form, content)
        if not is_redrawing() and form.is_accepted():
            is_done, definition = self.save(definition, content, form)
            if is_done:
                return self.go("edit", slug=slug)
        part = "definitions/form.html" if self.wants_part() else "definitions/edit.html"
        return self._page(part, definition, form, content)

    @expose("/<slug>/text", methods=("GET", "POST"))
    @allowed("read")
    def text(self, slug: str) -> Response | tuple[str, int]:
        """The same as text, with what is wrong with it."""
        self.refuse_readers()
        definition, _problems = self._opened(slug)
        content = definition.draft or {}
        form = form_for(Text, Text(write_yaml(content)))
        if form.is_accepted():
            read = read_yaml(form.value().text)
            if read.problems or not isinstance(read.value, dict):
                form.elsewhere.extend(line_of(problem) for problem in read.problems)
                form.elsewhere = form.elsewhere or [gettext("Write names with their values.")]
                return self._page("definitions/text.html", definition, form, content)
            content = read.value
            is_done, definition = self.save(definition, content, form)
            if is_done:
                return self.go("text", slug=slug)
        return self._page("definitions/text.html", definition, form, content)

    def _opened(self, slug: str) -> tuple[Definition, list[Problem]]:
        with reading() as (session, _act):
            definition = find(session, self.kind, slug)
            return definition, self.problems_of(session, definition.draft or {})

    def _page(self, template: str, definition: Definition, form: ShapeForm, content: Content) -> tuple[str, int]:
        with reading() as (session, _act):
            problems = self.problems_of(session, content)
            standing = standing_of(session, definition)
        meant = {} if problems or is_redrawing() else self.meant(definition, content)
        ways = [(gettext("Form"), "edit"), (gettext("As text"), "text")]
        return self.page(
            template,
            definition=definition,
            form=form,
            standing=standing,
            problems=[line_of(problem) for problem in problems],
            ways=[(words, self.address(end, slug=definition.slug), None) for words, end in ways],
            plural=say(self.plural),
            meaning=self.meaning,
            status=form.status if request.method == "POST" else 200,
            **meant,
        )


def line_of(problem: Problem) -> str:
    """A problem with its place."""
    return f"{problem.where}: {say(problem)}" if problem.where else say(problem)
