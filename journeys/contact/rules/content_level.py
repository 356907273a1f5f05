"""What a text may reveal depends on where it is read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, not_

from journeys.contact.columns import Facts
from journeys.contact.marks import has_mark
from journeys.contact.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

HIGHEST = 3


@dataclass(frozen=True)
class Levels:
    """The highest content level of each medium: 0 clinic and link, 1 date, time and place, 2 provider, 3 health."""

    sms: int = 1
    email: int = 2
    other: int = 0


class ContentLevel(Rule):
    """Fails when the template says more than the medium may carry; whoever accepted unencrypted messages may get all by
    text message and e-mail."""

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

    def fails(self, facts: Facts, parameters: Levels) -> ColumnElement[bool]:
        """More than the medium may carry."""
        highest = case({"sms": parameters.sms, "email": parameters.email}, value=facts.speaks, else_=parameters.other)
        accepted = and_(facts.speaks.in_(("sms", "email")), has_mark(facts, "unencrypted-accepted"))
        return and_(facts.content_level > highest, not_(accepted))

    def problems(self, parameters: Levels, where: str) -> list[Problem]:
        """Levels that do not exist."""
        given = {"sms": parameters.sms, "email": parameters.email, "other": parameters.other}
        return [
            Problem(f"{where}.{medium}", N_("Content levels go from 0 to %(highest)s"), {"highest": HIGHEST})
            for medium, level in given.items()
            if not 0 <= level <= HIGHEST
        ]
