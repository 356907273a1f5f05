"""Says where in a journey a problem stands: "Step “Call”: Due". What lies on the way there is called as in its form."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from journeys.flow.steps import STEPS
from journeys.flow.text.definition import Head, StepForm
from journeys.flow.text.shapes import hints_of, key_of
from journeys.flow.words.problem_words import name_of
from journeys.flow.words.reader import Reader
from journeys.flow.words.speaking import parts_in
from journeys.flow.words.value_words import LABELS
from journeys.flow.words.way_words import SayWay
from journeys.foundation.words import N_

OF_STEP = N_("Step “%(name)s”")
IN_STEP = N_("Step “%(name)s”: %(part)s")


def place_words(where: str, content: Mapping[str, Any], reader: Reader, ways: SayWay | None = None) -> str:
    """The step and what lies in it, or the part of the journey's head; "" for the journey as a whole."""
    part = part_words(where, content, reader, ways)
    keys = where.split(".")
    if not is_in_step(keys):
        return part
    words = IN_STEP if part else OF_STEP
    return reader.translate(words) % {"name": name_of(content, keys[1], reader), "part": part}


def part_words(where: str, content: Mapping[str, Any], reader: Reader, ways: SayWay | None = None) -> str:
    """The same for who sees the step already: what lies in it, "" for the step itself. `ways` says a way out."""
    keys = where.split(".")
    if not is_in_step(keys):
        return ", ".join(called(Head, keys, reader))
    _steps, step_id, *inside = keys
    if inside[:1] == ["next"] and len(inside) == 2 and ways is not None:
        return ways(step_id, inside[1])
    if inside[:1] == ["config"] and len(inside) > 1:
        return ", ".join(called(kind_of(content, step_id), inside[1:], reader))
    return ", ".join(called(StepForm, inside, reader))


def is_in_step(keys: Sequence[str]) -> bool:
    """Whether a place is a step or lies in one."""
    return len(keys) > 1 and keys[0] == "steps"


def kind_of(content: Mapping[str, Any], step_id: str) -> type | None:
    """The type of a step; None where none is written that there is."""
    steps = content.get("steps")
    step = steps.get(step_id) if isinstance(steps, Mapping) else None
    kind = step.get("type") if isinstance(step, Mapping) else None
    return STEPS.get(kind) if isinstance(kind, str) else None


def called(shape: type | None, keys: Sequence[str], reader: Reader) -> list[str]:
    """What each key on the way is called, entries of lists by their number; no further than the form itself goes: what
    is wrong inside a rule or a text says so by itself."""
    said: list[str] = []
    for key in keys:
        if key.isdecimal() and said:
            said[-1] = f"{said[-1]} {int(key) + 1}"
            continue
        each = next((each for each in fields_of(shape) if key_of(each) == key), None)
        if shape is None or each is None:
            break
        label = each.metadata.get("label", LABELS.get(key))
        said.append(key if label is None else reader.translate(label))
        shape = next(parts_in(hints_of(shape)[each.name]), None)
    return said


def fields_of(shape: type | None) -> Iterator[dataclasses.Field[Any]]:
    """The fields of a dataclass; none of what is no dataclass."""
    if shape is not None:
        yield from dataclasses.fields(shape)
