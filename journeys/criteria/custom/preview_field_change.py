"""Shows, before a field is published, what its new content would do to the values that are recorded.

Whoever drafts writes patterns and bounds as they like, and could ask with them what stands in values that they may not
see. So these are looked at only by who may see them, or when publishing would convert them; and never told exactly.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from journeys.criteria.custom.changing import draft_problems, last_version
from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.converting import Outcome, has_to_convert, judge
from journeys.criteria.custom.may import may_see
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem
from journeys.store.putting_in_force.write_version import checksum_of

FEW = 11
"""Fewer than so many are not counted out."""

STEP = 10
"""Counts are rounded down to it: the rest of a whole must not tell the few, nor the next draft one more."""


@dataclass(frozen=True)
class Reason:
    """Why some values do not fit: a message id, about how many (None: a few), some of their codes if ordinary."""

    says: str
    count: int | None
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What becomes of the current values within the act's branches.

    `converts`: every value is written anew when this is published, and those that do not fit bar it or are left behind.
    Otherwise they stay as they are, and only who changes one is held to the new content. `problems` bar it already.

    `records` were looked at, and others were not if `is_more`; unless `is_judged` none was, because of who asks;
    unless `is_whole` none was, because the draft has faults that say nothing about values yet.
    `fitting` and `lost` are at least so many of them; None is fewer than eleven, perhaps none.
    """

    converts: bool
    problems: tuple[Problem, ...]
    is_whole: bool = True
    is_judged: bool = True
    records: int = 0
    is_more: bool = False
    fitting: int | None = None
    lost: int | None = None
    reasons: tuple[Reason, ...] = ()


def preview_field_change(session: Session, act: Act, slug: str, content: Any, roles: Collection[str] = ()) -> Preview:
    """Look at the current values of a field, as these roles of the portal may; nothing is changed."""
    problems = tuple(draft_problems(session, act, slug, content, None))
    detail = {"field": slug, "what": "preview", "draft": checksum_of(content)}
    audit.note(session, "R", "custom_value", detail=detail)
    old = last_version(session, slug)
    if old is None:
        return Preview(converts=False, problems=problems)
    if any(problem.is_error and problem.where != "type" for problem in problems):
        return Preview(converts=False, problems=problems, is_whole=False)
    new = CustomField(slug, content)
    converts = has_to_convert(old, new)
    # what the draft says of who may see it is the drafter's own word
    sees = may_see(old, roles, act.purpose)
    if not converts and not sees:
        return Preview(converts, problems, is_judged=False)
    outcome = judge(session, old, new)
    return Preview(
        converts=converts,
        problems=problems,
        records=outcome.records,
        is_more=outcome.is_more,
        fitting=about(outcome.fitting),
        lost=about(outcome.lost),
        reasons=reasons_of(outcome, sees),
    )


def about(count: int) -> int | None:
    """A count as it may be told: rounded down, None for a few."""
    return None if count < FEW else count - count % STEP


def reasons_of(outcome: Outcome, sees: bool) -> tuple[Reason, ...]:
    """Why values do not fit; to whoever does not see them nothing of a few, for one would be somebody's."""
    return tuple(
        Reason(says, about(count), tuple(outcome.samples.get(says, ())))
        for says, count in outcome.reasons.most_common()
        if sees or count >= FEW
    )
