"""Shows, before a field is published, what its new content would do to the values that are recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from journeys.criteria.custom.changing import draft_problems, last_version
from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.converting import has_to_convert, judge
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem


@dataclass(frozen=True)
class Reason:
    """Why some values do not fit: a message id, how many, and some of their codes (never sealed text)."""

    says: str
    count: int
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What becomes of the current values within the act's branches.

    `converts`: every value is written anew when this is published, and those that do not fit bar it or are left behind.
    Otherwise they stay as they are, and only who changes one is held to the new content. `problems` bar it already.
    """

    records: int
    fitting: int
    converts: bool
    reasons: tuple[Reason, ...]
    problems: tuple[Problem, ...]


def preview_field_change(session: Session, act: Act, slug: str, content: Any) -> Preview:
    """Look at every current value of a field; nothing is changed."""
    problems = tuple(draft_problems(session, act, slug, content, None))
    audit.note(session, "R", "custom_value", detail={"field": slug, "what": "preview"})
    old = last_version(session, slug)
    if old is None or any(problem.severity == "error" and problem.where != "type" for problem in problems):
        return Preview(0, 0, False, (), problems)
    new = CustomField(slug, content)
    outcome = judge(session, old, new)
    reasons = tuple(
        Reason(says, count, tuple(outcome.samples.get(says, ()))) for says, count in outcome.reasons.most_common()
    )
    return Preview(outcome.records, outcome.fitting, has_to_convert(old, new), reasons, problems)
