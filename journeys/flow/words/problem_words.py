"""Says a problem of a journey in names: what its sentence mentions by slug or code is looked up by its reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from journeys.criteria.custom.types import TYPES
from journeys.flow.words.reader import Reader
from journeys.flow.words.speaking import Speak, speakers
from journeys.flow.words.way_words import SayWay
from journeys.foundation.errors import Problem

APART = (", ", " → ")
"""What parts the entries of a list that problems name."""


def in_names(
    problems: Iterable[Problem], content: Mapping[str, Any], reader: Reader, ways: SayWay | None = None
) -> list[Problem]:
    """The same problems of a journey, however broken, for people; `ways` says a way out."""
    speaking = speakers_in(content, reader)
    return [replace(each, data=data_in_names(each.data, speaking | ways_at(each, ways))) for each in problems]


def ways_at(problem: Problem, ways: SayWay | None) -> dict[str, Speak]:
    """What says a way out of the step that a problem is about."""
    parts = problem.where.split(".")
    if ways is None or len(parts) < 2:
        return {}
    return {"port": lambda port: f"“{ways(parts[1], port)}”"}


def speakers_in(content: Mapping[str, Any], reader: Reader) -> dict[str, Speak]:
    """What says the values of a place of a sentence, by the name of the place."""
    focus = content.get("focus")
    about = reader.about(focus if isinstance(focus, str) else None)
    one = speakers(about) | {
        "focus": lambda kind: about.translate(about.record(kind)),
        "date": about.date,
        "step": lambda step_id: name_of(content, step_id, about),
        "type": lambda kind: about.translate(TYPES[kind].label) if kind in TYPES else kind,
    }
    others = {"other_focus": one["focus"], "segment_focus": one["focus"], "template_purpose": one["purpose"]}
    return one | others | {f"{name}s": one[name] for name in ("journey", "step", "type")}


def data_in_names(data: Mapping[str, Any], speaking: Mapping[str, Speak]) -> dict[str, Any]:
    """The values of a sentence's places; what is known instead of something is of its kind."""
    meant = next((name for name in reversed(list(data)) if name in speaking), None) if "known" in data else None
    every = {**speaking, "known": speaking[meant]} if meant is not None else speaking
    return {name: said(value, every[name]) if name in every else value for name, value in data.items()}


def said(value: Any, speak: Speak) -> Any:
    """One value, or each entry of a list."""
    if not isinstance(value, str):
        return value
    for parted in APART:
        if parted in value:
            return parted.join(speak(each) for each in value.split(parted))
    return speak(value)


def name_of(content: Mapping[str, Any], step_id: str, reader: Reader) -> str:
    """What a step is called."""
    steps = content.get("steps")
    step = steps.get(step_id) if isinstance(steps, Mapping) else None
    name = step.get("name") if isinstance(step, Mapping) else None
    return (reader.say(dict(name)) if isinstance(name, Mapping) and name else "") or step_id
