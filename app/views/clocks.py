"""Safety clocks: after how long what stands still is late. Described in a form, tried on today, put in force by two."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base import Column, ShapeForm, allowed, expose, in_alphabet, paging, perform, reading, say, say_texts
from app.rules.comparing import Line
from app.views.board import COLUMNS as ROW_COLUMNS
from app.views.board import row_of
from app.views.clock_content import clock_form, posted, refuse
from app.views.clock_forms import watched
from app.views.clock_words import clock_lines, lines_of, rung_words
from app.views.definition_editor import DefinitionEditor
from app.views.drafts import STATES, Content
from app.views.guideline_forms import queues
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import SAFETY_CLOCK
from journeys.store.putting_in_force.two_people import Question
from journeys.work.clocks.approve_clock import approve_clock
from journeys.work.clocks.ask_for_clock import ask_for_clock
from journeys.work.clocks.check import clock_problems
from journeys.work.clocks.preview_clock import preview_clock
from journeys.work.clocks.publish_clock import queues_in_use
from journeys.work.clocks.reviewing import open_question

COLUMNS = (
    Column(N_("Safety clock"), lambda row: say_texts(row["name"]), link=lambda row: row["address"]),
    Column(N_("What stands still"), "watches", kind="muted"),
    Column(N_("State"), "status", kind="chip", chip=STATES.__getitem__),
    Column(N_("Changed"), "changed_at", kind="moment"),
)


class Clocks(DefinitionEditor):
    """The list, the form, the text, the review page."""

    name = "clocks"
    kind = SAFETY_CLOCK
    plural = N_("Safety clocks")
    new_title = N_("New safety clock")
    published = N_("Approval is asked for. A second person puts it in force.")
    ask_verb = ask_for_clock
    approve_verb = approve_clock
    meaning = "clocks/meaning.html"
    evidence = "clocks/expected.html"

    def empty(self, name: dict[str, str]) -> Content:
        """Something to go on from; what it watches and the next step are missing."""
        return {"format": 1, "name": name, "limit": {"days": 7}}

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every clock with what it watches."""
        with reading() as (session, _act):
            found = session.scalars(select(Definition).where(Definition.kind == SAFETY_CLOCK)).all()
        known = dict(watched())
        rows = [self._row(each, known) for each in found]
        rows.sort(key=lambda row: in_alphabet(row["name"]))
        return self.page("clocks/index.html", columns=COLUMNS, rows=rows, pages=paging(size=100))

    def _row(self, definition: Definition, known: dict[str, str]) -> dict[str, Any]:
        content = definition.draft or {}
        return {
            "name": definition.name,
            "watches": known.get(f"{content.get('entity')}/{content.get('state')}", ""),
            "status": definition.status,
            "changed_at": definition.changed_at,
            "address": self.address("edit", slug=definition.slug),
        }

    def form_of(self, content: Content) -> ShapeForm:
        return clock_form(content)

    def posted(self, form: ShapeForm, before: Content) -> Content:
        return posted(form, before)

    def refuse_in_form(self, form: ShapeForm, content: Content, problems: Iterable[Problem]) -> None:
        refuse(form, problems)

    def question(self, session: Session, act: Act, definition: Definition) -> Question | None:
        return open_question(session, act, definition)

    def problems_of(self, session: Session, content: Content) -> list[Problem]:
        return clock_problems(content, queues_in_use(session))

    def lines(self, session: Session, content: Content) -> list[Line]:
        return clock_lines(session, content)

    def meant(self, definition: Definition, content: Content) -> dict[str, Any]:
        """How it reads, what would stand on the board, what each step of the ladder would ask."""
        reads = [line.text for line in lines_of(content, dict(queues()))]
        return {"reads": reads, **self.expected(definition, content, None)}

    def expected(self, definition: Definition, content: Content, live: Content | None) -> dict[str, Any]:
        """The rows of the board and the tasks, as of now."""
        try:
            found = perform(preview_clock, definition.slug, content)
        except Invalid as invalid:
            return {"too_slow": [say(problem) for problem in invalid.problems]}
        kind = found.kind
        counts = [
            (gettext("Past the limit"), kind.late if kind else 0),
            (gettext("Within a day"), kind.soon if kind else 0),
            (gettext("High risk"), kind.high if kind else 0),
        ]
        ladder = list(zip(rung_words(content, dict(queues())), found.asked, strict=True))
        rows = [row_of(line) for line in kind.lines] if kind else []
        return {"counts": counts, "ladder": ladder, "rows": rows, "row_columns": ROW_COLUMNS}
