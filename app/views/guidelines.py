"""Guidelines: what is due, for whom, when. Written in a form or as text, judged whole, counted, put in force by two."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base import (
    Column,
    ShapeForm,
    allowed,
    expose,
    in_alphabet,
    paging,
    perform,
    reading,
    say,
    say_texts,
)
from app.rules.comparing import Line
from app.security.roles import role_names
from app.views.definition_editor import DefinitionEditor
from app.views.drafts import STATES, Content
from app.views.due_words import STATUSES
from app.views.guideline_content import guideline_form, posted, refuse
from app.views.guideline_words import guideline_lines
from journeys.care.guidelines.approve_guideline import approve_guideline
from journeys.care.guidelines.ask_for_guideline import ask_for_guideline
from journeys.care.guidelines.check import guideline_problems
from journeys.care.guidelines.due_counts import due_counts
from journeys.care.guidelines.preview_guideline import preview_guideline
from journeys.care.guidelines.publish_guideline import around_now
from journeys.care.guidelines.reviewing import open_question
from journeys.criteria.known import Known, known
from journeys.criteria.sentence import sentence
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import GUIDELINE
from journeys.store.putting_in_force.late_reviews import late_reviews
from journeys.store.putting_in_force.two_people import Question

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
    "owner": {"role": "staff", "queue": "recall"},
}
"""What a new one begins with; its source is missing, so that nobody puts it in force as it is."""


class Guidelines(DefinitionEditor):
    """The list, and one guideline as text with what it would mean."""

    name = "guidelines"
    kind = GUIDELINE
    plural = N_("Guidelines")
    new_title = N_("New guideline")
    published = N_("Approval is asked for. A second person puts it in force.")
    ask_verb = ask_for_guideline
    approve_verb = approve_guideline
    meaning = "guidelines/meaning.html"
    evidence = "guidelines/expected.html"

    def empty(self, name: dict[str, str]) -> Content:
        """Something to go on from."""
        return {"format": 1, "name": name, **SKELETON}

    def form_of(self, content: Content) -> ShapeForm:
        return guideline_form(content)

    def posted(self, form: ShapeForm, before: Content) -> Content:
        return posted(form, before)

    def refuse_in_form(self, form: ShapeForm, content: Content, problems: Iterable[Problem]) -> None:
        refuse(form, content, problems)

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every guideline with what is due by it."""
        with reading() as (session, act):
            found = session.scalars(select(Definition).where(Definition.kind == GUIDELINE)).all()
            due = late_reviews(session, act, [GUIDELINE])
        counts = perform(due_counts)
        rows = [self._row(each, counts.get(each.id, {})) for each in found]
        rows.sort(key=lambda row: in_alphabet(row["name"]))
        return self.page("guidelines/index.html", columns=COLUMNS, rows=rows, due=due, pages=paging(size=100))

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

    def question(self, session: Session, act: Act, definition: Definition) -> Question | None:
        return open_question(session, act, definition)

    def problems_of(self, session: Session, content: Content) -> list[Problem]:
        return guideline_problems(content, around_now(session, role_names()))

    def lines(self, session: Session, content: Content) -> list[Line]:
        return guideline_lines(content, known(session))

    def expected(self, definition: Definition, content: Content, live: Content | None) -> dict[str, Any]:
        """How many would stand where, beside how many stand there by what is in force."""
        after, too_slow = counted(content)
        before, _slow = counted(live) if live is not None else ({}, [])
        rows = [
            {"status": say(STATUSES[status][2]), "before": before.get(status), "after": number}
            for status, number in after.items()
        ]
        return {"numbers": rows, "number_columns": NUMBER_COLUMNS, "too_slow": [say(each) for each in too_slow]}

    def meant(self, definition: Definition, content: Content) -> dict[str, Any]:
        """How its rules read, and how many stand where."""
        counts, too_slow = counted(content)
        with reading() as (session, _act):
            reads = read_out(content, known(session))
        return {
            "reads": reads,
            "counts": [(say(STATUSES[status][2]), number) for status, number in counts.items()],
            "too_slow": [say(problem) for problem in too_slow],
        }


def counted(content: Content) -> tuple[dict[str, int], list[Problem]]:
    """How many patients stand where by a right content; or why they were not counted."""
    try:
        return perform(preview_guideline, content), []
    except Invalid as invalid:
        return {}, invalid.problems


def read_out(content: Content, in_force: Known) -> list[tuple[str, str]]:
    """What each rule of a right content says in words."""

    def words(rule: Any) -> str:
        return sentence(rule, gettext, None, in_force, say_texts)

    def named(part: str, label: str) -> list[tuple[str, str]]:
        return [(label, f"{say_texts(each['name'])}: {words(each['rule'])}") for each in content.get(part, [])]

    lines = [(gettext("For whom"), words(content["population"])), *named("exclusions", gettext("Not for"))]
    lines += [(gettext("Satisfied by"), words(each)) for each in content["satisfied_by"]]
    return [*lines, *named("tiers", gettext("At another risk"))]
