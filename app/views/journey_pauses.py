"""Pausing a journey and letting it go on: what will wait, what has gone stale, and what is done with it."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, allowed, expose, perform, reading, say_texts
from app.views.drafts import DraftScreen
from journeys.flow.pauses.choices import SEND, SKIP, TASK
from journeys.flow.pauses.pause import pause
from journeys.flow.pauses.preview_pause import preview_pause
from journeys.flow.pauses.preview_resume import preview_resume
from journeys.flow.pauses.resume import resume
from journeys.flow.pauses.stale import StaleMessages
from journeys.foundation.errors import Invalid, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.putting_in_force.definitions import JOURNEY, find
from journeys.work.queues import queues

CHOICE = "choose."
DAYS = "2"

ACTIONS = {
    SEND: (N_("Send now"), N_("Contact rules judge them as ever: consent, quiet hours, limits.")),
    SKIP: (N_("Skip"), N_("Nothing is sent. The history says that a person chose so, and why.")),
    TASK: (N_("Make a task instead"), N_("Nothing is sent. Staff get one task for each patient.")),
}

WAITS = (
    Column(N_("Step"), "name"),
    Column(N_("Version"), "number", kind="number"),
    Column(N_("Patients"), "count", kind="number"),
    Column(N_("Since"), "since", kind="moment"),
)
TASKS = (
    Column(N_("Step"), "name"),
    Column(N_("Version"), "number", kind="number"),
    Column(N_("Open tasks"), "count", kind="number"),
    Column(N_("Overdue"), "overdue", kind="number"),
)


class JourneyPauses(DraftScreen):
    """The page before a pause, and the page after it."""

    @expose("/<slug>/pause", methods=("GET", "POST"))
    @allowed("publish")
    def pause(self, slug: str) -> Response | tuple[str, int]:
        """What will wait; pause."""
        if request.method == "POST":
            try:
                perform(pause, slug)
            except Stale:
                flash(gettext("Something changed since you looked. This is how it stands now."), "warning")
            else:
                flash(gettext("The journey is paused. Nobody enters or moves on until it is resumed."), "success")
            return self.go("edit", slug=slug)
        found = perform(preview_pause, slug)
        with reading() as (session, _act):
            definition = find(session, JOURNEY, slug)
        return self.page("journeys/pause.html", definition=definition, found=found)

    @expose("/<slug>/resume", methods=("GET", "POST"))
    @allowed("publish")
    def resume(self, slug: str) -> Response | tuple[str, int]:
        """What has gone stale; choose, and let the journey go on."""
        problems: list[Problem] = []
        if request.method == "POST":
            try:
                perform(resume, slug, chosen())
                flash(gettext("The journey goes on. What had gone stale is done as you chose."), "success")
                return self.go("edit", slug=slug)
            except Invalid as invalid:
                problems = invalid.problems
            except Stale:
                flash(gettext("Something changed since you looked. This is how it stands now."), "warning")
                return self.go("edit", slug=slug)
        return self._stale(slug, problems)

    def _stale(self, slug: str, problems: Iterable[Problem]) -> tuple[str, int]:
        found = perform(preview_resume, slug)
        with reading() as (session, act):
            definition = find(session, JOURNEY, slug)
            lists = queues(session, act)
        faults = {problem.where: problem for problem in problems}
        typed = chosen()
        return self.page(
            "journeys/resume.html",
            definition=definition,
            found=found,
            messages=[message_row(row, typed) for row in found.messages],
            steps=[{**vars(row), "name": say_texts(row.name)} for row in found.steps],
            tasks=[{**vars(row), "name": say_texts(row.name)} for row in found.tasks],
            wait_columns=WAITS,
            task_columns=TASKS,
            actions=ACTIONS,
            queues=[(each.slug, say_texts(each.name) or each.slug) for each in lists],
            faults=faults,
            status=422 if faults else 200,
        )


def chosen() -> dict[str, dict[str, dict[str, Any]]]:
    """What somebody chose, from the form: `choose.<version id>.<step>.<do, queue or days>`."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for name, value in request.form.items():
        version, _, place = name.removeprefix(CHOICE).partition(".")
        step, _, key = place.rpartition(".")
        if not name.startswith(CHOICE) or not step or not version.isdecimal() or key not in ("do", "queue", "days"):
            continue
        as_written: Any = int(value) if key == "days" and value.isascii() and value.isdecimal() else value
        found.setdefault(version, {}).setdefault(step, {})[key] = as_written
    return found


def message_row(row: StaleMessages, typed: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """The stale messages of one step, with what was chosen so far."""
    choice = typed.get(str(row.version_id), {}).get(row.step, {})
    return {
        "stale": row,
        "name": say_texts(row.name) or row.step,
        "field": f"{CHOICE}{row.version_id}.{row.step}",
        "where": f"choices.{row.version_id}.{row.step}",
        "do": choice.get("do", ""),
        "queue": choice.get("queue", ""),
        "days": choice.get("days", DAYS),
    }
