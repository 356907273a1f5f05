"""Says one value of a journey's text in words: a length of time, a rule, a list; else as it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import partial
from itertools import zip_longest
from typing import Any

import orjson

from journeys.criteria.check import problems as rule_problems
from journeys.criteria.shapes import shape_of
from journeys.flow.text.shapes import read_shape
from journeys.flow.text.times import Duration, FocusMoment, from_date_in_words, in_words
from journeys.flow.words.reader import Reader
from journeys.flow.words.speaking import Setting, Speak, speakers
from journeys.foundation.words import N_

UNITS = ("days", "hours", "weeks", "minutes")

LABELS = {
    "name": N_("Name"),
    "description": N_("What it is for"),
    "purpose": N_("Purpose"),
    "priority": N_("Priority"),
    "group": N_("Group"),
    "focus": N_("About"),
    "entry": N_("Entry"),
    "reentry": N_("Coming in again"),
    "goals": N_("Goals"),
    "exits": N_("Exits"),
    "segment": N_("Segment"),
    "event": N_("Event"),
    "form": N_("Web form"),
    "where": N_("Only when"),
    "rule": N_("Rule"),
    "within": N_("Happened within"),
    "schedule": N_("At certain times only"),
    "at": N_("At what time"),
    "weekdays": N_("On these days only"),
    "month_day": N_("Day of the month"),
    "chosen": N_("Only chosen patients"),
    "days": N_("Days"),
    "code": N_("Code"),
    "code_system": N_("Code system"),
    "outcome": N_("Outcome"),
    "stage": N_("Stage"),
    "type": N_("Type"),
    "format": N_("Format"),
    "step": N_("Step"),
    "config": N_("Settings"),
    "next": N_("What happens next"),
    "start": N_("First step"),
    "steps": N_("Steps"),
    "comments": N_("Comments"),
}


@dataclass(frozen=True)
class Missing:
    """What stands for a key that is not written."""


NOT_WRITTEN = Missing()


def written(value: Any) -> str:
    """The value as canonical JSON: equal values are the same text, as in checksums of versions."""
    if value is NOT_WRITTEN:
        return ""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


def is_same(before: Any, after: Any) -> bool:
    """Whether two values are written the same."""
    return written(before) == written(after)


@dataclass(frozen=True)
class Words:
    """How the values of one place are said: to whom, what keys are called, and by key what says a slug or a code."""

    reader: Reader
    labels: Mapping[str, str] = field(default_factory=dict)
    speaking: Mapping[str, Speak] = field(default_factory=dict)

    def label(self, key: str) -> str:
        """What a key is called: as its form says, as journeys say, else as it is written."""
        found = self.labels.get(key, LABELS.get(key))
        return self.reader.translate(found) if found is not None else key

    def one(self, key: str, text: str) -> str:
        """A text that stands under a key."""
        return self.speaking[key](text) if key in self.speaking else text


def of_head(settings: Mapping[str, Setting]) -> dict[str, Setting]:
    """Settings of a journey's head, called as on its pages."""
    return {key: replace(each, label=LABELS.get(key, each.label)) for key, each in settings.items()}


def words_of(settings: Mapping[str, Setting], reader: Reader, template: str | None = None) -> Words:
    """How settings are said; `template` is the one whose answers they name."""
    closed = {key: partial(reader.word, words=each.choices) for key, each in settings.items() if each.choices}
    answers = dict.fromkeys(("choices", "answers"), partial(reader.answer, template))
    labels = {key: each.label for key, each in settings.items()}
    return Words(reader, labels, {**speakers(reader), **closed, **answers, "date": reader.custom_field})


def differences(before: Any, after: Any, key: str, words: Words, label: str = "") -> Iterator[tuple[str, str, str]]:
    """(what, before, after) of everything that differs between two values, all in words; nothing when they are equal.

    `key` is where the values stand, `label` what they are called there, in the reader's language.
    """
    if is_same(before, after):
        return
    label = label or words.label(key)
    if is_open(before) and is_open(after):
        for inner in dict.fromkeys((*before, *after)):
            pair = before.get(inner, NOT_WRITTEN), after.get(inner, NOT_WRITTEN)
            yield from differences(*pair, inner, words, f"{label}, {words.label(inner)}")
        return
    if is_listed(before) and is_listed(after):
        for number, old, new in aligned(before, after):
            yield from differences(old, new, key, words, f"{label} {number}")
        return
    old, new = said(before, key, words), said(after, key, words)
    if old == new:
        # what reads the same is shown as it is written, or nobody could see that it differs
        old, new = written(before), written(after)
    yield label, old, new


def is_open(value: Any) -> bool:
    """Whether a value is looked into: texts by language, a filter; neither lengths of time nor moments nor rules."""
    if not isinstance(value, Mapping) or not value:
        return False
    return not is_length(value) and not is_rule(value) and moment_in(value) is None


def is_listed(value: Any) -> bool:
    """Whether it is a list of things that have parts: goals, outcomes, ways."""
    return isinstance(value, list) and bool(value) and all(isinstance(each, Mapping) for each in value)


def aligned(before: list[Any], after: list[Any]) -> Iterator[tuple[int, Any, Any]]:
    """(number, before, after) of the entries that differ; numbers count from 1 in the list where the entry stands."""
    old, new = [written(each) for each in before], [written(each) for each in after]
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from paired(before[i1:i2], after[j1:j2], i1, j1)


def paired(before: list[Any], after: list[Any], i1: int, j1: int) -> Iterator[tuple[int, Any, Any]]:
    """Entries that stand at the same place of two stretches, side by side."""
    for step, (old, new) in enumerate(zip_longest(before, after, fillvalue=NOT_WRITTEN), 1):
        yield (i1 if new is NOT_WRITTEN else j1) + step, old, new


def is_length(value: Mapping[str, Any]) -> bool:
    """Whether it is a length of time."""
    return len(value) == 1 and all(unit in UNITS and type(number) is int for unit, number in value.items())


def moment_in(value: Mapping[str, Any]) -> FocusMoment | None:
    """The date of a record that it counts from, if it is written soundly."""
    if "focus" not in value:
        return None
    moment, problems = read_shape(FocusMoment, value, "")
    return None if problems else moment


def is_rule(value: Mapping[str, Any]) -> bool:
    """Whether it is a rule, sound or not."""
    return shape_of(value) is not None and "event" not in value and not is_entry(value)


def is_entry(value: Mapping[str, Any]) -> bool:
    """Whether it is an entry by segment, which reads like a rule on one."""
    return isinstance(value.get("segment"), str) and set(value) <= {"segment", "schedule"}


def said(value: Any, key: str, words: Words) -> str:
    """One value in words."""
    reader = words.reader
    if value is NOT_WRITTEN or value is None or value in ({}, [], ""):
        return reader.translate(N_("nothing"))
    if isinstance(value, bool):
        return reader.translate(N_("yes")) if value else reader.translate(N_("no"))
    if isinstance(value, str):
        return words.one(key, value)
    if isinstance(value, Mapping):
        return mapping_said(value, words)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(words.one(key, each) for each in value)
    return written(value)


def mapping_said(value: Mapping[str, Any], words: Words) -> str:
    """A length of time, a sound rule, a text in the reader's language; else its parts with what they are called."""
    reader = words.reader
    if is_length(value):
        return in_words(Duration(**value), reader.translate)
    moment = moment_in(value)
    if moment is not None:
        return from_date_in_words(moment, reader)
    if is_rule(value):
        is_sound = not rule_problems(dict(value), "", reader.known, reader.focus)
        return reader.rule(value) if is_sound else written(value)
    if all(isinstance(text, str) and len(str(language)) == 2 for language, text in value.items()):
        return reader.say(dict(value))
    return "; ".join(f"{words.label(str(key))}: {said(each, str(key), words)}" for key, each in value.items())
