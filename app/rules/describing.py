"""Describes to the builder what rules can say: facts, records, comparisons and their words, in the reader's language.

The builder (`app/islands/src/rules/schema.ts`) holds no list of its own: what a new file of `journeys.criteria` adds,
and what the clinic defined as data, is in the next answer.
"""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.base import say, say_texts
from app.base.builder_words import BUILDER_WORDS
from app.rules.written import written
from journeys.criteria.custom.facts import CUSTOM
from journeys.criteria.fields import RECORDS
from journeys.criteria.fields.base import Field, Record
from journeys.criteria.kinds import UNIT, Facet
from journeys.criteria.known import Known
from journeys.criteria.linked import LINKS
from journeys.criteria.operators import OPERATORS
from journeys.criteria.shapes import MOST_DEPTH, MOST_NODES, MOST_VALUES
from journeys.foundation.words import N_
from journeys.store.putting_in_force.definitions import SEGMENT

Described = dict[str, Any]

MOST_BYTES = 400 * 1024
"""A rule with every list full is smaller; a form with a larger one would be turned away unread."""

PLACE = re.compile(r"%\(\w+\)s")
GAP = "…"
"""Stands for a parameter in the label of a fact: it is chosen beside the label."""

PATIENT, IN_FOCUS, OWN = N_("The patient"), N_("The record in focus"), N_("Fields of your clinic")

USUAL_UNITS = (
    "mm[Hg]",
    "%",
    "mmol/mol",
    "mg/dL",
    "mmol/L",
    "kg",
    "kg/m2",
    "cm",
    "/min",
    "Cel",
    "g/dL",
    "mL/min/{1.73_m2}",
)
"""UCUM codes that are offered beside a number; any other can be typed."""

PARAMETERS = {
    "date": N_("date"),
    "purpose": N_("purpose"),
    "channel": N_("channel"),
    "system": N_("kind of address"),
    "attribute": N_("attribute"),
}


def schema(session: Session, in_force: Known, focus: str) -> Described:
    """Everything that the builder offers; `focus` is the kind of record that the rule is about, empty for none."""
    record = RECORDS.get(focus)
    facts = [fact(name, field, in_force, record) for name, field in in_force.facts().items()]
    return {
        "facts": sorted(facts, key=lambda each: each["rank"]),
        "records": [record_kind(each, in_force) for each in RECORDS.values()],
        "operators": [
            {"name": each.name, "label": say(each.label), "takes": dict(each.takes)} for each in OPERATORS.values()
        ],
        "segments": segments(session),
        "value_sets": [choice(slug, say_texts(each.name) or slug) for slug, each in in_force.value_sets.items()],
        "links": [choice(name, say(label)) for name, label in LINKS.items()],
        "limits": {"depth": MOST_DEPTH, "nodes": MOST_NODES, "values": MOST_VALUES, "bytes": MOST_BYTES},
        "words": {word: gettext(word) for word in BUILDER_WORDS},
    }


def fact(name: str, field: Field, in_force: Known, focus: Record | None) -> Described:
    """A fact of the patient. `facets` says what it is for each value of a parameter that makes a difference."""
    is_focus = name == "focus"
    group = OWN if name.startswith(CUSTOM) else IN_FOCUS if is_focus else PATIENT
    attributes = in_force.attributes(focus) if is_focus and focus else {}
    return {
        "name": name,
        "label": label_of(field.facet({}, focus)),
        "group": gettext(group),
        "rank": (PATIENT, OWN, IN_FOCUS).index(group),
        "parameters": [parameter(each, words, attributes) for each, words in field.parameters.items()],
        "facets": {each: facet(attribute.facet()) for each, attribute in attributes.items()},
        **facet(field.facet({}, focus)),
    }


def parameter(name: str, words: Mapping[str, str], attributes: Mapping[str, Any]) -> Described:
    """What `of` says: one name with its possible values; none where any text is possible."""
    choices = [choice(value, say(each)) for value, each in words.items()]
    choices += [choice(value, label_of(each.facet())) for value, each in attributes.items()]
    return {"name": name, "label": say(PARAMETERS.get(name, name)), "choices": choices}


def record_kind(record: Record, in_force: Known) -> Described:
    """Something that happens, with what can be asked of it."""
    attributes = in_force.attributes(record)
    return {
        "name": record.name,
        "label": say(record.label),
        "when": record.when,
        "refusable": type(record).refused is not Record.refused,
        "attributes": [
            {"name": name, "label": label_of(each.facet()), **facet(each.facet())} for name, each in attributes.items()
        ],
    }


def facet(known: Facet) -> Described:
    """The kind and the values of a fact; `without` are comparisons of its kind that it cannot be asked with."""
    units = USUAL_UNITS if known.beside == UNIT else (known.unit,) if known.unit else ()
    return {
        "kind": known.kind,
        "choices": [choice(value, named(known, value)) for value in known.choices],
        "example": known.example,
        "units": [choice(unit, unit) for unit in units],
        "without": [each.name for each in OPERATORS.values() if known.kind in each.takes and not each.fits(known)],
    }


def label_of(known: Facet) -> str:
    """What a fact is called: by the clinic's own words where there are some."""
    return say_texts(known.texts) or PLACE.sub(GAP, say(known.label))


def named(known: Facet, value: str) -> str:
    """One closed value in words."""
    return say_texts(known.names.get(value)) or say(known.choices[value])


def segments(session: Session) -> list[Described]:
    """The segments, by name; those that are only drafts say so."""
    return [choice(*each) for each in written(session, SEGMENT)]


def choice(value: str, label: str) -> Described:
    """One value with what people read for it."""
    return {"value": value, "label": label}
