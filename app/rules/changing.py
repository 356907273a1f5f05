"""Changes a rule as the buttons of the editor say: add a part, remove one."""

from __future__ import annotations

import copy
from typing import Any

from journeys.criteria.shapes import GROUPS, shape_of

PRESSED = "change-rule"
"""The name of every such button; its value is `<what>:<place>`, for example `condition:rule.0`."""

NEW: dict[str, Any] = {
    "condition": {"field": "age", "is": "at_least", "value": ""},
    "happened": {"happened": "appointment", "count": {"at_least": 1}},
    "segment": {"segment": ""},
    "group": {"any": [{"field": "age", "is": "at_least", "value": ""}]},
    "where": {"field": "status", "is": "one_of", "value": []},
}


def changed(rule: Any, pressed: str) -> Any:
    """The rule after one button; anything that fits nothing leaves it as it is."""
    what, _, place = pressed.partition(":")
    steps = [step for step in place.split(".")[1:] if step]
    rule = copy.deepcopy(rule)
    if what == "wrap":
        return {"all": [rule, copy.deepcopy(NEW["condition"])]}
    if what == "remove" and steps:
        siblings = parts_at(rule, steps[:-1])
        if siblings is not None and steps[-1].isdecimal() and int(steps[-1]) < len(siblings):
            del siblings[int(steps[-1])]
    elif what in NEW:
        wanted = [*steps, "where"] if what == "where" else steps
        siblings = parts_at(rule, wanted)
        if siblings is not None:
            siblings.append(copy.deepcopy(NEW[what]))
    return rule


def parts_at(rule: Any, steps: list[str]) -> list[Any] | None:
    """The list of parts at a place of the form, None when there is none."""
    for position, step in enumerate(steps):
        if step == "where":
            return rule.setdefault("where", []) if isinstance(rule, dict) and position == len(steps) - 1 else None
        inside = parts_of(rule)
        if inside is None or not step.isdecimal() or int(step) >= len(inside):
            return None
        rule = inside[int(step)]
    return parts_of(rule)


def parts_of(rule: Any) -> list[Any] | None:
    """The parts of a group."""
    shape = shape_of(rule) if isinstance(rule, dict) else None
    if shape not in GROUPS or not isinstance(rule[shape], list):
        return None
    return rule[shape]
