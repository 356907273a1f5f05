"""SMART's scopes of systems, version 2: `system/Patient.rs`. What may be registered, asked for and done with them."""

from __future__ import annotations

import re
from collections.abc import Iterable

READ, SEARCH, CREATE = "r", "s", "c"
OFFERED: dict[str, str] = {
    "Patient": "rs",
    "Appointment": "rs",
    "Schedule": "rs",
    "Slot": "rs",
    "ServiceRequest": "rs",
    "Task": "rs",
    "Communication": "rs",
    "Consent": "rs",
}
"""Resource type → what can be done with it here: read, search; for appointments create is to hold and book."""

EVERY_TYPE = "*"
WRITTEN = re.compile(r"system/([A-Z][A-Za-z]*|\*)\.(c?r?u?d?s?)")

Permission = tuple[str, str]
"""A resource type and one letter."""


def permissions_of(scope: str) -> frozenset[Permission] | None:
    """What a scope names of what is offered: `*` is every type with those of its letters that the type has. None for
    a scope that is not written so, is of a type that is not offered, or has nothing that the type has."""
    found = WRITTEN.fullmatch(scope)
    if found is None:
        return None
    kind, letters = found.groups()
    kinds = OFFERED if kind == EVERY_TYPE else {kind: OFFERED.get(kind, "")}
    return frozenset((each, letter) for each, had in kinds.items() for letter in letters if letter in had) or None


def all_of(scopes: Iterable[str]) -> frozenset[Permission]:
    """Everything that scopes name; what is not understood names nothing."""
    return frozenset(permission for scope in scopes for permission in permissions_of(scope) or ())


def granted(asked: str, registered: Iterable[str]) -> list[str] | None:
    """What a token opens, as scopes in one order. None where one type is asked for by name, or nothing is left, beyond
    what is registered; of `system/*` those are given that are registered."""
    mine = all_of(registered)
    given: set[Permission] = set()
    for scope in asked.split():
        wanted = permissions_of(scope)
        if wanted is None or (f"/{EVERY_TYPE}." not in scope and not wanted <= mine):
            return None
        given |= wanted & mine
    return written(given) or None


def written(permissions: Iterable[Permission]) -> list[str]:
    """Permissions as scopes, one a type."""
    letters: dict[str, str] = {}
    for kind, letter in sorted(permissions):
        letters[kind] = letters.get(kind, "") + letter
    return [f"system/{kind}.{each}" for kind, each in letters.items()]
