"""Compares the rule of a segment with the one in force: how many are in each, who would enter, who would leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.criteria.compile import patients
from journeys.criteria.known import Known
from journeys.criteria.limits import limited
from journeys.criteria.shapes import Rule
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

SECONDS = 20
"""How long publishing may count: longer than somebody who types waits, as it is done once."""

MOST_TIMES = 2
FEW = 20
"""Growth or shrinking beyond these times is suspicious, unless it is about so few patients."""

GROWN = N_("%(before)s patients were in it, %(after)s would be: %(entering)s would enter and %(leaving)s leave")


@dataclass(frozen=True)
class Change:
    """How many patients are in the rule in force (None: there is none) and in the new one; who enters, who leaves."""

    before: int | None
    after: int
    entering: int
    leaving: int

    def is_suspicious(self) -> bool:
        """Whether it is more than twice, or less than half, of what it was, and not about a few."""
        if self.before is None or abs(self.after - self.before) <= FEW:
            return False
        return self.after > MOST_TIMES * self.before or self.before > MOST_TIMES * self.after

    def problems(self) -> Iterator[Problem]:
        """What somebody has to confirm."""
        if self.is_suspicious():
            data = {
                "before": self.before,
                "after": self.after,
                "entering": self.entering,
                "leaving": self.leaving,
            }
            yield Problem("growth", GROWN, data, "warning")


def count_change(session: Session, act: Act, old: Rule | None, new: Rule, known: Known, now_known: Known) -> Change:
    """Count both rules in one statement, each with what it may name: `now_known` in force, `known` afterwards.

    What is counted is what the act may see. TooSlow when it takes longer than SECONDS; only a savepoint is lost then.
    """
    after = patients(new, act.now, known).cte("after_it")
    total = select(func.count()).select_from(after).scalar_subquery()
    if old is None:
        with session.begin_nested(), limited(session, "rule", SECONDS):
            members = session.scalar(select(total)) or 0
        return Change(None, members, members, 0)
    before = patients(old, act.now, now_known).cte("before_it")
    both = before.join(after, after.c.patient_id == before.c.patient_id)
    counts = select(
        select(func.count()).select_from(before).scalar_subquery(),
        total,
        select(func.count()).select_from(both).scalar_subquery(),
    )
    with session.begin_nested(), limited(session, "rule", SECONDS):
        were, are, stay = session.execute(counts).one()
    return Change(were, are, are - stay, were - stay)
