"""Drafts of custom fields in words: what changes against what is in force, what would not convert, who uses a field."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.base import say, say_texts
from app.views.field_forms import PLACES, RECORDS, SENSITIVITIES, roles
from journeys.criteria.check import problems
from journeys.criteria.custom.content import JOURNEYS
from journeys.criteria.custom.may import PURPOSES
from journeys.criteria.custom.preview_field_change import FEW, Reason
from journeys.criteria.custom.types import TYPES
from journeys.criteria.custom.types.reference import TARGETS
from journeys.criteria.custom.used_in import Use
from journeys.criteria.fields import RECORDS as RECORDS_OF_RULES
from journeys.criteria.known import Known
from journeys.criteria.sentence import sentence
from journeys.foundation.words import N_

LABELS = {
    "name": N_("Name"),
    "help": N_("Help"),
    "on": N_("About"),
    "type": N_("Type"),
    "unit": N_("Unit"),
    "minimum": N_("At least"),
    "maximum": N_("At most"),
    "most_characters": N_("Longest text, in characters"),
    "pattern": N_("Pattern"),
    "choices": N_("Choices"),
    "of": N_("Names a"),
    "columns": N_("Columns"),
    "default": N_("Value to begin with"),
    "group": N_("Heading"),
    "order": N_("Order"),
    "required": N_("Needed"),
    "sensitivity": N_("Sensitivity"),
    "see": N_("Who may see it"),
    "edit": N_("Who may change it"),
    "visible_when": N_("Asked only when"),
    "on_web_forms": N_("Web forms may ask it"),
    "import_from": N_("Import from"),
}

SCREENS = {"segment": "segments", "journey": "journeys", "template": "templates", "field": "fields"}
KINDS = {
    "segment": N_("Segment"),
    "journey": N_("Journey"),
    "template": N_("Template"),
    "field": N_("Field"),
    "contact-rule": N_("Contact rule"),
    "list": N_("List"),
}
STATES = {
    "draft": ("", "edit", N_("Draft")),
    "in-force": ("good", "check", N_("In force")),
    "running": ("warning", "journey", N_("Patients still walk through it")),
}

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One part of a field: its label, how it would be, how it is now; `is_changed` when these differ."""

    label: str
    after: str
    before: str
    is_changed: bool


def changes_of(content: Content, before: Content | None, in_force: Known) -> list[Line]:
    """Every part that the draft or the version in force has, in the order of the editor."""
    lines = []
    for key, label in LABELS.items():
        after, old = content.get(key), (before or {}).get(key)
        if after is None and old is None:
            continue
        is_changed = before is not None and after != old
        words = in_words(key, after, content, in_force)
        lines.append(Line(say(label), words, in_words(key, old, before or {}, in_force), is_changed))
    return lines


def place_words(where: str) -> str:
    """The part of a field that a problem lies in; for a part of a list, which one."""
    key, _, rest = where.partition(".")
    number = rest.partition(".")[0]
    words = say(LABELS[key]) if key in LABELS else where
    return f"{words} {int(number) + 1}" if number.isdecimal() else words


def in_words(key: str, value: Any, content: Content, in_force: Known) -> str:
    """One part in words; what is not of its shape is shown as it is written."""
    if value is None:
        return ""
    if key == "visible_when":
        return rule_words(value, content, in_force)
    try:
        return WORDS.get(key, str)(value)
    except (KeyError, TypeError, AttributeError, ValueError):
        return json.dumps(value, ensure_ascii=False)


def rule_words(rule: Any, content: Content, in_force: Known) -> str:
    """A sound rule as a sentence."""
    focus = content.get("on") if content.get("on") in RECORDS_OF_RULES else None
    if problems(rule, "visible_when", in_force, focus):
        return json.dumps(rule, ensure_ascii=False)
    return sentence(rule, gettext, focus, in_force, say_texts)


def names_of(texts: Mapping[str, str]) -> str:
    """Texts in every language."""
    return " · ".join(texts.values())


def coded(items: list[Content], key: str) -> str:
    """Choices or columns with their codes."""
    return ", ".join(f"{names_of(item['name'])} ({item[key]})" for item in items)


def who_words(audience: Content) -> str:
    """Roles and purposes."""
    labels = dict(roles())
    who = ", ".join(labels.get(role, role) for role in audience["roles"])
    what_for = ", ".join(say(PURPOSES[purpose]) for purpose in audience["purposes"])
    people = gettext("%(who)s, for: %(purposes)s", who=who, purposes=what_for)
    return gettext("%(people)s; and journeys", people=people) if audience.get(JOURNEYS) else people


WORDS: dict[str, Any] = {
    "name": names_of,
    "help": names_of,
    "group": names_of,
    "on": lambda value: say(RECORDS[value]),
    "type": lambda value: say(TYPES[value].label),
    "sensitivity": lambda value: say(SENSITIVITIES[value]),
    "of": lambda value: say(TARGETS[value]),
    "choices": lambda value: coded(value, "code"),
    "columns": lambda value: coded(value, "slug"),
    "required": lambda value: ", ".join(say(PLACES[place]) for place in value),
    "see": who_words,
    "edit": who_words,
    "on_web_forms": lambda value: gettext("Yes") if value else gettext("No"),
    "import_from": lambda value: str(value["extension"]),
}


def reason_words(reason: Reason) -> dict[str, Any]:
    """Why some values do not fit; what they are is not said, but their codes where they have some."""
    return {"count": count_words(reason.count), "says": plain_reason(reason.says), "codes": ", ".join(reason.codes)}


def count_words(count: int | None) -> str:
    """A rounded count; None is a few, which are not counted out."""
    if count is None:
        return gettext("fewer than %(count)s", count=FEW)
    return gettext("at least %(count)s", count=count)


def plain_reason(says: str) -> str:
    """A reason without the places that the value would fill."""
    words = say(says)
    return words.partition("%(")[0].rstrip(" :;,")


def use_words(use: Use) -> dict[str, Any]:
    """One use as the page shows it."""
    screen = SCREENS.get(use.kind)
    return {
        "kind": say(KINDS[use.kind]) if use.kind in KINDS else use.kind,
        "name": say_texts(use.name) or use.slug,
        "state": STATES[use.state],
        "address": url_for(f"{screen}.edit", slug=use.slug) if screen else None,
    }
