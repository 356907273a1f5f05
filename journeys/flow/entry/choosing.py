"""Which of some chosen patients may come into a journey now, and why the others may not."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, Select, case, cast, null, or_, select
from sqlalchemy.orm import Session

from journeys.flow.entry.entering import has_left_already, may_come_in
from journeys.flow.entry.holding_back import is_held_back
from journeys.flow.running.versions import PublishedJourney, published
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.words import N_
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import JOURNEY, live_versions

MOST_CHOSEN = 5_000

UNKNOWN = "unknown"
ASKED_BEFORE = "asked-before"
TOO_MANY = "too-many"
HELD_BACK = "held-back"
REASONS = {
    UNKNOWN: N_("There is no such patient in your branches"),
    "merged": N_("The record was merged into another"),
    "deceased": N_("The patient has died"),
    "not-in-use": N_("The record is not in use"),
    "coming-in-again": N_("The journey does not let the patient in again now"),
    "goal-or-exit": N_("A goal or an exit of the journey holds already"),
    HELD_BACK: N_("The patient is in a journey of higher priority of the same group"),
    ASKED_BEFORE: N_("The same was asked before, and is not done again"),
    TOO_MANY: N_("More patients would come in than was approved, so the journey is paused"),
}


@dataclass(frozen=True)
class Chosen:
    """Who of the chosen comes in (uids), and who is held with which of `REASONS`."""

    entering: list[uuid.UUID] = field(default_factory=list)
    held: dict[uuid.UUID, str] = field(default_factory=dict)

    def all_held(self, reason: str) -> Chosen:
        """The same, when nobody comes in for a reason."""
        return Chosen(held={**dict.fromkeys(self.entering, reason), **self.held})


def journey_in_force(session: Session, slug: str) -> PublishedJourney:
    """The version in force; Missing when there is none, Invalid when nobody can come in without a record."""
    version = live_versions(session, JOURNEY).get(slug)
    if version is None:
        raise Missing(f"There is no journey {slug} in force")
    journey = published(session, [version.id])[version.id]
    if journey.journey.head.focus is not None:
        raise Invalid([Problem("journey", N_("This journey is about a record, so patients cannot be chosen for it"))])
    return journey


def judge_chosen(session: Session, act: Act, journey: PublishedJourney, uids: Collection[uuid.UUID]) -> Chosen:
    """Judge each of the chosen patients, with the very conditions by which everybody else comes in."""
    wanted = list(dict.fromkeys(uids))
    if not 1 <= len(wanted) <= MOST_CHOSEN:
        raise Invalid([Problem("patients", N_("Between 1 and %(most)s patients"), {"most": MOST_CHOSEN})])
    chosen = select(Patient.id.label("patient_id"), cast(null(), BigInteger).label("focus_id"))
    found = chosen.where(Patient.uid.in_(wanted)).subquery("chosen")
    verdict = case(
        (Patient.merged_into_id.is_not(None), "merged"),
        (Patient.deceased, "deceased"),
        (~Patient.active, "not-in-use"),
        (~may_come_in(act, journey, journey.journey.head.reentry, found), "coming-in-again"),
        (is_held_back(journey, found), HELD_BACK),
        (or_(False, *has_left_already(act, journey, found)), "goal-or-exit"),
    )
    rows = session.execute(select(Patient.uid, verdict).join(found, found.c.patient_id == Patient.id))
    verdicts = {uid: reason for uid, reason in rows}  # noqa: C416
    held = {uid: verdicts.get(uid, UNKNOWN) for uid in wanted}
    return Chosen(
        entering=[uid for uid, reason in held.items() if reason is None],
        held={uid: reason for uid, reason in held.items() if reason is not None},
    )


def select_chosen(uids: Collection[uuid.UUID]) -> Select[Any]:
    """SELECT patient_id, focus_id of these patients."""
    columns: Any = (Patient.id.label("patient_id"), cast(null(), BigInteger).label("focus_id"))
    return select(*columns).where(Patient.uid.in_(list(uids)))
