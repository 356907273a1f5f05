"""The form beside the drawing: of one step or of the journey's head, drawn from the engine's own dataclasses.

What is typed is read by the same form and becomes JSON again, whole or half-written: the draft may hold anything, and
the checks say what is missing. Keys that the form does not know stay as they are.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, g, render_template, request

from app.base import ShapeForm
from app.base.forms import faults_of
from app.rules.field import is_redrawing
from app.views.journey_forms import JourneyForm, StepForm, as_draft, filled
from journeys.flow.steps import STEPS
from journeys.flow.text.shapes import key_of, read_shape

GIVEN, FOCUS, HEAD = "designer-given", "designer-focus", "designer-head"
CONFIG = "config"

Content = dict[str, Any]


@dataclass(frozen=True)
class Panel:
    """The forms of one step or head over the JSON that it was opened with."""

    given: Content
    about: ShapeForm
    config: ShapeForm | None

    @property
    def forms(self) -> list[ShapeForm]:
        """Both, or the one."""
        return [form for form in (self.about, self.config) if form is not None]

    def html(self) -> str:
        """The fields."""
        kind = STEPS[self.given["type"]] if self.config is not None else None
        return render_template("designer/panel.html", about=self.about, config=self.config, kind=kind)

    def value(self) -> Content:
        """What the forms hold, over what was given."""
        value = {**others(self.given, self.about), **written(self.about)}
        if self.config is not None:
            value[CONFIG] = {**others(self.given.get(CONFIG) or {}, self.config), **written(self.config)}
        return value

    def ways(self) -> list[str] | None:
        """The ways out of the step as it is typed; None while it cannot be read, and for a head."""
        if self.config is None:
            return None
        step, _problems = read_shape(STEPS[self.given["type"]], self.value()[CONFIG], "")
        return None if step is None else list(step.ports())

    def faults(self) -> list[dict[str, str]]:
        """What was typed and cannot be read; what is empty is the checks' to say."""
        return [
            {"id": field.id, "label": label, "says": str(sentence)}
            for form in self.forms
            for field, label, sentence in faults_of(form)
            if any(isinstance(each, str) and each.strip() for each in field.raw_data or ())
        ]


def opened() -> Panel:
    """The panel that the question asks for, filled from the draft."""
    return panel_of(is_typed=False)


def typed() -> tuple[Panel, bool]:
    """The panel with what was typed, and whether a button asks to have it drawn again."""
    panel = panel_of(is_typed=True)
    for form in panel.forms:
        form.is_accepted()
    pressed = any(name.startswith(("add:", "remove:", "up:", "down:")) for name in request.form)
    return panel, pressed or is_redrawing()


def panel_of(*, is_typed: bool) -> Panel:
    """The forms of what the question names."""
    given = given_json()
    g.rule_focus = request.form.get("focus") or request.form.get(FOCUS) or given.get("focus")
    if HEAD in request.form:
        return Panel(given, filled(JourneyForm, given, is_typed=is_typed), None)
    kind = STEPS.get(str(given.get("type")))
    if kind is None:
        abort(404)
    g.rule_focus = request.form.get(FOCUS) or None
    config = given.get(CONFIG)
    inner = config if isinstance(config, dict) else {}
    about = filled(StepForm, given, is_typed=is_typed)
    return Panel({**given, CONFIG: inner}, about, filled(kind, inner, f"{CONFIG}-", is_typed=is_typed))


def given_json() -> Content:
    """The JSON of the step or head; 400 when it is none."""
    try:
        given = json.loads(request.form.get(GIVEN, ""))
    except (ValueError, RecursionError):
        abort(400)
    if not isinstance(given, dict):
        abort(400)
    return given


def others(given: Mapping[str, Any], form: ShapeForm) -> Content:
    """What the form has no field for."""
    known = {key_of(each) for each in form.shape.__dataclass_fields__.values()}
    return {key: value for key, value in given.items() if key not in known}


def written(form: ShapeForm) -> Content:
    """What a form holds, without what is empty."""
    return {key: value for key, value in as_draft(form).items() if value is not None}
