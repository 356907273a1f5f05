"""The contract of a contact rule: which facts it needs, when it fails, why, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from sqlalchemy import ColumnElement, literal

from journeys.contact.columns import Facts
from journeys.contact.reasons import Reason
from journeys.foundation.errors import Problem

Kind = Literal["stop", "suppress", "defer"]


@dataclass(frozen=True)
class NoParameters:
    """The parameters of a rule that has none."""


class Rule:
    """One rule that every message is checked against, on every channel of its ladder.

    kind: `stop` is about the person and holds for every channel; `suppress` holds this message on this channel; `defer`
    lets it go later, and then `until` says when. `order` is the place in the decision: never-contact facts first, legal
    before policy, what can be put off last. `before_sending` says whether the rule is looked at again just before the
    message leaves. The first code of `reasons` is given unless `reason` chooses another.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    source: ClassVar[str]
    order: ClassVar[int]
    kind: ClassVar[Kind]
    needs: ClassVar[tuple[str, ...]]
    reasons: ClassVar[Mapping[str, Reason]]
    before_sending: ClassVar[bool] = True
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
