"""Whether somebody may learn who fits a rule: only who may see every custom field that it rests on.

That somebody fits `custom.diagnosis is x` tells the value as surely as the value itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from journeys.criteria.custom.may import may_see
from journeys.criteria.known import Known
from journeys.criteria.naming import names_in
from journeys.criteria.shapes import Rule, segments_in
from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden
from journeys.store.putting_in_force.definitions import FIELD


def fields_named(part: Any) -> set[str]:
    """The slugs of the custom fields that a rule, or anything that holds rules, names itself."""
    return {slug for kind, slug in names_in(part) if kind == FIELD}


def fields_behind(rules: Iterable[Rule], known: Known) -> list[str]:
    """The slugs of the custom fields that valid rules rest on, themselves or through the segments that they name."""
    found: set[str] = set()
    passed: set[str] = set()
    waiting = list(rules)
    while waiting:
        rule = waiting.pop()
        found |= fields_named(rule)
        new = set(segments_in(rule)) - passed
        passed |= new
        waiting += [known.segments[slug] for slug in new if slug in known.segments]
    return sorted(found)


def may_see_all(slugs: Iterable[str], known: Known, act: Act, roles: Collection[str]) -> bool:
    """Whether roles and the act's purpose open all of these fields; what is not in force nobody may see."""
    return all(slug in known.custom and may_see(known.custom[slug].field, roles, act.purpose) for slug in slugs)


def refuse_unseen(slugs: Iterable[str], known: Known, act: Act, roles: Collection[str]) -> None:
    """Forbidden unless every one of these fields may be seen."""
    if not may_see_all(slugs, known, act, roles):
        raise Forbidden("This rests on a field that may not be seen")
