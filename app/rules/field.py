"""The rule editor as a control of any form: what the metadata `editor_for: rule` of a dataclass gets."""

from typing import Any

from flask import g, render_template, request
from flask_babel import gettext
from markupsafe import Markup
from wtforms import Field

from app.base import reading, say
from app.rules import drawing
from app.rules.builder import builder
from app.rules.changing import PRESSED, changed
from app.rules.reading import rule_of, typed_of
from app.rules.written import written
from journeys.criteria.check import problems
from journeys.criteria.known import known
from journeys.store.putting_in_force.definitions import SEGMENT

EMPTY: dict[str, Any] = {"all": []}


class RuleField(Field):
    """A rule. Reads and draws every control whose name starts with its own; an empty rule is no rule."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the rule from the posted form, or from the data."""
        self.process_errors = []
        rule = data if isinstance(data, dict) else EMPTY
        if formdata and f"{self.name}.shape" in formdata:
            typed = typed_of(formdata.items(multi=True))
            rule = rule_of(typed, g.get("rule_focus"), self.name)
            pressed = formdata.get(PRESSED, "")
            if pressed.partition(":")[2].split(".")[0] == self.name:
                rule = changed(rule, pressed)
        self.rule = rule
        self.data = None if rule == EMPTY else rule
        self.raw_data = ["written"] if self.data else []

    def __call__(self, **attributes: Any) -> Markup:
        """Draw the editor; what is wrong is said once something was sent or saved."""
        with reading() as (session, _act):
            in_force, segments = known(session), written(session, SEGMENT)
        focus = g.get("rule_focus")
        found = problems(self.rule, "rule", in_force, focus) if self.data else []
        root = drawing.root(self.rule, found, focus=focus, place=self.name)
        stands_in = builder(self.rule, self.name, focus=focus or "", tried=bool(self.data))
        # a template of ours, and Jinja escapes what is put into it
        return Markup(  # noqa: S704
            render_template("rules/field.html", root=root, builder=stands_in, **words(segments))
        )


def words(segments: list[tuple[str, str]]) -> dict[str, Any]:
    """What the templates of the editor need besides the nodes."""
    return {
        "units": drawing.UNIT,
        "sides": drawing.SIDE,
        "counts": drawing.COUNT,
        "windows": drawing.WINDOW,
        "combines": drawing.COMBINE,
        "known_segments": segments,
    }


def is_redrawing() -> bool:
    """Whether a button of a rule editor was pressed: the page is drawn again, nothing is saved."""
    return PRESSED in request.form


def rule_control(options: dict[str, Any]) -> RuleField:
    """The control for `app.base.controls.EDITORS`."""
    return RuleField(label=options["label"], description=options["description"], validators=options["validators"])


def record_choices() -> list[tuple[str, str]]:
    """Every kind of record that a segment or a journey can be about."""
    return [("", gettext("The patient as a whole")), *((name, say(label)) for name, label in drawing.record_labels())]
