"""A template goes on no channel that may not carry what it reveals."""

from __future__ import annotations

from collections.abc import Iterable

from journeys.contact.template_checks.base import WARNING, Check, Looked
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

NAMED = N_(
    "The template reveals level %(level)s, and %(medium)s may carry level %(highest)s. Take out what reveals more,"
    " lower the level, or take this channel off"
)
EVERYWHERE = N_(
    "On %(medium)s the text is held: it reveals level %(level)s, and %(highest)s may be said there. Name the channels"
    " it is for, or take out what reveals more"
)
OF_SPOT = N_(
    "%(field)s reveals level %(level)s, and %(medium)s may carry level %(highest)s. Write this channel's text"
    " without it"
)


class LevelOfChannel(Check):
    """What may be revealed where is the contact rule `content_level` with its parameters in force."""

    source = "45 CFR 164.502(b), 164.522(b); the contact rule content_level"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """An error on a channel that it names, a warning where it names none: the rule holds it at least."""
        is_named = bool(looked.content.get("channels"))
        for medium in looked.media:
            highest = looked.level_of(medium)
            data = {"level": looked.content_level, "medium": medium, "highest": highest}
            if looked.content_level > highest and is_named:
                yield Problem("content_level", NAMED, data)
            elif looked.content_level > highest:
                yield Problem("content_level", EVERYWHERE, data, WARNING)
        yield from of_own_texts(looked)


def of_own_texts(looked: Looked) -> Iterable[Problem]:
    """The texts that are written for one medium."""
    for spot in looked.spots:
        for name in spot.fields() if spot.medium else ():
            level, highest = looked.level_of_field(name), looked.level_of(str(spot.medium))
            if level > highest:
                data = {"field": name, "level": level, "medium": spot.medium, "highest": highest}
                yield Problem(spot.where, OF_SPOT, data)
