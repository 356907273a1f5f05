"""Drafts of definitions as their forms hold them: what was not changed stays as it was written, and what is not as it
should be is left out of the form and kept in the draft."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import current_app

from app.views.drafts import Content

TEXT_KEYS = ("name", "description", "next_step")


def merged(before: Content, given: Content, shown: Content, content_format: int) -> Content:
    """The draft `before` with what differs between the form as it was `shown` and as it is `given`."""
    found: Content = {"format": content_format}
    for key in dict.fromkeys((*before, *given)):
        if same(given.get(key), shown.get(key)):
            found |= {key: before[key]} if key in before else {}
        elif key in given:
            found[key] = with_names_kept(with_line_ends(given[key]), before.get(key), shown.get(key))
    for key in TEXT_KEYS:
        others = other_languages(before.get(key))
        if others:
            found[key] = {**part(found, key), **others}
    return found


def with_names_kept(given: Any, before: Any, shown: Any) -> Any:
    """A list in which each member has the names again that the form has no field for: those of the member that was
    shown with the same name, or at the same place where none was added or taken out."""
    if not (isinstance(given, list) and isinstance(before, list) and isinstance(shown, list)):
        return given
    if len(before) != len(shown):
        return given
    return [with_name_kept(each, twin_of(each, place, given, before, shown)) for place, each in enumerate(given)]


def with_name_kept(member: Any, before: Content) -> Any:
    """One member with the languages of its name that the portal does not have."""
    others = other_languages(before.get("name"))
    return {**member, "name": {**part(member, "name"), **others}} if others else member


def twin_of(member: Any, place: int, given: list[Any], before: list[Any], shown: list[Any]) -> Content:
    """How a member of a list was written before; nothing for one that is new."""
    if not isinstance(member, dict):
        return {}
    for known, written in zip(shown, before, strict=True):
        if isinstance(known, dict) and isinstance(written, dict) and same(member.get("name"), known.get("name")):
            return written
    is_in_place = len(given) == len(before) and isinstance(before[place], dict)
    return before[place] if is_in_place else {}


def other_languages(names: Any) -> Content:
    """The texts in languages that the portal does not have."""
    if not isinstance(names, dict):
        return {}
    return {code: each for code, each in names.items() if code not in current_app.config["LANGUAGES"]}


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same: line ends, white space around a text and "at least once" say nothing."""
    return bool(bare(one) == bare(other))


def bare(value: Any) -> Any:
    """A value without what says nothing."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, list):
        return [bare(each) for each in value]
    if not isinstance(value, dict):
        return value
    nothing = [("count", {"at_least": 1}), ("where", []), ("also", [])] if "happened" in value else []
    return {key: bare(each) for key, each in value.items() if (key, each) not in nothing}


def with_line_ends(value: Any) -> Any:
    """A value whose texts end their lines as files do; forms send two characters."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    if isinstance(value, dict):
        return {key: with_line_ends(each) for key, each in value.items()}
    return [with_line_ends(each) for each in value] if isinstance(value, list) else value


def filled(**values: Any) -> Content:
    """The values that say something."""
    return {key: value for key, value in values.items() if value not in (None, "", {}, []) and value is not False}


def written_day(given: dt.date | None) -> str | None:
    """A day as definitions write it."""
    return given.isoformat() if given else None


def named(given: Any) -> Content | None:
    """A rule or a length of time: values with names, None for anything else."""
    return given if isinstance(given, dict) and given else None


def part(content: Content, key: str) -> Content:
    """What stands under a key, if it is values with names."""
    found = content.get(key)
    return found if isinstance(found, dict) else {}


def parts(content: Content, key: str) -> list[Content]:
    """The members of a list that are values with names."""
    found = content.get(key)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def texts(given: Any) -> dict[str, str]:
    """A text in the languages that the form has."""
    written: Mapping[Any, Any] = given if isinstance(given, dict) else {}
    return {code: written[code] for code in current_app.config["LANGUAGES"] if text(written.get(code)).strip()}


def text(given: Any) -> str:
    """A text, empty for anything else."""
    return given if isinstance(given, str) else ""


def number(given: Any) -> int | None:
    """A whole number, None for anything else."""
    return given if isinstance(given, int) and not isinstance(given, bool) else None


def day(given: Any) -> dt.date | None:
    """A day as definitions write it, None for anything else."""
    try:
        return dt.date.fromisoformat(given)
    except (TypeError, ValueError):
        return None
