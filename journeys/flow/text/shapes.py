"""Reads JSON into frozen dataclasses by their type hints, and says everything that is wrong with its place.

A dataclass is a form, its validation and its reference page at once, so what the portal draws and what a pack holds
are judged by the same hints. A field whose JSON name is a word of Python carries it as `metadata["key"]` (`for`).
A dataclass may define `judge(where)` for what hints cannot say.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from journeys.foundation.errors import Problem, errors_in
from journeys.foundation.words import N_

Shape = TypeVar("Shape")

MOST_ENTRIES = 1_000
LONGEST_TEXT = 20_000

NOT_AN_OBJECT = N_("This should be an object with named values")
NOT_A_LIST = N_("This should be a list")
NOT_A_TEXT = N_("This should be a text")
NOT_A_NUMBER = N_("This should be a whole number")
NOT_YES_OR_NO = N_("This should be true or false")
NOT_TEXTS = N_("This should be a text for each language")
UNKNOWN_KEY = N_("%(key)s is not known here; known are: %(known)s")
NEEDED = N_("This is needed")
NOT_ONE_OF = N_("%(value)s is not one of: %(known)s")
TOO_LONG = N_("This is too long; at most %(most)s are allowed")


def key_of(each: dataclasses.Field[Any]) -> str:
    """The name of a field in JSON."""
    return str(each.metadata.get("key", each.name))


def read_shape(shape: type[Shape], value: object, where: str) -> tuple[Shape | None, list[Problem]]:
    """Return the dataclass that `value` describes, or None when it cannot be built, and every problem."""
    if not isinstance(value, Mapping):
        return None, [Problem(where, NOT_AN_OBJECT)]
    fields = {key_of(each): each for each in dataclasses.fields(shape) if each.init}  # type: ignore[arg-type]
    problems = unknown_keys(value, fields, where)
    hints = hints_of(shape)  # type: ignore[arg-type]
    given: dict[str, Any] = {}
    for key, each in fields.items():
        if key in value:
            given[each.name], found = read_value(hints[each.name], value[key], place(where, key))
            problems.extend(found)
        elif is_needed(each):
            problems.append(Problem(place(where, key), NEEDED))
    if errors_in(problems):
        return None, problems
    built = shape(**given)
    judge = getattr(built, "judge", None)
    return built, problems + (list(judge(where)) if judge else [])


@cache
def hints_of(shape: type) -> dict[str, Any]:
    """The type hints of a dataclass; worked out once, since a journey has hundreds of steps of a few types."""
    return typing.get_type_hints(shape)


def unknown_keys(value: Mapping[Any, Any], known: Iterable[str], where: str) -> list[Problem]:
    """One problem for each key that is not known here."""
    names = sorted(known)
    return [
        Problem(place(where, str(key)), UNKNOWN_KEY, {"key": str(key), "known": ", ".join(names)})
        for key in value
        if key not in names
    ]


def is_needed(each: dataclasses.Field[Any]) -> bool:
    """Whether a field has no default."""
    return each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING


def place(where: str, key: str) -> str:
    """A place inside a place, joined by a dot."""
    return f"{where}.{key}" if where else key


def read_value(hint: Any, value: object, where: str) -> tuple[Any, list[Problem]]:
    """Read one value by its type hint."""
    hint, may_be_none = without_none(hint)
    if value is None and may_be_none:
        return None, []
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return read_shape(hint, value, where)
    origin = get_origin(hint)
    if origin is Literal:
        return read_choice(get_args(hint), value, where)
    if origin is tuple:
        return read_list(get_args(hint)[0], value, where)
    if origin is dict:
        return read_mapping(hint, value, where)
    return read_plain(hint, value, where)


def without_none(hint: Any) -> tuple[Any, bool]:
    """A hint without `| None`, and whether it had it."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    others = [each for each in get_args(hint) if each is not type(None)]
    return others[0], len(others) < len(get_args(hint))


def read_choice(known: tuple[Any, ...], value: object, where: str) -> tuple[Any, list[Problem]]:
    """One of a closed list."""
    if value in known:
        return value, []
    listed = ", ".join(str(each) for each in known)
    return None, [Problem(where, NOT_ONE_OF, {"value": shown(value), "known": listed})]


def shown(value: object) -> str:
    """A value as a message shows it: short."""
    return str(value)[:60]


def read_list(inner: Any, value: object, where: str) -> tuple[Any, list[Problem]]:
    """A list of values of one kind, kept as a tuple."""
    if not isinstance(value, list | tuple):
        return None, [Problem(where, NOT_A_LIST)]
    if len(value) > MOST_ENTRIES:
        return None, [Problem(where, TOO_LONG, {"most": MOST_ENTRIES})]
    problems: list[Problem] = []
    entries = []
    for number, each in enumerate(value):
        entry, found = read_value(inner, each, place(where, str(number)))
        entries.append(entry)
        problems.extend(found)
    return tuple(entries), problems


def read_mapping(hint: Any, value: object, where: str) -> tuple[Any, list[Problem]]:
    """Texts in several languages, or an object whose inside somebody else judges (a rule)."""
    if not isinstance(value, Mapping):
        return None, [Problem(where, NOT_AN_OBJECT)]
    if get_args(hint) != (str, str):
        return dict(value), []
    if not value or not all(isinstance(text, str) and text.strip() for text in value.values()):
        return None, [Problem(where, NOT_TEXTS)]
    return dict(value), []


def read_plain(hint: Any, value: object, where: str) -> tuple[Any, list[Problem]]:
    """Texts, whole numbers, yes or no."""
    if hint is bool:
        return (value, []) if isinstance(value, bool) else (None, [Problem(where, NOT_YES_OR_NO)])
    if hint is int:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return (value, []) if is_number else (None, [Problem(where, NOT_A_NUMBER)])
    if not isinstance(value, str) or not value.strip():
        return None, [Problem(where, NOT_A_TEXT)]
    if len(value) > LONGEST_TEXT:
        return None, [Problem(where, TOO_LONG, {"most": LONGEST_TEXT})]
    return value, []


def as_json(value: Any) -> Any:
    """The JSON of a dataclass, without what is left at its default; `read_shape` reads it back."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        given = {
            key_of(each): as_json(getattr(value, each.name))
            for each in dataclasses.fields(value)
            if is_needed(each) or getattr(value, each.name) != default_of(each)
        }
        # a form gives an empty part where nothing was filled in
        return {key: each for key, each in given.items() if each != {}}
    if isinstance(value, list | tuple):
        return [as_json(each) for each in value]
    if isinstance(value, Mapping):
        return {key: as_json(each) for key, each in value.items()}
    return value


def default_of(each: dataclasses.Field[Any]) -> Any:
    """What a field is when nothing is given."""
    if each.default_factory is not dataclasses.MISSING:
        return each.default_factory()
    return each.default
