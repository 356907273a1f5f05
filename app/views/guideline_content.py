"""The content of a guideline's draft as its form holds it, and the form's values as content.

What somebody did not change stays in the draft as it was written, so that form and text are two views of one thing.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask_babel import gettext

from app.base import ShapeForm, form_for, say
from app.base.forms import find_field
from app.rules.field import RuleField
from app.views.definition_content import day, filled, merged, named, number, part, parts, text, texts, written_day
from app.views.definition_controls import ConditionsField
from app.views.drafts import Content
from app.views.guideline_forms import (
    DEFAULT_SEVERITY,
    OF_A_RECORD,
    AnchorForm,
    ExclusionForm,
    GuidelineForm,
    SatisfiedForm,
    StepForm,
    SupplyForm,
    TierForm,
)
from journeys.care.guidelines.content import FORMAT
from journeys.foundation.errors import Problem


def guideline_form(content: Content) -> ShapeForm:
    """The form filled from a draft, or with what was sent."""
    return form_for(GuidelineForm, as_form(content))


def as_form(content: Content) -> GuidelineForm:
    """A draft, right or wrong, as the form shows it. What the form cannot show it leaves out."""
    segment, population = population_of(content.get("population"))
    window, owner, booked, approval = (part(content, key) for key in ("window", "owner", "booked", "approval"))
    return GuidelineForm(
        name=texts(content.get("name")),
        description=texts(content.get("description")),
        segment=segment,
        population=population,
        exclusions=tuple(
            ExclusionForm(texts(each.get("name")), named(each.get("rule"))) for each in parts(content, "exclusions")
        ),
        satisfied_by=tuple(SatisfiedForm(named(each)) for each in parts(content, "satisfied_by")),
        booked_within=named(booked.get("within")),
        booked_where=booked["where"] if isinstance(booked.get("where"), list) else None,
        interval=named(content.get("interval")),
        soon=named(window.get("soon")),
        overdue=named(window.get("overdue")),
        steps=tuple(StepForm(named(each)) for each in parts(content, "steps")),
        make_up=content.get("make_up") is True,
        least=named(content.get("least")),
        anchors=tuple(anchor_of(each) for each in parts(content, "anchors")),
        severity=text(content.get("severity", DEFAULT_SEVERITY)),
        tiers=tuple(tier_of(each) for each in parts(content, "tiers")),
        owner_role=text(owner.get("role")),
        owner_queue=text(owner.get("queue")),
        supplies=tuple(
            SupplyForm(text(each.get("item")), number(each.get("quantity", 1))) for each in parts(content, "supplies")
        ),
        source=text(content.get("source")),
        review_on=day(content.get("review_on")),
        approved_by=text(approval.get("by")),
        approved_on=day(approval.get("on")),
    )


def population_of(rule: Any) -> tuple[str | None, Any]:
    """A population as a segment, or as a rule of its own."""
    if isinstance(rule, dict) and set(rule) == {"segment"} and isinstance(rule["segment"], str):
        return rule["segment"], None
    return None, named(rule)


def anchor_of(written: Content) -> AnchorForm:
    """One start."""
    others = ("field", "pick", "date", "plus", "wins")
    return AnchorForm(
        start=text(written.get("field")) or OF_A_RECORD,
        record={key: value for key, value in written.items() if key not in others} or None,
        date=text(written.get("date")),
        pick="first" if written.get("pick") == "first" else None,
        plus=named(written.get("plus")),
        wins=written.get("wins") is True,
    )


def tier_of(written: Content) -> TierForm:
    """One other risk."""
    return TierForm(
        texts(written.get("name")),
        named(written.get("rule")),
        named(written.get("interval")),
        text(written.get("severity")),
    )


def posted(form: ShapeForm, before: Content) -> Content:
    """The content that the whole page holds, whatever is wrong with it."""
    return merged(before, as_content(form.value()), as_content(as_form(before)), FORMAT)


def as_content(given: GuidelineForm) -> Content:
    """The form's values as a definition says them; what is empty is left out."""
    owner = {"role": given.owner_role.strip(), "queue": given.owner_queue}
    content: Content = {
        "format": FORMAT,
        "name": given.name,
        "description": given.description,
        "population": rule_of_population(given),
        "exclusions": [filled(name=each.name, rule=each.rule) for each in given.exclusions],
        "satisfied_by": [each.rule or {} for each in given.satisfied_by],
        "booked": filled(within=given.booked_within, where=given.booked_where),
        "interval": given.interval,
        "window": filled(soon=given.soon, overdue=given.overdue),
        "steps": [each.after or {} for each in given.steps],
        "make_up": given.make_up,
        "least": given.least,
        "anchors": [start_of(each) for each in given.anchors],
        "severity": given.severity,
        "tiers": [
            filled(name=each.name, rule=each.rule, interval=each.interval, severity=each.severity)
            for each in given.tiers
        ],
        "owner": filled(**owner),
        "supplies": [filled(item=each.item.strip(), quantity=each.quantity) for each in given.supplies],
        "source": given.source.strip(),
        "review_on": written_day(given.review_on),
        "approval": filled(by=given.approved_by.strip(), on=written_day(given.approved_on)),
    }
    return filled(**content)


def rule_of_population(given: GuidelineForm) -> Any:
    """The patients of a segment, those for whom a rule holds, or those for whom both do."""
    if not given.segment:
        return given.population
    of_segment = {"segment": given.segment}
    return of_segment if given.population is None else {"all": [of_segment, given.population]}


def start_of(given: AnchorForm) -> Content:
    """Where counting starts. A record that is described beside a date of the patient stays, and is refused."""
    named = {} if given.start in (None, OF_A_RECORD) else {"field": given.start}
    record = given.record if isinstance(given.record, dict) else {}
    return named | record | filled(date=given.date, pick=given.pick, plus=given.plus, wins=given.wins)


PLACES = {"window": "soon", "owner": "owner_role", "approval": "approved_by"}
INSIDE = {
    "window": {"soon": "soon", "overdue": "overdue"},
    "owner": {"role": "owner_role", "queue": "owner_queue"},
    "approval": {"by": "approved_by", "on": "approved_on"},
    "booked": {"within": "booked_within"},
}
"""Where on the form parts of a content stand whose names are others there."""

ANCHOR = {"field": "start", "plus": "plus", "date": "date", "pick": "pick", "wins": "wins"}


def place_of(where: str, content: Content) -> str:
    """The field of the form that holds a place of the content."""
    first, *inside = where.split(".")
    member = inside[1] if len(inside) > 1 else ""
    if first in ("name", "description"):
        return ".".join([first, *(inside or ["en"])])
    if first == "population":
        return "segment" if population_of(content.get("population"))[0] else "population"
    if first == "booked":
        return INSIDE[first].get(inside[0] if inside else "within", "booked_where")
    if first in INSIDE:
        return INSIDE[first].get(inside[0] if inside else "", PLACES[first])
    if not inside:
        return first
    if first in ("satisfied_by", "steps"):
        return f"{first}.{inside[0]}.{'rule' if first == 'satisfied_by' else 'after'}"
    if first == "anchors":
        return f"{first}.{inside[0]}.{ANCHOR.get(member, 'record' if member else 'start')}"
    if first in ("exclusions", "tiers", "supplies") and member:
        return ".".join([first, inside[0], member, *(inside[2:3] or ["en"] if member == "name" else [])])
    return first


def refuse(form: ShapeForm, content: Content, problems: Iterable[Problem]) -> None:
    """Say each problem at its field. What is wrong inside a rule its editor marks; the summary says it too."""
    for problem in problems:
        place = place_of(problem.where, content)
        field = find_field(form, place)
        if isinstance(field, RuleField | ConditionsField) and field.data is not None:
            form.elsewhere.append(gettext("%(field)s: %(problem)s", field=field.label.text, problem=say(problem)))
        else:
            form.refuse([replace(problem, where=place)])
