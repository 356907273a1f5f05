"""The content of a segment's draft as its form holds it."""

from dataclasses import dataclass, field
from typing import Any

from flask import request

from app.base import ShapeForm, form_for
from app.rules import changing
from app.rules.field import record_choices
from app.rules.reading import rule_of, typed_of, where_of
from app.views.drafts import Content
from journeys.criteria.publish_segment import BOUNDS
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_


@dataclass(frozen=True)
class Expected:
    """The bounds that somebody approved."""

    at_least: int | None = field(default=None, metadata={"label": N_("At least")})
    at_most: int | None = field(default=None, metadata={"label": N_("At most")})


@dataclass(frozen=True)
class Named:
    """What a segment is called."""

    name: dict[str, str] = field(default_factory=dict, metadata={"label": N_("Name")})
    description: dict[str, str] = field(default_factory=dict, metadata={"label": N_("What it is for"), "rows": 2})
    focus: str = field(
        default="",
        metadata={
            "label": N_("About"),
            "help": N_("A journey can be about each matching record of a patient, for example about each appointment."),
            "choices": record_choices,
            "attributes": {"data-redraws": ""},
        },
    )
    expected: Expected = field(
        default_factory=Expected,
        metadata={
            "label": N_("Approved number of patients"),
            "help": N_("Publishing stops when more or fewer patients are in it. Empty means no bound."),
        },
    )


def form_of(content: Content) -> ShapeForm:
    """The form filled from a draft, or with what was sent."""
    expected = content.get("expected") or {}
    bounds = Expected(*(expected.get(bound) for bound in BOUNDS))
    description = content.get("description") or {}
    return form_for(Named, Named(content.get("name", {}), description, focus_kind(content), bounds))


def posted(form: ShapeForm) -> Content:
    """The content that the whole page holds, whatever is wrong with it."""
    typed = typed_of(request.form.items(multi=True))
    given = form.value()
    content: dict[str, Any] = {"format": 1, "name": given.name}
    if given.description:
        content["description"] = given.description
    content["rule"] = rule_of(typed)
    bounds = {bound: getattr(given.expected, bound) for bound in BOUNDS}
    if any(number is not None for number in bounds.values()):
        content["expected"] = {bound: number for bound, number in bounds.items() if number is not None}
    if given.focus:
        content["focus"] = {"kind": given.focus}
        if "focus.shape" in typed and request.form.get("focus.kind-before") == given.focus:
            where = where_of(typed, given.focus, "focus")
            content["focus"] |= {"where": where} if where else {}
    return content


def changed(content: Content, pressed: str) -> Content:
    """The content after a button of one of the two editors."""
    _, _, place = pressed.partition(":")
    if place.startswith("focus") and "focus" in content:
        whole = changing.changed({"all": content["focus"].get("where", [])}, pressed)
        return content | {"focus": content["focus"] | {"where": whole["all"]}}
    return content | {"rule": changing.changed(content["rule"], pressed)}


def focus_kind(content: Content) -> str:
    """The kind of record a segment is about, empty for none."""
    return (content.get("focus") or {}).get("kind", "")


def in_rule(problem: Problem) -> bool:
    """Whether the rule editor shows a problem, and not the form."""
    return problem.where.startswith(("rule", "focus"))


def is_new(content: Content) -> bool:
    """Whether nobody has written a condition yet."""
    return content.get("rule") == {"all": []}
