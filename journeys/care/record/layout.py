"""What stands on a patient's page, for whom: the setting `record-layout`.

    format: 1
    name: {en: Patient page}
    courses:                       # values over a time, by short names
      blood-pressure:
        name: {en: Blood pressure}
        lines:
          - {system: "http://loinc.org", code: 8480-6, name: {en: Systolic}, at_most: 140}
    roles:                         # `everyone` is for roles that are not named
      everyone: {cards: [steps, courses, timeline], courses: [blood-pressure], alerts: [], fields: []}

`alerts` are custom fields that are said on top when they say something, `prepares` those that tell what somebody needs
to arrive prepared, `fields` those that are shown (none: every one).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.store.putting_in_force.definitions import SETTING, live_versions

SLUG = "record-layout"
FORMAT = 1
EVERYONE = "everyone"

CARDS = {
    "steps": N_("What is next"),
    "questions": N_("Six questions"),
    "courses": N_("Values over time"),
    "note": N_("Write a note"),
    "timeline": N_("Timeline"),
    "person": N_("Person"),
    "team": N_("Care team"),
    "fields": N_("More about the person"),
    "reach": N_("How to reach"),
    "beside": N_("Caregivers and relatives"),
    "consents": N_("What was agreed"),
}
"""Every card there is, in the order of a page that nobody has arranged."""


@dataclass(frozen=True)
class CourseLine:
    """One code whose values are drawn as a line; what lies outside `at_least` and `at_most` is marked."""

    system: str
    code: str
    name: Texts
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True)
class CourseOf:
    """Lines that are drawn together."""

    slug: str
    name: Texts
    lines: tuple[CourseLine, ...]


@dataclass(frozen=True)
class Layout:
    """What one role sees."""

    cards: tuple[str, ...] = tuple(CARDS)
    courses: tuple[CourseOf, ...] = ()
    alerts: tuple[str, ...] = ()
    prepares: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


def layout_for(session: Session, roles: Collection[str]) -> Layout:
    """The layout in force for somebody with these roles: of the first role that has one, else everyone's."""
    version = live_versions(session, SETTING).get(SLUG)
    return Layout() if version is None else layout_of(version.content, roles)


def layout_of(content: Mapping[str, Any], roles: Collection[str]) -> Layout:
    """The same from a valid content."""
    arranged = content.get("roles", {})
    role = next((each for each in sorted(roles) if each in arranged), EVERYONE)
    chosen = arranged.get(role, {})
    courses = content.get("courses", {})
    return Layout(
        cards=tuple(chosen.get("cards", CARDS)),
        courses=tuple(course_of(slug, courses[slug]) for slug in chosen.get("courses", courses)),
        alerts=tuple(chosen.get("alerts", ())),
        prepares=tuple(chosen.get("prepares", ())),
        fields=tuple(chosen.get("fields", ())),
    )


def course_of(slug: str, content: Mapping[str, Any]) -> CourseOf:
    """One course of a valid content."""
    lines = tuple(
        CourseLine(each["system"], str(each["code"]), each["name"], each.get("at_least"), each.get("at_most"))
        for each in content["lines"]
    )
    return CourseOf(slug, content["name"], lines)
