"""What says a value of a journey in names, by the key under which it stands; what settings and choices are called."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_origin

from journeys.flow.text.focus import RECORDS
from journeys.flow.text.shapes import hints_of, key_of, without_none
from journeys.flow.words.names import PURPOSES, QUEUE
from journeys.flow.words.reader import Reader
from journeys.store.putting_in_force.definitions import FORM, JOURNEY, STAGE, TEMPLATE

Speak = Callable[[str], str]


def speakers(reader: Reader) -> dict[str, Speak]:
    """What says a slug or a code, by the key of a definition or the place of a sentence."""
    return {
        "journey": lambda slug: reader.named(JOURNEY, slug),
        "template": lambda slug: reader.named(TEMPLATE, slug),
        "script": lambda slug: reader.named(TEMPLATE, slug),
        "queue": lambda slug: reader.named(QUEUE, slug),
        "stage": lambda slug: reader.named(STAGE, slug),
        "segment": reader.segment,
        "form": lambda slug: reader.named(FORM, slug),
        "event": reader.event,
        "channel": reader.channel,
        "channels": reader.channel,
        "field": reader.custom_field,
        "purpose": lambda purpose: reader.word(purpose, PURPOSES),
        "focus": lambda name: reader.record(name) if name in RECORDS else reader.date(name),
    }


@dataclass(frozen=True)
class Setting:
    """What one key of a definition is called, and its closed list of values, if it has one."""

    label: str
    choices: Mapping[str, str]


@cache
def settings_of(shape: Any) -> dict[str, Setting]:
    """Key → what a form calls it, of a dataclass and of those inside it; what stands further out goes first."""
    inner: dict[str, Setting] = {}
    for each in dataclasses.fields(shape):
        for part in parts_in(hints_of(shape)[each.name]):
            inner |= settings_of(part)
    own = {key_of(each): setting_of(each) for each in dataclasses.fields(shape) if "label" in each.metadata}
    return inner | own


def setting_of(each: dataclasses.Field[Any]) -> Setting:
    """One field of a form."""
    choices = each.metadata.get("choices", ())
    return Setting(each.metadata["label"], {} if callable(choices) else dict(choices))


def parts_in(hint: Any) -> Iterator[type]:
    """The dataclass that a hint names, alone or many times."""
    plain, _ = without_none(hint)
    inside = get_args(plain)[0] if get_origin(plain) is tuple else plain
    if isinstance(inside, type) and dataclasses.is_dataclass(inside):
        yield inside
