"""Who reads what a journey says: their language, what the rules of the journey may name, what everything is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from journeys.contact.channels import CHANNELS
from journeys.contact.deciding.ladder import PREFERRED
from journeys.contact.media import MEDIA
from journeys.criteria.custom.facts import CUSTOM
from journeys.criteria.fields import RECORDS
from journeys.criteria.known import NOTHING_KNOWN, Known
from journeys.criteria.phrases import Say, Translate
from journeys.criteria.sentence import in_english, sentence
from journeys.flow.text.kinds import KINDS
from journeys.flow.words.names import ANSWER, ANSWERS, Names, without_hyphens
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_

DATES = {
    "start_at": N_("beginning"),
    "end_at": N_("end"),
    "recorded_at": N_("time of recording"),
}
"""What dates of records are called that rules do not ask for."""


@dataclass(frozen=True)
class Reader:
    """Somebody who reads a journey.

    `translate` gives the words of a message id, `say` chooses their language of a text that the clinic wrote; `focus`
    is the kind of record that the journey is about, `known` what its rules may name, `names` what all else is called.
    What has no name is said by its slug or code.
    """

    translate: Translate = str
    say: Say = in_english
    focus: str | None = None
    known: Known = NOTHING_KNOWN
    names: Names = field(default_factory=dict)

    def rule(self, rule: Mapping[str, Any]) -> str:
        """A rule as a sentence."""
        return sentence(dict(rule), self.translate, self.focus, self.known, self.say)

    def about(self, focus: str | None) -> Reader:
        """The same reader, of a journey about such records."""
        return replace(self, focus=focus)

    def named(self, kind: str, slug: str) -> str:
        """A template, a journey, a stage or a queue."""
        return self.say(dict(self.names.get((kind, slug), {}))) or slug

    def segment(self, slug: str) -> str:
        """A segment."""
        return self.say(dict(self.known.name_of(slug))) or slug

    def answer(self, template: str | None, code: str) -> str:
        """What an answer to a template means."""
        named = self.say(dict(self.names.get((ANSWER, template or "", code), {})))
        return named or self.word(code, ANSWERS)

    def event(self, kind: str) -> str:
        """A kind of event."""
        return self.translate(KINDS[kind]) if kind in KINDS else kind

    def channels(self, words: Iterable[str]) -> str:
        """Channels and media, as a ladder names them."""
        return ", ".join(self.channel(word) for word in words)

    def channel(self, word: str) -> str:
        """One of them."""
        if word == PREFERRED:
            return self.translate(N_("the preferred channel"))
        if word in MEDIA:
            return self.translate(MEDIA[word].one)
        return self.translate(CHANNELS[word].label) if word in CHANNELS else word

    def custom_field(self, name: str) -> str:
        """A custom field, as rules name it."""
        custom = self.known.custom.get(name.removeprefix(CUSTOM)) if name.startswith(CUSTOM) else None
        return name if custom is None else self.say(dict(custom.field.name)) or name

    def date(self, name: str) -> str:
        """A date of the record that the journey is about."""
        record = RECORDS.get(self.focus or "")
        attribute = None if record is None else self.known.attribute(record, name)
        return self.word(name, DATES) if attribute is None else self.translate(attribute.label)

    def record(self, kind: str | None) -> str:
        """A kind of record."""
        if kind is None:
            return self.translate(N_("record"))
        return self.translate(RECORDS[kind].singular) if kind in RECORDS else without_hyphens(kind)

    def part(self, name: Texts | None, code: str) -> str:
        """A part of a step that may have a name; else its code as words."""
        return self.say(dict(name or {})) or without_hyphens(code)

    def word(self, code: str, words: Mapping[str, str]) -> str:
        """A code of a closed list; one that is not in it as words."""
        return self.translate(words[code]) if code in words else without_hyphens(code)


ENGLISH = Reader()
