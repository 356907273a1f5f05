"""The contract of a contact rule: its step, which facts it needs, when it fails, why, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from sqlalchemy import ColumnElement, literal

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.reasons import Reason
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

Kind = Literal["stop", "suppress", "ask", "defer"]

DECISION_STEPS = {
    0: N_("Sent once, and sending is allowed at all"),
    1: N_("The message itself"),
    2: N_("The person"),
    3: N_("Recipient and guardian"),
    4: N_("Number or address"),
    5: N_("Lawful purpose"),
    6: N_("Refusals and registers"),
    7: N_("Consent"),
    8: N_("What may be said on the channel"),
    9: N_("The channel"),
    10: N_("Still true"),
    11: N_("How often"),
    12: N_("When"),
}
"""The order of a decision: never-contact facts first, law before policy, what time alone cures last. Step 13 looks at
2, 4, 6, 10, 12 and whatever else says `before_sending` once more, under the patient's lane, just before it leaves."""


@dataclass(frozen=True)
class NoParameters:
    """The parameters of a rule that has none."""


class Rule:
    """One rule that every message is checked against, on every channel of its ladder.

    kind: `stop` is about the person and holds for every channel; `suppress` holds this message on this channel; `ask`
    holds it and asks staff, who can mend it; `defer` lets it go later, and then `until` says when. `step` is the place
    in the decision, `order` the place within the step. `before_sending` says whether the rule is looked at again just
    before the message leaves. `by_record` is a rule that binds only where a record puts it in force: the law of
    some place, or what a clinic decides. The first code of `reasons` is given unless `reason` chooses another.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    source: ClassVar[str]
    step: ClassVar[int]
    order: ClassVar[int] = 0
    kind: ClassVar[Kind]
    needs: ClassVar[tuple[str, ...]]
    reasons: ClassVar[Mapping[str, Reason]]
    before_sending: ClassVar[bool] = True
    by_record: ClassVar[bool] = False
    Parameters: ClassVar[type[Any]] = NoParameters

    def fails(self, facts: Facts, parameters: Any) -> ColumnElement[bool]:
        """SQL: whether this rule speaks against the message; unknown counts as yes."""
        raise NotImplementedError

    def reason(self, facts: Facts, parameters: Any) -> ColumnElement[str]:
        """SQL: the reason code, asked only where the rule fails."""
        return literal(next(iter(self.reasons)))

    def until(self, facts: Facts, parameters: Any) -> ColumnElement[Any]:
        """SQL: the instant from which the rule no longer fails; only for the kind `defer`."""
        raise NotImplementedError

    def problems(self, parameters: Any, where: str) -> list[Problem]:
        """What is wrong with parameters whose types are right; their names are places below `where`."""
        return []
