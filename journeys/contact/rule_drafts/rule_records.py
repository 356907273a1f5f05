"""A contact rule as a record: where, for whom and since when it binds, what it says, who says so, who approved it.

A record without a scope is the clinic's own setting of a rule and holds everywhere. Records with one bind besides it:
every record that applies has to be satisfied, and none loosens another. Segments are meant as they were when the record
was published.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, any_, func, literal, or_, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.contact import PURPOSES

SCOPES = ("jurisdictions", "media", "purposes", "segments", "service_lines")
DATES = ("effective_from", "effective_to", "source_date", "approved_on")
WORDS = ("citation", "approved_by", "note")
VERSION = "version"
"""Where a set keeps which version of the definition a record with segments is: it says what they mean."""

KEYS = frozenset({"format", "name", "description", "rule", "parameters", *SCOPES, *DATES, *WORDS})

EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
UNIONS = {"EU": tuple(EU.split(" "))}
"""Words that stand for the countries of a union; the EU as of 2020-02-01."""

PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
"""A country, or a part of one, as ISO 3166 writes them."""


@dataclass(frozen=True)
class Record:
    """One record of a rule, its content as published; `parameters` are its own, read. An empty scope is every one."""

    parameters: Any
    content: Mapping[str, Any]

    @property
    def jurisdictions(self) -> tuple[str, ...]:
        """Countries and states (`US`, `US-FL`), unions taken apart."""
        return tuple(each for word in self.content.get("jurisdictions", ()) for each in UNIONS.get(word, (word,)))

    @property
    def media(self) -> tuple[str, ...]:
        """What the messages are spoken in: sms, email, voice, …"""
        return tuple(self.content.get("media", ()))

    @property
    def purposes(self) -> tuple[str, ...]:
        """The classes of messages."""
        return tuple(self.content.get("purposes", ()))

    @property
    def segments(self) -> tuple[str, ...]:
        """Who the messages are to: segments as this version means them (`adults@12`)."""
        return tuple(f"{slug}@{self.content.get(VERSION)}" for slug in self.content.get("segments", ()))

    @property
    def service_lines(self) -> tuple[str, ...]:
        """What the messages are about: the service lines of their records."""
        return tuple(self.content.get("service_lines", ()))

    @property
    def narrows(self) -> tuple[Any, ...]:
        """Everything but the place that says which messages it is about."""
        return self.media, self.purposes, self.segments, self.service_lines

    def binds(self, facts: Mapping[str, Any]) -> bool:
        """Whether it is about a message with these facts; the same as `applies`, in Python, for telling why."""
        lives = str(facts.get("jurisdiction") or "")
        is_here = not self.jurisdictions or bool({lives, lives.split("-")[0]} & set(self.jurisdictions))
        is_medium = not self.media or facts.get("speaks") in self.media
        is_member = not self.segments or bool(set(self.segments) & set(facts.get("segments") or ()))
        is_of_line = not self.service_lines or facts.get("service_line") in self.service_lines
        is_purpose = not self.purposes or facts.get("purpose") in self.purposes
        return all((is_here, is_medium, is_member, is_of_line, is_purpose))


def has_scope(content: Mapping[str, Any]) -> bool:
    """Whether a record is only about some messages."""
    return any(content.get(key) for key in SCOPES)


def scope_of(content: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a record is about; two of the same would contradict each other. Terms that follow each other differ."""
    listed = [sorted(map(str, content.get(key) or ())) for key in SCOPES]
    times = [content.get(key) for key in ("effective_from", "effective_to")] if has_scope(content) else []
    return content.get("rule"), listed, times, days_of(content)


def days_of(content: Mapping[str, Any]) -> Any:
    """The weekdays that the parameters name: one place may have one rule for Sundays and one for other days."""
    parameters = content.get("parameters")
    return parameters.get("weekdays") if isinstance(parameters, Mapping) and has_scope(content) else None


def is_in_force(content: Mapping[str, Any], today: dt.date) -> bool:
    """Whether a record binds on a day: from its first day on, and before the day on which it ends."""
    begins, ends = content.get("effective_from"), content.get("effective_to")
    has_begun = begins is None or dt.date.fromisoformat(str(begins)) <= today
    return has_begun and (ends is None or today < dt.date.fromisoformat(str(ends)))


def applies(columns: Any, records: list[Record]) -> ColumnElement[bool]:
    """SQL: whether one of these records, which differ in nothing but where they hold, is about a candidate."""
    record = records[0]
    lands = sorted({each for one in records for each in one.jurisdictions})
    conditions: list[ColumnElement[bool]] = []
    if all(one.jurisdictions for one in records):
        country = func.split_part(columns.jurisdiction, "-", 1)
        conditions.append(func.coalesce(or_(is_in(columns.jurisdiction, lands), is_in(country, lands)), False))
    if record.media:
        conditions.append(is_in(columns.speaks, record.media))
    if record.purposes:
        conditions.append(is_in(columns.purpose, record.purposes))
    if record.segments:
        shared = columns.segments.op("&&", is_comparison=True)(literal(list(record.segments), ARRAY(Text)))
        conditions.append(func.coalesce(shared, False))
    if record.service_lines:
        conditions.append(func.coalesce(is_in(columns.service_line, record.service_lines), False))
    return and_(true(), *conditions)


def is_in(column: Any, words: Any) -> ColumnElement[bool]:
    """SQL: whether a column holds one of these words."""
    return column == any_(literal(list(words), ARRAY(Text)))


def problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with a record, besides its parameters."""
    for key in sorted(set(content) - KEYS):
        yield Problem(key, N_("A contact rule has no %(key)s"), {"key": key})
    for key in SCOPES:
        given = content.get(key, [])
        if not isinstance(given, list) or not all(isinstance(each, str) and each for each in given):
            yield Problem(key, N_("Give a list of words"))
        elif key == "purposes" and not set(given) <= set(PURPOSES):
            yield Problem(key, N_("Choose one of: %(known)s"), {"known": ", ".join(PURPOSES)})
        elif key == "jurisdictions" and not all(is_place(each) for each in given):
            yield Problem(key, N_("Write countries and states as US, US-FL or EU"))
    for key in DATES:
        if content.get(key) is not None and not is_date(content[key]):
            yield Problem(key, N_("Give a day, such as 2026-03-01"))
    if ends_before_it_begins(content):
        yield Problem("effective_to", N_("It ends before it begins"))
    if has_scope(content) and not content.get("citation"):
        yield Problem("citation", N_("Say where this rule is written"))


def approval_problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    """What is missing before a record may bind: somebody who answers for its being the law says so by name and day."""
    if has_scope(content) and not content.get("approved_by"):
        yield Problem("approved_by", N_("Say who approved this rule"))
    if has_scope(content) and not content.get("approved_on"):
        yield Problem("approved_on", N_("Say on which day it was approved"))


def is_date(value: Any) -> bool:
    """Whether this is a day, written "2026-03-01"."""
    try:
        dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def is_place(word: str) -> bool:
    """Whether this is a country, a state or a union."""
    return word in UNIONS or PLACE.fullmatch(word) is not None


def ends_before_it_begins(content: Mapping[str, Any]) -> bool:
    """Whether a record has no day on which it binds."""
    begins, ends = content.get("effective_from"), content.get("effective_to")
    return is_date(begins) and is_date(ends) and str(ends) <= str(begins)
