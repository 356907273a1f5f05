"""Drafts of custom fields as forms, and forms as drafts; each problem at the control that holds what is wrong."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from app.base import ShapeForm, form_class
from app.views.field_forms import (
    PARTS,
    Choice,
    Column,
    FieldForm,
    ManyChoices,
    OneChoice,
    Table,
    Who,
    YesNo,
)
from journeys.criteria.custom.content import JOURNEYS
from journeys.foundation.errors import Problem

Content = dict[str, Any]

ONLY_NUMBERS, ONLY_CHOICES = ("number",), ("choice", "many-choices")


def about_form(content: Content) -> ShapeForm:
    """The form of what every field has, filled from its draft."""
    shown = {
        **content,
        "see": who(content.get("see")),
        "edit": {**who(content.get("edit")), JOURNEYS: (content.get("edit") or {}).get(JOURNEYS) is True},
        "on_web_forms": content.get("on_web_forms") is True,
        "import_from": (content.get("import_from") or {}).get("extension", ""),
    }
    return filled(FieldForm, shown)


def parts_form(kind: str, content: Content) -> ShapeForm:
    """The form of what the type alone has, filled from the draft when it is a draft of this type."""
    shown = dict(content) if content.get("type") == kind else {}
    if kind == "yes-no" and "default" in shown:
        shown["default"] = "yes" if shown["default"] else "no"
    return filled(PARTS[kind], shown, prefix=prefix_of(kind))


def prefix_of(kind: str) -> str:
    """The beginning of the names of a type's controls."""
    return f"{kind}-of-"


def filled(shape: type, content: Mapping[str, Any], prefix: str = "") -> ShapeForm:
    """A form for a dataclass, filled from what of the content it knows."""
    known = {name: content[name] for name in shape.__dataclass_fields__ if content.get(name) is not None}
    form: ShapeForm = form_class(shape)(data=known, prefix=prefix)
    form.elsewhere = []
    return form


def who(given: Any) -> dict[str, Any]:
    """Roles and purposes, whatever of them is written."""
    return {key: (given or {}).get(key, ()) for key in ("roles", "purposes")}


def kept_aside(kind: str, posted: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What was typed for other types than the chosen one: it goes along, so that changing one's mind loses nothing."""
    others = tuple(prefix_of(each) for each in PARTS if each != kind)
    return [(name, value) for name, value in posted if name.startswith(others)]


def as_content(about: FieldForm, parts: Any, before: Content) -> Content:
    """Both forms as a draft; what is empty is left out, what a column had beyond the form is kept."""
    given: Content = {
        "format": 1,
        "name": about.name,
        "help": about.help,
        "on": about.on,
        "type": about.type,
        "group": about.group,
        "order": about.order,
        "required": list(about.required),
        "sensitivity": about.sensitivity,
        "see": audience(about.see),
        "edit": {**audience(about.edit), **({JOURNEYS: True} if about.edit.journeys else {})},
        "visible_when": about.visible_when,
        "on_web_forms": about.on_web_forms or None,
        "import_from": {"extension": about.import_from} if about.import_from else None,
        **(as_parts(parts, before) if type(parts) is PARTS[about.type] else {}),
    }
    return {key: value for key, value in given.items() if value not in (None, "", {}, [])}


def audience(given: Who) -> dict[str, list[str]]:
    """Roles and purposes as the draft holds them, empty or not: what is missing is said."""
    return {"roles": list(given.roles), "purposes": list(given.purposes)}


def as_parts(parts: Any, before: Content) -> Content:
    """What the type alone has, as a draft holds it."""
    given = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(parts).items()}
    for key, value in given.items():
        if isinstance(value, Decimal | float):
            given[key] = plain_number(value)
    if isinstance(parts, YesNo):
        given["default"] = {"yes": True, "no": False}.get(parts.default)
    if isinstance(parts, OneChoice | ManyChoices):
        given["choices"] = list(map(as_choice, parts.choices))
    if isinstance(parts, Table):
        known = {each.get("slug"): each for each in before.get("columns") or [] if isinstance(each, dict)}
        given["columns"] = [as_column(each, known.get(each.slug) or {}) for each in parts.columns]
    return given


def as_choice(choice: Choice) -> Content:
    """One choice."""
    return {"code": choice.code, "name": choice.name}


def as_column(column: Column, before: Content) -> Content:
    """One column, with what it had beyond the form while its type stays."""
    kept = before if before.get("type") == column.type else {}
    given: Content = {**kept, "slug": column.slug, "name": column.name, "type": column.type}
    given.pop("unit", None)
    if column.type in ONLY_NUMBERS and column.unit:
        given["unit"] = column.unit
    if column.type in ONLY_CHOICES:
        given["choices"] = list(map(as_choice, column.choices))
    return given


def plain_number(number: Decimal | float) -> int | float:
    """A number without a needless point."""
    return int(number) if number == int(number) else float(number)


def sorted_out(problems: Iterable[Problem], kind: str) -> tuple[list[Problem], list[Problem]]:
    """Problems of the first form and of the type's part, each at a place that its form has."""
    about: list[Problem] = []
    parts: list[Problem] = []
    for problem in problems:
        first = problem.where.partition(".")[0]
        if first in PARTS[kind].__dataclass_fields__:
            parts.append(problem)
        elif first != "visible_when":
            # the editor of the rule says what is wrong in it
            about.append(moved(problem))
    return about, parts


def moved(problem: Problem) -> Problem:
    """A problem at the control that holds it: `see.roles.0` is one of the ticks of `see.roles`."""
    places = problem.where.split(".")
    where = {"import_from": "import_from", "required": "required"}.get(places[0], ".".join(places[:2]))
    return Problem(where, problem.says, problem.data, problem.severity)


def faults_in_rule(problems: Iterable[Problem]) -> Iterator[str]:
    """That the rule is wrong, for the summary at the top of the page."""
    if any(problem.where.startswith("visible_when") for problem in problems):
        yield gettext("The condition under which it is asked is not complete.")
