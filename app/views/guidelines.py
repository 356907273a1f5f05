"""Guidelines: what is due, for whom, when. Written in a form or as text, judged whole, counted, put in force by two."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.base import (
    Column,
    ShapeForm,
    allowed,
    expose,
    form_class,
    form_for,
    in_alphabet,
    paging,
    perform,
    reading,
    say,
    say_texts,
)
from app.rules.comparing import Line
from app.rules.field import is_redrawing
from app.views.definition_reviews import DefinitionReviews
from app.views.drafts import STATES, Content, standing_of
from app.views.due_words import STATUSES
from app.views.guideline_content import guideline_form, posted, refuse
from app.views.guideline_words import guideline_lines
from journeys.care.guidelines.approve_guideline import approve_guideline
from journeys.care.guidelines.ask_for_guideline import ask_for_guideline
from journeys.care.guidelines.check import Around, guideline_problems
from journeys.care.guidelines.due_counts import due_counts
from journeys.care.guidelines.preview_guideline import preview_guideline
from journeys.care.guidelines.publish_guideline import around_now
from journeys.care.guidelines.reviewing import open_question
from journeys.criteria.known import known
from journeys.criteria.sentence import sentence
from journeys.flow.packs.yaml_text import read_yaml, write_yaml
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.definitions import GUIDELINE, find
from journeys.store.two_people import Question

COLUMNS = (
    Column(N_("Guideline"), lambda row: say_texts(row["name"]), link=lambda row: row["address"]),
    Column(N_("State"), "status", kind="chip", chip=STATES.__getitem__),
    Column(N_("Overdue"), "overdue", kind="number"),
    Column(N_("Due"), "due", kind="number"),
    Column(N_("Due soon"), "soon", kind="number"),
    Column(N_("Changed"), "changed_at", kind="moment"),
)
NUMBER_COLUMNS = (
    Column(N_("State"), "status"),
    Column(N_("In force"), "before", kind="number"),
    Column(N_("With the draft"), "after", kind="number"),
)
SKELETON = {
    "description": {},
    "population": {"field": "age", "is": "at_least", "value": 18},
    "satisfied_by": [{"happened": "encounter", "where": [{"field": "status", "is": "is", "value": "finished"}]}],
    "interval": {"months": 12},
    "window": {"soon": {"days": 28}, "overdue": {"days": 30}},
    "severity": "moderate",
    "owner": {"role": "recall", "queue": "recall"},
}
"""What a new one begins with; its source is missing, so that nobody puts it in force as it is."""


@dataclass(frozen=True)
class Text:
    """The whole of it as text."""

    text: str = field(
        metadata={
            "label": N_("The guideline as text"),
            "rows": 32,
            "help": N_("YAML, as it stands in a pack. The manual says what each part means."),
            "attributes": {"class": "code", "spellcheck": "false"},
        }
    )


class Guidelines(DefinitionReviews):
    """The list, and one guideline as text with what it would mean."""

    name = "guidelines"
    kind = GUIDELINE
    plural = N_("Guidelines")
    new_title = N_("New guideline")
    published = N_("Approval is asked for. A second person puts it in force.")
    ask_verb = ask_for_guideline
    approve_verb = approve_guideline

    def empty(self, name: dict[str, str]) -> Content:
        """Something to go on from."""
        return {"format": 1, "name": name, **SKELETON}

    def refuse(self, form: ShapeForm, content: Content, problems: Iterable[Problem]) -> None:
        """Every problem at its field, or with its place in the text."""
        if isinstance(form, form_class(Text)):
            form.elsewhere.extend(line_of(problem) for problem in problems)
        else:
            refuse(form, content, problems)

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every guideline with what is due by it."""
        with reading() as (session, _act):
            found = session.scalars(select(Definition).where(Definition.kind == GUIDELINE)).all()
        counts = perform(due_counts)
        rows = [self._row(each, counts.get(each.id, {})) for each in found]
        rows.sort(key=lambda row: in_alphabet(row["name"]))
        return self.page("guidelines/index.html", columns=COLUMNS, rows=rows, pages=paging(size=100))

    def _row(self, definition: Definition, counts: dict[str, int]) -> dict[str, Any]:
        return {
            "name": definition.name,
            "status": definition.status,
            "overdue": counts.get("overdue", 0),
            "due": counts.get("due", 0),
            "soon": counts.get("soon-due", 0),
            "changed_at": definition.changed_at,
            "address": self.address("edit", slug=definition.slug),
        }

    @expose("/<slug>/", methods=("GET", "POST"))
    @allowed("read")
    def edit(self, slug: str) -> Response | tuple[str, int]:
        """The form, how it reads, and how many would be due now."""
        self.refuse_readers()
        with reading() as (session, _act):
            definition = find(session, GUIDELINE, slug)
            around = around_now(session)
        content = definition.draft or {}
        form = guideline_form(content)
        if request.method == "GET":
            self.refuse(form, content, guideline_problems(content, around))
            return self._page("guidelines/edit.html", definition, form, content, around)
        content = posted(form, content)
        if not is_redrawing() and form.is_accepted():
            is_done, definition = self.save(definition, content, form)
            if is_done:
                return self.go("edit", slug=slug)
        part = "guidelines/form.html" if self.wants_part() else "guidelines/edit.html"
        return self._page(part, definition, form, content, around)

    @expose("/<slug>/text", methods=("GET", "POST"))
    @allowed("read")
    def text(self, slug: str) -> Response | tuple[str, int]:
        """The same as text, with what is wrong with it."""
        self.refuse_readers()
        with reading() as (session, _act):
            definition = find(session, GUIDELINE, slug)
            around = around_now(session)
        content = definition.draft or {}
        form = form_for(Text, Text(write_yaml(content)))
        if form.is_accepted():
            read = read_yaml(form.value().text)
            if read.problems or not isinstance(read.value, dict):
                form.elsewhere.extend(line_of(problem) for problem in read.problems)
                form.elsewhere = form.elsewhere or [gettext("Write names with their values.")]
                return self._page("guidelines/text.html", definition, form, content, around)
            content = read.value
            is_done, definition = self.save(definition, content, form)
            if is_done:
                return self.go("text", slug=slug)
        return self._page("guidelines/text.html", definition, form, content, around)

    def question(self, session: Session, act: Act, definition: Definition) -> Question | None:
        return open_question(session, act, definition)

    def problems_of(self, session: Session, content: Content) -> list[Problem]:
        return guideline_problems(content, around_now(session))

    def lines(self, session: Session, content: Content) -> list[Line]:
        return guideline_lines(content, known(session))

    def expected(self, content: Content, live: Content | None) -> dict[str, Any]:
        """How many would stand where, beside how many stand there by what is in force."""
        after, too_slow = counted(content)
        before, _slow = counted(live) if live is not None else ({}, [])
        rows = [
            {"status": say(STATUSES[status][2]), "before": before.get(status), "after": number}
            for status, number in after.items()
        ]
        return {"numbers": rows, "number_columns": NUMBER_COLUMNS, "too_slow": [say(each) for each in too_slow]}

    def _page(
        self, template: str, definition: Definition, form: ShapeForm, content: Content, around: Around
    ) -> tuple[str, int]:
        problems = guideline_problems(content, around)
        counts, too_slow = ({}, []) if problems or is_redrawing() else counted(content)
        with reading() as (session, _act):
            standing = standing_of(session, definition)
        ways = [(gettext("Form"), "edit"), (gettext("As text"), "text")]
        return self.page(
            template,
            definition=definition,
            form=form,
            standing=standing,
            problems=[line_of(problem) for problem in (*problems, *too_slow)],
            too_slow=[say(problem) for problem in too_slow],
            reads=[] if problems else read_out(content, around),
            counts=[(say(STATUSES[status][2]), number) for status, number in counts.items()],
            ways=[(words, self.address(end, slug=definition.slug), None) for words, end in ways],
            status=form.status if request.method == "POST" else 200,
        )


def counted(content: Content) -> tuple[dict[str, int], list[Problem]]:
    """How many patients stand where by a right content; or why they were not counted."""
    try:
        return perform(preview_guideline, content), []
    except Invalid as invalid:
        return {}, invalid.problems


def line_of(problem: Problem) -> str:
    """A problem with its place."""
    return f"{problem.where}: {say(problem)}" if problem.where else say(problem)


def read_out(content: Content, around: Around) -> list[tuple[str, str]]:
    """What each rule of a right content says in words."""

    def words(rule: Any) -> str:
        return sentence(rule, gettext, None, around.known, say_texts)

    def named(part: str, label: str) -> list[tuple[str, str]]:
        return [(label, f"{say_texts(each['name'])}: {words(each['rule'])}") for each in content.get(part, [])]

    lines = [(gettext("For whom"), words(content["population"])), *named("exclusions", gettext("Not for"))]
    lines += [(gettext("Satisfied by"), words(each)) for each in content["satisfied_by"]]
    return [*lines, *named("tiers", gettext("At another risk"))]
