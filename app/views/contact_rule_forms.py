"""Contact rules as forms, and forms as contact rules: the parameters that a rule's file names, and what it is about."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_type_hints

from sqlalchemy import select

from app.base import asking, say, say_texts
from app.base.controls import SOURCES
from app.views.template_forms import LEVELS, PURPOSES
from journeys.contact.deciding import parameters as kinds
from journeys.contact.deciding.rule_set import as_json, fits, parameters_of
from journeys.contact.media import MEDIA
from journeys.contact.rule_drafts.rule_records import DATES
from journeys.contact.rules import RULES
from journeys.contact.rules.base import NoParameters, Rule
from journeys.foundation.words import N_
from journeys.store.organisation import ServiceLine
from journeys.store.putting_in_force.definitions import SEGMENT, live_versions

Content = dict[str, Any]
Choices = list[tuple[Any, str]]

WEEKDAYS = (
    (1, N_("Monday")),
    (2, N_("Tuesday")),
    (3, N_("Wednesday")),
    (4, N_("Thursday")),
    (5, N_("Friday")),
    (6, N_("Saturday")),
    (7, N_("Sunday")),
)
WAYS = (
    ("form", N_("On a form")),
    ("link", N_("By the link in a message")),
    ("letter", N_("By letter")),
    ("in-person", N_("In person")),
    ("phone", N_("On the phone")),
)
SCOPE = ("segments", "service_lines", "media", "purposes", "jurisdictions")
TEXTS = ("citation", "note")
APPROVAL = ("approved_by", "approved_on")
"""Who approved a record that came with a pack; what is changed afterwards was approved by nobody."""

OF_THE_FORM = ("effective_from", "effective_to", "source_date")


def purposes() -> Choices:
    """Why messages are sent."""
    return [(key, say(words)) for key, words in PURPOSES.items()]


def media() -> Choices:
    """What messages are spoken in."""
    return [(name, say(medium.many)) for name, medium in MEDIA.items()]


def segments() -> Choices:
    """The segments in force."""
    versions = live_versions(asking(), SEGMENT)
    named = [(slug, say_texts(version.content.get("name", {})) or slug) for slug, version in versions.items()]
    return sorted(named, key=lambda pair: pair[1])


def service_lines() -> Choices:
    """The clinic's service lines."""
    lines = asking().scalars(select(ServiceLine).order_by(ServiceLine.slug))
    return [(line.slug, say_texts(line.name) or line.slug) for line in lines]


def authored() -> Choices:
    """The rules about which there is something to say, in the order of the decision."""
    return [(name, say(rule.label)) for name, rule in RULES.items() if has_something_to_say(rule)]


def has_something_to_say(rule: Rule) -> bool:
    """Whether a rule has parameters, or binds only where a record says so."""
    return rule.by_record or rule.Parameters is not NoParameters


SOURCES[kinds.OF_PURPOSES] = purposes
SOURCES[kinds.OF_MEDIA] = media
SOURCES[kinds.OF_LEVELS] = lambda: [(level, say(words)) for level, words in LEVELS]
SOURCES[kinds.OF_WEEKDAYS] = lambda: [(day, say(words)) for day, words in WEEKDAYS]
SOURCES[kinds.OF_WAYS] = lambda: [(way, say(words)) for way, words in WAYS]
SOURCES["rule-segments"] = segments
SOURCES["service-lines"] = service_lines
SOURCES["contact-rules"] = authored


@dataclass(frozen=True)
class NewRule:
    """What a new contact rule needs first."""

    rule: str = field(metadata={"label": N_("Rule"), "source": "contact-rules"})
    name: dict[str, str] = field(metadata={"label": N_("Name")})
    slug: str = field(
        metadata={
            "label": N_("Short name"),
            "help": N_("For rules, files and addresses: small letters, digits and hyphens. It never changes."),
            "attributes": {"data-follows": "name-"},
        }
    )


@dataclass(frozen=True)
class About:
    """What a record is about, since when, and who says so."""

    segments: tuple[str, ...] = field(
        default=(), metadata={"label": N_("Patients in any of"), "source": "rule-segments", "group": N_("Only for")}
    )
    service_lines: tuple[str, ...] = field(
        default=(), metadata={"label": N_("About visits of"), "source": "service-lines"}
    )
    media: tuple[str, ...] = field(default=(), metadata={"label": N_("On"), "source": kinds.OF_MEDIA})
    purposes: tuple[str, ...] = field(default=(), metadata={"label": N_("Written for"), "source": kinds.OF_PURPOSES})
    jurisdictions: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Patients who live in"),
            "help": N_("One a line: a country (US), a state (US-FL) or EU. Nothing means everywhere."),
        },
    )
    effective_from: dt.date | None = field(
        default=None, metadata={"label": N_("From"), "group": N_("When and by whom")}
    )
    effective_to: dt.date | None = field(
        default=None, metadata={"label": N_("Until before"), "help": N_("The first day on which it no longer binds.")}
    )
    citation: str = field(
        default="",
        metadata={
            "label": N_("Where it is written"),
            "help": N_("A law, a contract or a decision of the clinic. Needed where the rule is only for some."),
        },
    )
    source_date: dt.date | None = field(default=None, metadata={"label": N_("As of")})
    note: str = field(default="", metadata={"label": N_("Remarks"), "rows": 2})


@cache
def shape_of(name: str) -> type:
    """The form of one rule: what it is called, its own parameters, what it is about."""
    parameters = RULES[name].Parameters
    named = ("name", dict[str, str], field(metadata={"label": N_("Name")}))
    asks = ("parameters", parameters, field(default=parameters(), metadata={"label": N_("What it says"), "group": ""}))
    about = [(each.name, get_type_hints(About)[each.name], copied(each)) for each in dataclasses.fields(About)]
    parts = [named, *([] if parameters is NoParameters else [asks]), *about]
    return dataclasses.make_dataclass(f"Rule_{name}", parts, frozen=True)


def copied(each: Any) -> Any:
    """A field for another dataclass: one that belongs to a class already cannot be given away."""
    return field(default=each.default, metadata=each.metadata)


def as_form(content: Content) -> Any:
    """The content as its form shows it; a parameter that cannot be read shows its default."""
    rule = RULES[content["rule"]]
    values: dict[str, Any] = {"name": content.get("name", {})}
    if rule.Parameters is not NoParameters:
        values["parameters"] = readable_parameters(rule, content)
    for key in SCOPE:
        given = content.get(key, [])
        values[key] = tuple(map(str, given)) if isinstance(given, list) else ()
    values |= {key: day_of(content.get(key)) for key in OF_THE_FORM}
    values |= {key: str(content.get(key) or "") for key in TEXTS}
    return shape_of(rule.name)(**values)


def readable_parameters(rule: Rule, content: Mapping[str, Any]) -> Any:
    """The parameters, those that are written as they should be."""
    hints = get_type_hints(rule.Parameters)
    given = content.get("parameters")
    written = given if isinstance(given, Mapping) else {}
    sound = {key: value for key, value in written.items() if key in hints and fits(value, hints[key])}
    return parameters_of(rule, {"parameters": sound})


def as_content(given: Any, before: Content) -> Content:
    """The form as content; what the form does not show is kept, what is empty is left out."""
    changed: Content = {**before, "name": given.name}
    if hasattr(given, "parameters"):
        written = as_json(given.parameters)
        changed["parameters"] = {key: list(each) if isinstance(each, tuple) else each for key, each in written.items()}
    changed |= {key: list(getattr(given, key)) for key in SCOPE}
    changed |= {key: (getattr(given, key) or None) and getattr(given, key).isoformat() for key in OF_THE_FORM}
    changed |= {key: getattr(given, key).strip() for key in TEXTS}
    changed = {key: value for key, value in changed.items() if value or key not in (*SCOPE, *DATES, *TEXTS)}
    return changed if changed == before else {key: changed[key] for key in changed if key not in APPROVAL}


def day_of(value: Any) -> dt.date | None:
    """A day as JSON writes it; None where it is none."""
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def in_words(content: Mapping[str, Any]) -> dict[str, str]:
    """A contact rule as people read it: what each thing is called, and what is said of it."""
    rule = RULES.get(str(content.get("rule")))
    found = {say(N_("Name")): say_texts(content.get("name", {})), say(N_("Rule")): rule_words(content)}
    parameters = dataclasses.fields(rule.Parameters) if rule else ()
    written = content.get("parameters")
    for each in parameters:
        value = written.get(each.name) if isinstance(written, Mapping) else None
        source = each.metadata.get("source", "")
        found[say(each.metadata["label"])] = value_words(as_default(each) if value is None else value, source)
    for each in dataclasses.fields(About):
        if content.get(each.name):
            found[say(each.metadata["label"])] = value_words(content[each.name], each.metadata.get("source", ""))
    return found


def as_default(each: Any) -> Any:
    """What holds where nothing is said, as JSON writes it."""
    return each.default.strftime("%H:%M") if isinstance(each.default, dt.time) else each.default


def rule_words(content: Mapping[str, Any]) -> str:
    """What the rule is called."""
    rule = RULES.get(str(content.get("rule")))
    return say(rule.label) if rule else str(content.get("rule", ""))


def value_words(value: Any, source: str) -> str:
    """One value, or several, in the words of their choices."""
    if isinstance(value, bool):
        return say(N_("Yes")) if value else say(N_("No"))
    known: dict[Any, str] = dict(SOURCES[source]()) if source in SOURCES else {}
    several: Iterable[Any] = value if isinstance(value, list | tuple) else [value]
    return ", ".join(str(known.get(each, each)) for each in several)


def scope_words(content: Mapping[str, Any]) -> str:
    """Whom and what it is about; everybody where nothing is said."""
    said = [
        value_words(content[each.name], each.metadata.get("source", ""))
        for each in dataclasses.fields(About)
        if each.name in SCOPE and content.get(each.name)
    ]
    return " · ".join(said) or say(N_("Everybody"))
