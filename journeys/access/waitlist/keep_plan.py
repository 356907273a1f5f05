"""An administrator says how freed times of a type are offered, and what one is worth."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.waitlist.plans import NAMES, Plan
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, Problem, Stale, refuse_errors
from journeys.foundation.words import N_
from journeys.store.scheduling import A_DAY, AppointmentType
from journeys.store.waitlist import BackfillPlan

CURRENCY = re.compile(r"[A-Z]{3}")
MOST_AT_ONCE = 20
BOUNDS = {
    "at_once": (1, MOST_AT_ONCE),
    "soon_at_once": (1, MOST_AT_ONCE),
    "minutes": (5, A_DAY),
    "soon_minutes": (5, A_DAY),
    "soon_hours": (0, 400 * 24),
    "until_minutes": (0, 7 * A_DAY),
    "days_ahead": (1, 400),
    "rest_hours": (0, 400 * 24),
    "most_offers": (1, 1000),
    "most_refusals": (1, 1000),
}


def keep_plan(session: Session, act: Act, slug: str, plan: Plan, row_version: int | None = None) -> BackfillPlan:
    """Return the plan of a type; it holds for offers made from now on. Invalid with every problem, Missing without the
    type, Stale when somebody changed it since."""
    kind = session.scalar(select(AppointmentType).where(AppointmentType.slug == slug).with_for_update())
    if kind is None:
        raise Missing(N_("There is no such type of appointment"))
    refuse_errors(problems_of(plan))
    found = session.get(BackfillPlan, kind.id)
    if (found.row_version if found else None) != row_version:
        raise Stale(f"The plan of {slug} has been changed")
    action = "U" if found else "C"
    if found is None:
        found = BackfillPlan(type_id=kind.id)
        session.add(found)
    for name in NAMES:
        setattr(found, name, getattr(plan, name))
    found.changed_at, found.changed_by = act.now, act.by
    session.flush()
    audit.note(session, action, str(BackfillPlan.__tablename__), [kind.id], detail={"type": slug})
    return found


def problems_of(plan: Plan) -> Iterator[Problem]:
    """What is wrong with a plan."""
    for name, (least, most) in BOUNDS.items():
        if not least <= getattr(plan, name) <= most:
            yield Problem(name, N_("Give a number from %(least)s to %(most)s"), {"least": least, "most": most})
    if (plan.price is None) != (plan.currency is None):
        yield Problem("currency", N_("Give both the price and its currency, or neither"))
    if plan.price is not None and not 0 <= plan.price < 1_000_000_000:
        yield Problem("price", N_("Give a price that is not below zero"))
    if plan.currency is not None and CURRENCY.fullmatch(plan.currency) is None:
        yield Problem("currency", N_("Write the currency with three letters, as USD"))
