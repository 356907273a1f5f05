"""Rules as they were in sets of the first format, so that what they decided replays to the same.

Then one rule asked for consent and for refusals, and an unknown time zone was not brought before staff.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, case

from journeys.contact.deciding.columns import Facts
from journeys.contact.rules import RULES
from journeys.contact.rules.base import Kind, Rule
from journeys.contact.rules.consent import Consent, Unasked
from journeys.contact.rules.opted_out import is_refused, what_is_refused
from journeys.foundation.errors import Missing


class ConsentAndRefusals(Consent):
    """The rule `consent` before `opted_out` was parted from it."""

    needs = (*Consent.needs, "consent_purpose", "consent_channel")

    def fails(self, facts: Facts, parameters: Unasked) -> ColumnElement[bool]:
        """Refused, or not agreed where one has to."""
        return is_refused(facts) | super().fails(facts, parameters)

    def reason(self, facts: Facts, parameters: Unasked) -> ColumnElement[str]:
        """What was refused, or why there is no consent."""
        return case(
            (facts.consent_decision.is_(None), super().reason(facts, parameters)),
            else_=what_is_refused(facts),
        )


FORMER: dict[str, Rule] = {"consent": ConsentAndRefusals()}
FORMER_KINDS: dict[str, Kind] = {"time_zone": "suppress"}


def as_it_was(name: str) -> tuple[Rule, Kind]:
    """A rule of the first format, and what followed when it failed; Missing when it is no longer in the house."""
    rule = FORMER.get(name) or RULES.get(name)
    if rule is None:
        raise Missing(f"Contact rules that no longer exist: {name}")
    return rule, FORMER_KINDS.get(name, rule.kind)
