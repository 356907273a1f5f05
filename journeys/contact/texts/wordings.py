"""Approved wordings: what the clinic says about one thing everywhere, written once, with an owner and a day of review.

    Our opening hours are {{text.opening-hours}}.

A template quotes a wording by its short name. What it quotes is written out before the template is judged, and pinned
when it is published: so every proof holds for the quoted words too, and a wording that changes later changes no
template behind its author's back.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.errors import Problem
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.store.configuration import DefinitionVersion, VersionPin
from journeys.store.putting_in_force.definitions import WORDING, live_versions

PREFIX = "text."
QUOTE = re.compile(r"\{\{\s*text\.(?P<slug>[a-z0-9-]+)\s*\}\}")

FORMAT = 1
KEYS = frozenset({"format", "name", "description", "texts", "content_level", "owner", "review_on"})


@dataclass(frozen=True)
class Wording:
    """A wording in force, or as it was pinned; `texts` are in the merge language, one for each language."""

    version_id: int
    texts: Mapping[str, str]
    content_level: int = 0
    name: Texts = field(default_factory=dict)
    review_on: str = ""


Wordings = Mapping[str, Wording]
"""Wordings by their short names."""


def live_wordings(session: Session) -> dict[str, Wording]:
    """What is in force now."""
    return {slug: as_wording(version.id, version.content) for slug, version in live_versions(session, WORDING).items()}


def pinned_wordings(session: Session, versions: Iterable[int]) -> dict[int, dict[str, Wording]]:
    """What each of these template versions quotes, as it was when they were published."""
    wanted = list(versions)
    if not wanted:
        return {}
    rows = session.execute(
        select(VersionPin.version_id, VersionPin.slug, DefinitionVersion.id, DefinitionVersion.content)
        .join(DefinitionVersion, DefinitionVersion.id == VersionPin.pinned_version_id)
        .where(VersionPin.kind == WORDING, VersionPin.version_id.in_(wanted))
    )
    found: dict[int, dict[str, Wording]] = {}
    for version_id, slug, pinned_id, content in rows:
        found.setdefault(version_id, {})[slug] = as_wording(pinned_id, content)
    return found


def as_wording(version_id: int, content: Mapping[str, Any]) -> Wording:
    """A published wording."""
    name, review_on = content.get("name", {}), content.get("review_on", "")
    return Wording(version_id, content["texts"], content.get("content_level", 0), name, review_on)


def quoted_in(content: Any) -> list[str]:
    """The short names of all wordings that a content quotes anywhere, each once."""
    return list(dict.fromkeys(found["slug"] for text in strings_in(content) for found in QUOTE.finditer(text)))


def strings_in(content: Any) -> Iterator[str]:
    """Every text in some JSON."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping | list):
        for each in content.values() if isinstance(content, Mapping) else content:
            yield from strings_in(each)


def written_out(content: Mapping[str, Any], wordings: Wordings) -> Mapping[str, Any]:
    """A template with every quotation replaced by what it quotes, each in its language; one that cannot be stays."""
    texts = content.get("texts")
    if not wordings or not isinstance(texts, Mapping):
        return content
    return {**content, "texts": {language: in_full(text, str(language), wordings) for language, text in texts.items()}}


def in_full(part: Any, language: str, wordings: Wordings) -> Any:
    """The same for one part of a template."""
    if isinstance(part, Mapping):
        return {key: in_full(each, language, wordings) for key, each in part.items()}
    if not isinstance(part, str):
        return part
    return QUOTE.sub(lambda found: said(found, language, wordings), part)


def said(found: re.Match[str], language: str, wordings: Wordings) -> str:
    """What stands in the place of one quotation."""
    wording = wordings.get(found["slug"])
    text = None if wording is None else wording.texts.get(language) or wording.texts.get(language.split("-")[0])
    return found.group() if text is None else text


def shape_problems(content: Mapping[str, Any], languages: Sequence[str]) -> Iterator[Problem]:
    """What of a wording's shape is wrong; what it says is judged as a template is."""
    for key in content:
        if key not in KEYS:
            yield Problem(key, N_("A wording has no %(key)s"), {"key": key})
    if content.get("format") != FORMAT:
        yield Problem("format", N_("This version of Waymark reads format %(format)s"), {"format": FORMAT})
    if not str(content.get("owner") or "").strip():
        yield Problem("owner", N_("Say who answers for this wording"))
    if not is_day(content.get("review_on")):
        yield Problem("review_on", N_("Say by which day it is looked at again"))
    texts = content.get("texts")
    written = texts if isinstance(texts, Mapping) else {}
    for language in dict.fromkeys([*languages, *written]):
        text = written.get(language)
        if not isinstance(text, str) or not text.strip():
            yield Problem(f"texts.{language}", N_("The text is missing in %(language)s"), {"language": language})
        elif QUOTE.search(text):
            yield Problem(f"texts.{language}", N_("A wording quotes no other wording. Write the words themselves"))


def is_day(value: Any) -> bool:
    """Whether this is a day as JSON writes it."""
    try:
        dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True
