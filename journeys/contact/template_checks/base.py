"""What a check is: it looks at a template whose shape is right and says what is wrong with it, at its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from journeys.contact.channels import CARRIED, CHANNELS
from journeys.contact.deciding.ladder import DEFAULT_LADDER, PREFERRED
from journeys.contact.media import MEDIA
from journeys.contact.media.base import Medium
from journeys.contact.rules.content_level import Levels, level_of
from journeys.contact.texts import merge
from journeys.contact.texts.long_text import fields_in, literal_of
from journeys.contact.texts.merge_fields import MERGE_FIELDS
from journeys.contact.texts.text_uses import SENT, uses_of
from journeys.contact.texts.wordings import Wordings
from journeys.contact.texts.worst_case import Fields
from journeys.foundation.errors import Problem

WARNING = "warning"
SUBJECT, BODY, LONG = "subject", "body", "long"
BY_DEFAULT = tuple(word for word in DEFAULT_LADDER if word != PREFERRED)
"""On what a text goes that names no channels."""


@dataclass(frozen=True)
class Spot:
    """One text at its place; `medium` is where alone it is spoken, None for the text that is spoken anywhere else."""

    where: str
    language: str
    medium: str | None
    part: str
    text: str

    @property
    def is_long(self) -> bool:
        """Whether it is written as long e-mails and letters are."""
        return self.part == LONG

    @cached_property
    def parsed(self) -> merge.Text:
        """The text taken apart."""
        return merge.parse(self.text)

    def fields(self) -> list[str]:
        """The fields that it names, each once."""
        if self.is_long:
            return list(fields_in(self.text))
        return list(dict.fromkeys(place.field for place in merge.places(self.parsed)))

    def literal(self) -> str:
        """What stands in it as it is, the places between left open."""
        if self.is_long:
            return literal_of(self.text)
        literals = (part if isinstance(part, str) else " … " for part in self.parsed)
        return "".join(literals)


@dataclass(frozen=True)
class Looked:
    """A template to look at: `languages` are those that the clinic wants every text in, `fields` what may be said,
    `levels` how much each medium may reveal. `quoted` are the wordings it quotes, those in force written out
    already."""

    content: Mapping[str, Any]
    languages: Sequence[str] = ("en",)
    fields: Fields = field(default_factory=lambda: MERGE_FIELDS)
    levels: Any = field(default_factory=Levels)
    wordings: Wordings = field(default_factory=dict)
    quoted: Sequence[str] = ()

    @property
    def purpose(self) -> str:
        """What it is for."""
        return str(self.content.get("purpose"))

    @property
    def uses(self) -> tuple[str, ...]:
        """What it is for besides, or instead of, messages of journeys."""
        return uses_of(self.content)

    @property
    def content_level(self) -> int:
        """How much its author says that it reveals; what cannot be read allows everything, and is told elsewhere."""
        level = self.content.get("content_level", 0)
        return level if isinstance(level, int) else max(self.levels_known())

    @cached_property
    def texts(self) -> dict[str, Mapping[str, Any]]:
        """The texts that can be read, by language."""
        texts = self.content.get("texts")
        given = texts.items() if isinstance(texts, Mapping) else ()
        return {str(language): text for language, text in given if isinstance(text, Mapping)}

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """Every text of it, in the order in which they are written."""
        found: list[Spot] = []
        for language, text in self.texts.items():
            found += spots_of(f"texts.{language}", language, None, text)
            own = text.get("instead")
            for medium, other in own.items() if isinstance(own, Mapping) else ():
                found += spots_of(f"texts.{language}.instead.{medium}", language, str(medium), other)
        return tuple(found)

    @cached_property
    def media(self) -> tuple[str, ...]:
        """On what it may be sent: what its channels speak, the usual ladder when it names none; a script of a call and
        a web text on nothing."""
        if SENT.isdisjoint(self.uses):
            return ()
        named = self.content.get("channels")
        words = [str(word) for word in named] if isinstance(named, list) else []
        if not words:
            return BY_DEFAULT
        if PREFERRED in words:
            return tuple(CARRIED)
        return tuple(dict.fromkeys(CHANNELS[word].speaks if word in CHANNELS else word for word in words))

    def spoken(self, medium: str, part: str = BODY) -> Iterator[Spot]:
        """One spot a language: what is said on a medium it may be spoken on, its own text before the common one."""
        if medium not in self.media:
            return
        for language in self.texts:
            parts = (LONG, part) if part == BODY else (part,)
            here = [each for each in self.spots if each.language == language and each.part in parts]
            own = [each for each in here if each.medium == medium]
            common = [each for each in here if each.medium is None]
            yield from (own or common)[:1]

    def spoken_where(self, has: Callable[[type[Medium]], bool], part: str = BODY) -> list[Spot]:
        """What is said on the media of which something holds, each spot once."""
        words = [word for word in self.media if word in MEDIA and has(MEDIA[word])]
        return list(dict.fromkeys(spot for word in words for spot in self.spoken(word, part)))

    def level_of(self, medium: str) -> int:
        """How much a medium may reveal."""
        return level_of(self.levels, medium)

    def level_of_field(self, name: str) -> int:
        """How much a field reveals; an unknown one nothing, and is told elsewhere."""
        known = self.fields.get(name)
        return known.level if known else 0

    def levels_known(self) -> range:
        """Every content level."""
        return range(4)


def spots_of(where: str, language: str, medium: str | None, text: Any) -> Iterator[Spot]:
    """The parts of one text that are written."""
    if not isinstance(text, Mapping):
        return
    for part in (SUBJECT, LONG, BODY):
        written = text.get(part)
        if isinstance(written, str) and written.strip():
            yield Spot(f"{where}.{part}", language, medium, part, written)


class Check:
    """Base of every check. `source` says whose rule it is, with its address where it has one."""

    name: ClassVar[str] = ""
    source: ClassVar[str] = ""

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Yield every Problem, errors and warnings."""
        raise NotImplementedError
