"""The content of a safety clock's draft as its form holds it, and the form's values as content."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from app.base import ShapeForm, form_for
from app.views.clock_forms import ClockForm, RungForm, SoonerForm
from app.views.definition_content import filled, merged, named, part, parts, text, texts
from app.views.drafts import Content
from journeys.foundation.errors import Problem
from journeys.work.clocks.clock import FORMAT, RISKS


def clock_form(content: Content) -> ShapeForm:
    """The form filled from a draft, or with what was sent."""
    return form_for(ClockForm, as_form(content))


def posted(form: ShapeForm, before: Content) -> Content:
    """The content that the whole page holds, whatever is wrong with it."""
    return merged(before, as_content(form.value()), as_content(as_form(before)), FORMAT)


def as_form(content: Content) -> ClockForm:
    """A draft, right or wrong, as the form shows it. What the form cannot show it leaves out."""
    where = part(content, "where")
    return ClockForm(
        name=texts(content.get("name")),
        description=texts(content.get("description")),
        source=text(content.get("source")),
        watches=watched_of(content),
        priority=words(where.get("priority")),
        severity=words(where.get("severity")),
        limit=named(content.get("limit")),
        hard_limit=named(content.get("hard_limit")),
        sooner=tuple(sooner_of(each) for each in parts(content, "sooner")),
        risk=text(content.get("risk", RISKS[0])),
        next_step=texts(content.get("next_step")),
        queue=text(content.get("queue")),
        escalation=tuple(rung_of(each) for each in parts(content, "escalation")),
    )


def watched_of(content: Content) -> str | None:
    """Entity and state as one choice."""
    entity, state = text(content.get("entity")), text(content.get("state"))
    return f"{entity}/{state}" if entity or state else None


def sooner_of(written: Content) -> SoonerForm:
    """Shorter limits for some."""
    limits = named(written.get("limit")), named(written.get("hard_limit"))
    return SoonerForm(words(written.get("priority")), words(written.get("severity")), *limits)


def rung_of(written: Content) -> RungForm:
    """One rung."""
    return RungForm(named(written.get("after")), text(written.get("priority")), text(written.get("queue")))


def words(given: Any) -> tuple[str, ...]:
    """A list of words."""
    return tuple(each for each in given if isinstance(each, str)) if isinstance(given, list) else ()


def as_content(given: ClockForm) -> Content:
    """The form's values as a definition says them; what is empty is left out."""
    entity, _, state = (given.watches or "").partition("/")
    return filled(
        format=FORMAT,
        name=given.name,
        description=given.description,
        source=given.source.strip(),
        entity=entity,
        state=state,
        where=filled(priority=list(given.priority), severity=list(given.severity)),
        limit=given.limit,
        hard_limit=given.hard_limit,
        sooner=[
            filled(
                priority=list(each.priority),
                severity=list(each.severity),
                limit=each.limit,
                hard_limit=each.hard_limit,
            )
            for each in given.sooner
        ],
        risk=given.risk,
        next_step=given.next_step,
        queue=given.queue,
        escalation=[filled(after=each.after, priority=each.priority, queue=each.queue) for each in given.escalation],
    )


WHERE = {"entity": "watches", "state": "watches"}
TEXTS = ("name", "description", "next_step")


def place_of(where: str) -> str:
    """The field of the form that holds a place of the content."""
    first, *inside = where.split(".")
    if first in TEXTS:
        return ".".join([first, *(inside or ["en"])])
    if first == "where":
        return inside[0] if inside[:1] == ["severity"] else "priority"
    if first in ("sooner", "escalation") and inside:
        member = inside[1] if len(inside) > 1 else {"sooner": "priority", "escalation": "after"}[first]
        return f"{first}.{inside[0]}.{member}"
    return WHERE.get(first, first)


def refuse(form: ShapeForm, problems: Iterable[Problem]) -> None:
    """Say each problem at its field."""
    form.refuse(replace(problem, where=place_of(problem.where)) for problem in problems)
