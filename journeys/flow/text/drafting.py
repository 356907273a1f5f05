"""Changes the draft of a journey as its editor does: add a step behind a port, take one out, connect a port.

Plain functions over JSON content; they copy, never judge, and leave whatever they do not know as it is.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

Content = dict[str, Any]


def new_journey(name: Mapping[str, str]) -> Content:
    """The smallest draft: one end. It has no entry yet, so it cannot be published."""
    return {
        "format": 1,
        "name": dict(name),
        "purpose": "care",
        "entry": {},
        "start": "end",
        "steps": {"end": {"type": "end", "name": {"en": "End", "es": "Fin"}, "config": {"reason": "finished"}}},
    }


def free_id(content: Content, kind: str) -> str:
    """An id for a new step of a type that no step has yet: `send-message`, `send-message-2`, …"""
    base = kind.replace("_", "-")
    taken = content.get("steps", {})
    number = 1
    name = base
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    return name


def with_new_step(
    content: Content, kind: str, name: Mapping[str, str], after: str | None, port: str
) -> tuple[Content, str]:
    """The draft with a step of type `kind` between a port and where it led; `after` None puts it first."""
    changed = copy.deepcopy(content)
    step_id = free_id(changed, kind)
    step: Content = {"type": kind, "name": dict(name), "config": {}}
    steps = changed.setdefault("steps", {})
    before = changed.get("start") if after is None else steps.get(after, {}).get("next", {}).get(port)
    if before and kind != "end":
        step["next"] = {"next": before}
    changed["steps"] = inserted(steps, after, step_id, step)
    if after is None:
        changed["start"] = step_id
    else:
        changed["steps"][after].setdefault("next", {})[port] = step_id
    return changed, step_id


def inserted(steps: Content, after: str | None, step_id: str, step: Content) -> Content:
    """The steps with a new one right behind another, so that a file reads in walking order."""
    if after is None:
        return {step_id: step, **steps}
    ordered: Content = {}
    for known_id, known in steps.items():
        ordered[known_id] = known
        if known_id == after:
            ordered[step_id] = step
    return ordered


def without_step(content: Content, step_id: str) -> Content:
    """The draft without a step; what led to it leads to where it led first, so the chain heals."""
    changed = copy.deepcopy(content)
    steps = changed.get("steps", {})
    gone = steps.pop(step_id, {})
    heir = next((target for target in gone.get("next", {}).values() if target != step_id), None)
    for step in steps.values():
        for port, target in list(step.get("next", {}).items()):
            if target != step_id:
                continue
            if heir is None:
                del step["next"][port]
            else:
                step["next"][port] = heir
    if changed.get("start") == step_id and heir is not None:
        changed["start"] = heir
    return changed
