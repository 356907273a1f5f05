"""Finds everything that is wrong with a field's content, each with its place. Never raises, whatever it is given."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from journeys.criteria.check import problems as rule_problems
from journeys.criteria.check import unknown_keys
from journeys.criteria.custom.content import FORMAT, JOURNEYS, PLACES, SENSITIVITIES, CustomField
from journeys.criteria.custom.facts import name_in_rules
from journeys.criteria.custom.may import PURPOSES
from journeys.criteria.custom.naming import names_in
from journeys.criteria.custom.types import TYPES
from journeys.criteria.custom.types.base import is_whole, name_problems
from journeys.criteria.custom.values import TABLE, value_problems
from journeys.criteria.fields import RECORDS
from journeys.criteria.known import Known
from journeys.criteria.publish_segment import text_problems
from journeys.foundation.errors import Problem
from journeys.foundation.ids import is_slug
from journeys.foundation.words import N_
from journeys.store.custom_values import RECORD_KINDS

KEYS = (
    "format",
    "name",
    "help",
    "on",
    "type",
    "group",
    "order",
    "required",
    "sensitivity",
    "see",
    "edit",
    "default",
    "visible_when",
    "import_from",
    "on_web_forms",
)
COLUMN_KEYS = ("slug", "name", "type")
MOST_ORDER = 100_000
IMPORTED = ("patient", "appointment")
"""What the import reads extensions of."""

ORDINARY = "ordinary"
RESTRICTED = "restricted"
WITHOUT_DEFAULT = (TABLE, "reference")


def field_problems(content: Any, slug: str, known: Known, roles: Collection[str] | None = None) -> list[Problem]:
    """All problems of a field's content, in reading order.

    `known` is what its rule may name; `roles` are the portal's roles, None where they cannot be asked.
    """
    if not isinstance(content, dict):
        return [Problem("", N_("Write named values"))]
    kind = TYPES.get(content.get("type", "")) if isinstance(content.get("type"), str) else None
    found = list(unknown_keys(content, "", [*KEYS, *(kind.keys if kind else all_type_keys())]))
    found.extend(of_the_whole(content))
    if kind is None:
        choices = {"choices": ", ".join(TYPES)}
        found.append(Problem("type", N_("Choose one of: %(choices)s"), choices))
    else:
        of_type = [*kind.definition_problems(content, ""), *column_problems(content)]
        found.extend(of_type)
        if not of_type:
            found.extend(default_problems(content, slug))
    for key in ("see", "edit"):
        found.extend(audience_problems(content.get(key), key, roles))
    found.extend(edit_problems(content))
    found.extend(journeys_problems(content))
    found.extend(visible_when_problems(content, slug, known))
    found.extend(import_problems(content))
    found.extend(web_form_problems(content))
    return found


def all_type_keys() -> list[str]:
    """Every key of every type: what is not held against a field without a type."""
    return sorted({key for kind in TYPES.values() for key in kind.keys})


def of_the_whole(content: Mapping[str, Any]) -> Iterator[Problem]:
    """Problems of what every field has."""
    if content.get("format") != FORMAT:
        yield Problem("format", N_("The format must be %(format)s"), {"format": FORMAT})
    yield from name_problems(content.get("name"), "name")
    for key in ("help", "group"):
        yield from text_problems(content.get(key), key, is_needed=False)
    if content.get("on") not in RECORD_KINDS:
        yield Problem("on", N_("Choose one of: %(choices)s"), {"choices": ", ".join(RECORD_KINDS)})
    order = content.get("order")
    if order is not None and not is_whole(order, 0, MOST_ORDER):
        data = {"least": 0, "most": MOST_ORDER}
        yield Problem("order", N_("Write a whole number between %(least)s and %(most)s"), data)
    required = content.get("required", [])
    if not isinstance(required, list) or not all(place in PLACES for place in required):
        yield Problem("required", N_("Choose some of: %(choices)s"), {"choices": ", ".join(PLACES)})
    if content.get("sensitivity") not in SENSITIVITIES:
        yield Problem("sensitivity", N_("Choose one of: %(choices)s"), {"choices": ", ".join(SENSITIVITIES)})


def column_problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    """Problems of the columns of a table."""
    if content.get("type") != TABLE or not isinstance(content.get("columns"), list):
        return
    possible = [name for name, kind in TYPES.items() if kind.can_be_in_table]
    seen: set[str] = set()
    for place, column in enumerate(content["columns"]):
        where = f"columns.{place}"
        if not isinstance(column, dict):
            yield Problem(where, N_("Write named values"))
            continue
        slug = column.get("slug")
        if not isinstance(slug, str) or not is_slug(slug):
            says = N_("Use lower-case letters, digits and hyphens, for example recall-due")
            yield Problem(f"{where}.slug", says)
        elif slug in seen:
            yield Problem(f"{where}.slug", N_("%(code)s stands here twice"), {"code": slug})
        else:
            seen.add(slug)
        yield from name_problems(column.get("name"), f"{where}.name")
        if column.get("type") not in possible:
            yield Problem(f"{where}.type", N_("Choose one of: %(choices)s"), {"choices": ", ".join(possible)})
        else:
            kind = TYPES[column["type"]]
            yield from unknown_keys(column, where, [*COLUMN_KEYS, *kind.keys])
            yield from kind.definition_problems(column, f"{where}.")


def default_problems(content: Mapping[str, Any], slug: str) -> Iterator[Problem]:
    """A default is a value that could be given."""
    if content.get("default") is None:
        return
    if content["type"] in WITHOUT_DEFAULT:
        yield Problem("default", N_("This type of field has no default"))
    else:
        yield from value_problems(CustomField(slug, content), content["default"], "default")


def audience_problems(audience: Any, where: str, roles: Collection[str] | None) -> Iterator[Problem]:
    """Who may see or edit: at least one role and one purpose, because nobody else may."""
    if not isinstance(audience, dict):
        yield Problem(where, N_("Say which roles may do this, and for which purposes"))
        return
    yield from unknown_keys(audience, where, ["roles", "purposes", *([JOURNEYS] if where == "edit" else [])])
    for key, possible in (("roles", roles), ("purposes", PURPOSES)):
        named = audience.get(key)
        if not isinstance(named, list) or not named or not all(isinstance(each, str) and each for each in named):
            yield Problem(f"{where}.{key}", N_("Choose at least one"))
        elif possible is not None:
            for place, name in enumerate(named):
                if name not in possible:
                    data = {"value": name, "choices": ", ".join(possible)}
                    says = N_("%(value)s is not possible here; possible are: %(choices)s")
                    yield Problem(f"{where}.{key}.{place}", says, data)


def edit_problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    """Who edits has to see: a form that shows nothing would overwrite what it does not show."""
    see, edit = content.get("see"), content.get("edit")
    if not isinstance(see, dict) or not isinstance(edit, dict):
        return
    for key in ("roles", "purposes"):
        seeing, editing = see.get(key), edit.get(key)
        if isinstance(seeing, list) and isinstance(editing, list):
            blind = [each for each in editing if each not in seeing]
            if blind:
                data = {"names": ", ".join(map(str, blind))}
                yield Problem(f"edit.{key}", N_("Who may edit has to see as well: %(names)s"), data)


def journeys_problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    """Whether journeys may change it: yes or no; never what is restricted, because where somebody stands tells it."""
    edit = content.get("edit")
    given = edit.get(JOURNEYS, False) if isinstance(edit, dict) else False
    if not isinstance(given, bool):
        yield Problem(f"edit.{JOURNEYS}", N_("Choose yes or no"))
    elif given and content.get("sensitivity") == RESTRICTED:
        says = N_("A restricted field is closed to journeys: where a patient stands would tell its value")
        yield Problem(f"edit.{JOURNEYS}", says)


def visible_when_problems(content: Mapping[str, Any], slug: str, known: Known) -> Iterator[Problem]:
    """A valid rule on the patient or the record; not on the field itself, which could never be filled in then."""
    rule = content.get("visible_when")
    if rule is None:
        return
    on = content.get("on")
    focus = name_in_rules(on) if isinstance(on, str) and name_in_rules(on) in RECORDS else None
    found = rule_problems(rule, "visible_when", known, focus)
    yield from found
    if not found:
        for place, named in names_in(rule, "visible_when"):
            if named == slug:
                yield Problem(place, N_("Whether a field is asked cannot depend on the field itself"))


def import_problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    """Where the import finds values: the URL of a FHIR extension."""
    source = content.get("import_from")
    if source is None:
        return
    if content.get("on") not in IMPORTED or content.get("type") in WITHOUT_DEFAULT:
        yield Problem("import_from", N_("Only plain values of patients and appointments can be imported"))
    url = source.get("extension") if isinstance(source, dict) else None
    if not isinstance(source, dict) or set(source) != {"extension"} or not is_address(url):
        yield Problem("import_from.extension", N_("Write the address of a FHIR extension, beginning with http or urn"))


def web_form_problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    """Strangers are asked what is ordinary, of patients, and fits into one control."""
    asked = content.get("on_web_forms")
    if asked is None or asked is False:
        return
    is_plain = content.get("type") not in WITHOUT_DEFAULT and content.get("sensitivity") == ORDINARY
    if asked is not True or not is_plain or content.get("on") != "patient":
        yield Problem("on_web_forms", N_("Web forms may ask only ordinary fields of patients, no tables or references"))


def is_address(url: Any) -> bool:
    """Whether something looks like the address of an extension."""
    return isinstance(url, str) and url.startswith(("http://", "https://", "urn:")) and len(url) <= 500
