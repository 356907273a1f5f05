"""Journeys: the list, the outline, the forms of each step, publishing."""

from typing import Any

from flask import abort, flash, g, request
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.base import Column, ShapeForm, allowed, expose, paging, perform, reading, say_texts
from app.base.lists import count_words
from app.rules.field import is_redrawing
from app.views.drafts import Content
from app.views.journey_forms import (
    as_draft,
    config_form,
    head_form,
    step_form,
    step_types,
)
from app.views.journey_moves import JourneyMoves
from app.views.journey_pauses import JourneyPauses
from app.views.journey_proofs import (
    ShownProblem,
    is_about_ports,
    is_in_config,
    is_of_head,
    is_proven,
    noted_words,
    steps_named,
)
from app.views.journey_reviews import JourneyReviews
from app.views.journey_words import reader_by, ways_of
from journeys.flow.entry.occurred import occurred
from journeys.flow.proving.checking import problems_of
from journeys.flow.publishing.ask_to_publish import ask_to_publish
from journeys.flow.publishing.preview import preview
from journeys.flow.publishing.retire import retire
from journeys.flow.publishing.reviewing import open_question
from journeys.flow.seeing.enrolled import enrolled, standing
from journeys.flow.steps import STEPS
from journeys.flow.text.catalogue import Catalogue, read_catalogue
from journeys.flow.text.drafting import new_journey, with_new_step, without_step
from journeys.flow.text.noted import noted
from journeys.flow.text.shapes import read_shape
from journeys.flow.words.comparing import changes
from journeys.flow.words.names import Names, read_names
from journeys.flow.words.outline import outline
from journeys.flow.words.problem_words import in_names
from journeys.foundation.errors import Problem, errors_in
from journeys.foundation.words import N_
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import JOURNEY, find
from journeys.store.putting_in_force.save_draft import save_draft

STATES = {
    "draft": ("", "edit", N_("Draft")),
    "active": ("good", "play", N_("Running")),
    "paused": ("warning", "pause", N_("Paused")),
    "retired": ("", "stop", N_("Retired")),
}

COLUMNS = (
    Column(N_("Journey"), lambda row: say_texts(row["name"]), link=lambda row: row["address"]),
    Column(N_("State"), "status", kind="chip", chip=STATES.__getitem__),
    Column(N_("Problems"), "noted", kind="chip", chip=noted_words),
    Column(N_("Version"), "version", kind="number"),
    Column(N_("Patients in it now"), "enrolled", kind="count"),
    Column(N_("Changed"), "changed_at", kind="moment"),
)


class Journeys(JourneyReviews, JourneyMoves, JourneyPauses):
    """The list and the editor."""

    name = "journeys"
    kind = JOURNEY
    plural = N_("Journeys")
    new_title = N_("New journey")
    published = N_("Approval is asked for. A second person puts the journey in force.")
    after_new = "settings"
    publish_verb = ask_to_publish

    def empty(self, name: dict[str, str]) -> Content:
        """One end, and nobody who comes in."""
        return new_journey(name)

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every journey with its state and how many patients are in it."""
        with reading() as (session, _act):
            found = session.execute(
                select(Definition, DefinitionVersion.number)
                .outerjoin(DefinitionVersion, DefinitionVersion.id == Definition.live_version_id)
                .where(Definition.kind == JOURNEY)
                .order_by(Definition.slug)
            ).all()
            inside = enrolled(session)
            problems = noted(session)
        rows = [
            {
                "name": definition.name,
                "status": definition.status,
                "noted": problems[definition.slug],
                "version": number,
                "enrolled": count_words(inside[definition.id]),
                "changed_at": definition.changed_at,
                "address": self.address("edit", slug=definition.slug),
            }
            for definition, number in found
        ]
        return self.page("journeys/index.html", columns=COLUMNS, rows=rows, pages=paging(size=100))

    @expose("/<slug>/")
    @allowed("read")
    def edit(self, slug: str) -> tuple[str, int]:
        """The journey as an outline, what is wrong with it, and who would come in."""
        with reading() as (session, act):
            definition = find(session, JOURNEY, slug)
            live = definition.live_version
            catalogue = read_catalogue(session, slug)
            problems = problems_of(definition.draft, catalogue)
            standing_here = standing(session, definition.id)
            asked = open_question(session, act, definition, catalogue)
            by_schedule = occurred(session, act, definition)
        content = definition.draft or {}
        errors = errors_in(problems)
        warnings = [problem for problem in problems if problem.severity == "warning"]
        entering = None if errors else perform(preview, slug).entering
        older = [] if live is None else [live.content]
        reader, ways = reader_by(catalogue), ways_of(catalogue.names, content, *older)
        return self.page(
            "journeys/edit.html",
            definition=definition,
            live=live,
            content=content,
            steps=outline(content, reader),
            changes=[] if live is None else changes(live.content, content, reader, ways),
            errors=self.shown(slug, content, errors, catalogue),
            warnings=self.shown(slug, content, warnings, catalogue),
            wrong_steps=steps_named(errors),
            warned_steps=steps_named(warnings),
            standing={step: count_words(count) for step, count in standing_here.items() if count.number},
            entering=entering,
            asked=asked,
            by_schedule=by_schedule,
            state=STATES[definition.status],
            step_types=step_types(),
            icons={name: kind.icon for name, kind in STEPS.items()},
            port_words=ways,
        )

    @expose("/<slug>/settings", methods=("GET", "POST"))
    @allowed("change")
    def settings(self, slug: str) -> Response | tuple[str, int]:
        """Name, purpose, entry, re-entry, goals and exits."""
        definition = self._definition(slug)
        content = definition.draft or {}
        g.rule_focus = request.form.get("focus") or content.get("focus")
        form = head_form(content)
        if not is_redrawing() and form.is_accepted():
            kept = {key: content[key] for key in ("format", "start", "steps", "comments") if key in content}
            changed = {**kept, **as_draft(form)}
            is_done, definition = self.save(definition, changed, form)
            if is_done:
                return self.go("edit", slug=slug)
        elif request.method == "GET":
            found, catalogue = self._judged(slug, content)
            found = [each for each in found if each.is_error and is_of_head(each)]
            form.refuse(in_names(found, content, reader_by(catalogue)))
        return self.page("journeys/settings.html", definition=definition, form=form, status=form.status)

    @expose("/<slug>/steps/<step_id>/", methods=("GET", "POST"))
    @allowed("change")
    def step(self, slug: str, step_id: str) -> Response | tuple[str, int]:
        """One step: its name, its settings, and what happens next."""
        definition = self._definition(slug)
        content = definition.draft or {}
        step = content.get("steps", {}).get(step_id)
        if step is None or step.get("type") not in STEPS:
            abort(404)
        g.rule_focus = content.get("focus")
        about, config = step_form(step), config_form(step)
        proven: list[ShownProblem] = []
        redrawn = is_redrawing()
        accepted = [form.is_accepted() for form in (about, config)]
        if not redrawn and all(accepted):
            changed = self._with_step(content, step_id, about, config)
            is_done, definition = self.save(definition, changed, about)
            if is_done:
                after = "step" if "stay" in request.form else "edit"
                return self.go(after, slug=slug, **({"step_id": step_id} if after == "step" else {}))
        elif request.method == "GET" and (step.get("config") or step["type"] == "end"):
            found, catalogue = self._judged(slug, content)
            told = [each for each in found if each.where.split(".")[1:2] == [step_id] and is_proven(each)]
            proven = self.shown(slug, content, told, catalogue)
            found = in_names(errors_in(found), content, reader_by(catalogue))
            about.refuse(problem for problem in found if is_about_ports(problem, step_id))
            config.refuse((each for each in found if is_in_config(each, step_id)), f"steps.{step_id}.config")
        return self.page(
            "journeys/step.html",
            definition=definition,
            step_id=step_id,
            step=step,
            kind=STEPS[step["type"]],
            icon_name=STEPS[step["type"]].icon,
            about=about,
            config=config,
            ports=ports_of(step),
            port_words=ways_of(self._names(), content),
            others=[(other, say_texts(each.get("name")) or other) for other, each in content["steps"].items()],
            step_types=step_types(),
            proven=proven,
            status=max(about.status, config.status),
        )

    def _with_step(self, content: dict[str, Any], step_id: str, about: ShapeForm, config: ShapeForm) -> dict[str, Any]:
        """The draft with what both forms and the choices of the ports say."""
        step = {"type": content["steps"][step_id]["type"], **as_draft(about), "config": as_draft(config)}
        ports = ports_of(step)
        named = [f"port-{port}" for port in ports]
        step["next"] = {port: request.form[name] for port, name in zip(ports, named, strict=True) if is_step(name)}
        changed = {**content, "steps": {**content["steps"], step_id: step}}
        for port, name in zip(ports, named, strict=True):
            kind = request.form.get(name, "").removeprefix("new:")
            if kind in STEPS and request.form[name].startswith("new:"):
                changed, _ = with_new_step(changed, kind, {"en": str(STEPS[kind].label)}, step_id, port)
        return changed

    @expose("/<slug>/add", methods=("POST",))
    @allowed("change")
    def add(self, slug: str) -> Response:
        """A new step behind a port; after "" it becomes the first."""
        definition = self._definition(slug)
        kind = request.form.get("type", "")
        if kind not in STEPS:
            abort(400)
        after = request.form.get("after") or None
        name = {"en": str(STEPS[kind].label)}
        changed, step_id = with_new_step(definition.draft or {}, kind, name, after, request.form.get("port", "next"))
        perform(save_draft, JOURNEY, slug, definition.name, changed, definition.row_version)
        return self.go("step", slug=slug, step_id=step_id)

    @expose("/<slug>/steps/<step_id>/remove", methods=("POST",))
    @allowed("change")
    def remove(self, slug: str, step_id: str) -> Response:
        """Take a step out; what led to it leads on."""
        definition = self._definition(slug)
        changed = without_step(definition.draft or {}, step_id)
        perform(save_draft, JOURNEY, slug, definition.name, changed, definition.row_version)
        flash(gettext("The step is removed; the steps around it are joined."), "success")
        return self.go("edit", slug=slug)

    @expose("/<slug>/state", methods=("POST",))
    @allowed("publish")
    def state(self, slug: str) -> Response:
        """Retire; pausing and resuming have pages of their own."""
        if request.form.get("state") != "retire":
            abort(400)
        perform(retire, slug)
        return self.go("edit", slug=slug)

    def _definition(self, slug: str) -> Definition:
        with reading() as (session, _act):
            return find(session, JOURNEY, slug)

    def _names(self) -> Names:
        with reading() as (session, _act):
            return read_names(session)

    def _judged(self, slug: str, content: dict[str, Any]) -> tuple[list[Problem], Catalogue]:
        """What keeps the draft from being published and what it is warned of, with what it was judged by."""
        with reading() as (session, _act):
            catalogue = read_catalogue(session, slug)
        return problems_of(content, catalogue), catalogue


def is_step(name: str) -> bool:
    """Whether a port's choice names a step that is there."""
    chosen = request.form.get(name, "")
    return bool(chosen) and not chosen.startswith("new:")


def ports_of(step: dict[str, Any]) -> tuple[str, ...]:
    """The ways out of a step as far as its settings can be read, besides those already connected."""
    built, _problems = read_shape(STEPS[step["type"]], step.get("config", {}), "")
    known = built.ports() if built is not None else ()
    return tuple(dict.fromkeys((*known, *step.get("next", {}))))
