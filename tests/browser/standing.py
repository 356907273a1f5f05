"""Patients who stand somewhere in a journey, for tests of pausing and moving: put there by the engine's own verbs."""

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.flow.entry.enrol_chosen import enrol_chosen
from journeys.flow.publishing.publish import publish
from journeys.flow.running.advance import advance
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.store.people import Patient
from journeys.store.putting_in_force.save_draft import save_draft
from tests.browser.clinic import NOW, Clinic

A_DAY = dt.timedelta(days=1)
END = {"type": "end", "name": {"en": "End"}, "config": {"reason": "finished"}}
DONE = [{"code": "done", "name": {"en": "Done"}}]


def on(day: int) -> Act:
    """An act so many days before the clinic's today (a negative number)."""
    return Act(NOW + day * A_DAY, "user:cora", EVERYWHERE)


def a_wait(days: int, then: str, name: str) -> dict[str, Any]:
    """A wait for some days."""
    return {"type": "wait", "name": {"en": name}, "config": {"for": {"days": days}}, "next": {"next": then}}


def a_message(then: str, name: str) -> dict[str, Any]:
    """A message of the clinic's template."""
    config = {"template": "recall-first", "useful_for_days": 3}
    return {"type": "send_message", "name": {"en": name}, "config": config, "next": {"next": then}}


def a_call(then: str) -> dict[str, Any]:
    """A task for the front desk."""
    config = {"queue": "recall", "title": {"en": "Call"}, "outcomes": DONE, "due": {"days": 2}}
    return {"type": "task", "name": {"en": "Call"}, "config": config, "next": {"done": then, "cancelled": then}}


def put_in_force(clinic: Clinic, slug: str, name: str, steps: dict[str, Any], day: int) -> None:
    """A version of a journey into which patients are chosen, published some days ago."""
    content = {"format": 1, "name": {"en": name}, "purpose": "care", "entry": {"chosen": True}, "steps": steps}

    def write(session: Session, doing: Act) -> None:
        save_draft(session, doing, "journey", slug, {"en": name}, {**content, "start": next(iter(steps))})
        publish(session, doing, slug)

    act(clinic.workshop.house, on(day), write)


def choose(clinic: Clinic, slug: str, count: int, day: int) -> None:
    """Let the last active patients of the clinic in, and walk them to their wait."""
    newest = select(Patient.uid).where(Patient.active).order_by(Patient.id.desc()).limit(count)
    uids = act(clinic.workshop.house, on(day), lambda session, _: session.scalars(newest).all())
    act(clinic.workshop.house, on(day), enrol_chosen, slug, uids)
    pass_on(clinic, day)


def pass_on(clinic: Clinic, day: int) -> None:
    """Move on whatever is due on that day."""
    while act(clinic.workshop.house, on(day), advance):
        continue
