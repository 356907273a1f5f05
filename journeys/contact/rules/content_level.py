"""What a text may reveal depends on where it is read."""

from __future__ import annotations

from dataclasses import asdict, make_dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, not_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.marks import has_mark
from journeys.contact.deciding.parameters import OF_LEVELS, parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.media import MEDIA, media_that
from journeys.contact.rules.base import Rule
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

HIGHEST = 3
OTHER = "other"

OF_MEDIA = {name: medium.highest_level for name, medium in MEDIA.items() if medium.highest_level is not None}
AT_OWN_RISK = media_that(lambda medium: medium.accepts_risk)

Levels = make_dataclass(
    "Levels",
    [
        *((name, int, parameter(level, MEDIA[name].many, OF_LEVELS)) for name, level in OF_MEDIA.items()),
        (OTHER, int, parameter(0, N_("Other channels"), OF_LEVELS)),
    ],
    frozen=True,
)
"""The highest content level of each medium that says one, and of every other: 0 clinic and link, 1 date, time and
place, 2 provider, 3 health."""


def level_of(levels: Any, medium: str) -> int:
    """How much a medium may reveal."""
    return int(getattr(levels, medium, getattr(levels, OTHER)))


class ContentLevel(Rule):
    """Fails when the template says more than the medium may carry; whoever accepted unencrypted messages may get all by
    media for which that can be accepted."""

    label = N_("Sensitive content")
    source = N_("HIPAA minimum necessary; content levels 0 to 3")
    step = 8
    kind = "suppress"
    needs = ("speaks", "content_level", "marks")
    reasons = {
        "CONTENT_TOO_SENSITIVE": Reason(
            N_("The text says more than may be said on this channel."),
            N_("Use a text with less detail, or another channel."),
        ),
    }
    Parameters = Levels

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """More than the medium may carry."""
        levels = {name: level_of(parameters, name) for name in OF_MEDIA}
        highest = case(levels, value=facts.speaks, else_=level_of(parameters, OTHER))
        accepted = and_(facts.speaks.in_(AT_OWN_RISK), has_mark(facts, "unencrypted-accepted"))
        return and_(facts.content_level > highest, not_(accepted))

    def problems(self, parameters: Any, where: str) -> list[Problem]:
        """Levels that do not exist."""
        return [
            Problem(f"{where}.{medium}", N_("Content levels go from 0 to %(highest)s"), {"highest": HIGHEST})
            for medium, level in asdict(parameters).items()
            if not 0 <= level <= HIGHEST
        ]
