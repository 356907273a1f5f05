"""All that a journey was judged by when its approval was asked for; whatever of it changes, it is asked for anew.

Bound is what changes the evidence, or what patients get of what was approved: the draft; the versions it is pinned to,
those of the fields that its templates say, and of the journeys that its steps begin; contact rules, where it writes at
all; who goes first in its group; the organisation's languages and clock; what the checks say, of journeys beside it
too. Not bound are numbers of patients, for which the bound on those who enter stands, and what administrators keep.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from journeys.contact.deciding.rule_set import as_json
from journeys.contact.texts import merge
from journeys.contact.texts.wordings import strings_in
from journeys.criteria.custom.facts import CUSTOM
from journeys.flow.proving.checking import problems_of
from journeys.flow.publishing.publish import pins_of
from journeys.flow.running.asking import NAMING, STARTING, journeys_named
from journeys.flow.text.catalogue import Catalogue, Content
from journeys.flow.text.definition import Head, Journey, read
from journeys.foundation.errors import Problem
from journeys.store.putting_in_force.definitions import FIELD, JOURNEY, TEMPLATE
from journeys.store.putting_in_force.two_people import Basis
from journeys.store.putting_in_force.write_version import checksum_of


def judged_by(draft: Content | None, catalogue: Catalogue) -> Basis:
    """What this draft is judged by now: `draft` a checksum, `checks` what they say; the rest where nothing bars
    publishing.
    """
    content = draft or {}
    found = problems_of(content, catalogue)
    basis: Basis = {"draft": checksum_of(dict(content)), "checks": [said_by_check(each) for each in found]}
    if all(each.severity != "error" for each in found):
        journey = read(content)
        basis["uses"] = used(journey, content, catalogue)
        basis["rules"] = rules_met(journey, catalogue)
        basis["group"] = group_of(journey.head, catalogue)
        basis["organisation"] = {"languages": catalogue.languages, "time_zone": catalogue.time_zone}
    kept: Basis = orjson.loads(orjson.dumps(basis))
    return kept


def said_by_check(problem: Problem) -> dict[str, Any]:
    """One problem with the way that proves it; the sentence can still be said in any language."""
    data = {name: value if isinstance(value, int | str) else str(value) for name, value in problem.data.items()}
    way = [[stride.journey, stride.step, stride.port] for stride in problem.path]
    return {"where": problem.where, "says": problem.says, "data": data, "way": way}


def used(journey: Journey, content: Content, catalogue: Catalogue) -> dict[str, int]:
    """`kind/slug` → the version of everything that is named, directly or by what is named."""
    pins = pins_of(journey, catalogue)
    templates = [catalogue.templates[slug] for kind, slug in pins if kind == TEMPLATE]
    fields = {(FIELD, slug) for template in templates for slug in fields_said(template)}
    journeys = {(JOURNEY, slug) for slug in journeys_met(content, catalogue)}
    wanted = {*pins, *fields, *journeys} & set(catalogue.versions)
    return {f"{kind}/{slug}": catalogue.versions[kind, slug] for kind, slug in sorted(wanted)}


def fields_said(template: Content) -> Iterator[str]:
    """The custom fields that the texts of a template name, by slug."""
    for text in strings_in(template.get("texts")):
        named = merge.places(merge.parse(text))
        yield from (place.field.removeprefix(CUSTOM) for place in named if place.field.startswith(CUSTOM))


def journeys_met(content: Content, catalogue: Catalogue) -> set[str]:
    """The journeys that steps begin or stop, and those that the begun ones begin: each in the version then in force."""
    found = set(journeys_named(content, NAMING))
    waiting = list(journeys_named(content, STARTING))
    seen: set[str] = set()
    while waiting:
        slug = waiting.pop()
        if slug not in seen:
            seen.add(slug)
            waiting.extend(journeys_named(catalogue.journeys.get(slug, {}), STARTING))
    return found | seen


def rules_met(journey: Journey, catalogue: Catalogue) -> dict[str, Any]:
    """Contact rule → its parameters; none where nobody is written to."""
    steps = [node.step for node in journey.nodes.values()]
    if not any(step.contacts or step.name in STARTING for step in steps):
        return {}
    written = {name: as_json(parameters) for name, parameters in catalogue.rules.items()}
    return {name: parameters for name, parameters in sorted(written.items()) if parameters}


def group_of(head: Head, catalogue: Catalogue) -> dict[str, int]:
    """The priority of each other journey in force of the same group."""
    if head.group is None:
        return {}
    others = ((slug, other) for slug, other in sorted(catalogue.journeys.items()) if slug != catalogue.journey)
    return {slug: other.get("priority", Head.priority) for slug, other in others if other.get("group") == head.group}
