"""Moves the patients of older versions to the version in force: the decision, which the worker carries out."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.flow.moves.landing import PERSON, Landing, Targets, landings
from journeys.foundation import audit
from journeys.foundation.acting import EVERYWHERE, Act, ring_after_commit
from journeys.foundation.errors import Forbidden, Invalid, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.moves import JourneyMove
from journeys.store.pauses import RESUMING, JourneyPause
from journeys.store.putting_in_force.definitions import JOURNEY, find

AT_WORK = ("moving", "undoing")


def move_patients(
    session: Session, act: Act, slug: str, targets: Targets, accepts: bool = False, to_version_id: int | None = None
) -> JourneyMove:
    """Keep the decision and return it. Who needs a person, because nobody said where they go, stays.

    Forbidden to who does not see every branch: they would decide for patients whom their table leaves out.
    Invalid while nobody would move, or when a message would be repeated or left out and nobody said yes (`accepts`).
    Stale while another move is at work or the journey is just going on after a pause, or when `to_version_id`, which
    was looked at, is not in force any more.
    """
    if act.scope != EVERYWHERE:
        raise Forbidden("Who does not see every branch moves nobody")
    definition = find(session, JOURNEY, slug)
    session.execute(select(Definition.id).where(Definition.id == definition.id).with_for_update())
    if to_version_id is not None and definition.live_version_id != to_version_id:
        raise Stale(f"Another version of {slug} is in force by now")
    at_work = select(JourneyMove.id).where(JourneyMove.definition_id == definition.id, JourneyMove.status.in_(AT_WORK))
    if session.scalar(at_work) is not None:
        raise Stale(f"Patients of {slug} are being moved already")
    resuming = (JourneyPause.definition_id == definition.id, JourneyPause.status == RESUMING)
    if session.scalar(select(JourneyPause.id).where(*resuming)) is not None:
        raise Stale(f"Patients of {slug} are just going on after a pause")
    going = [row for row in landings(session, definition, targets) if row.kind != PERSON]
    if not going or definition.live_version_id is None:
        raise Invalid([Problem("targets", N_("Nobody would move"))])
    if not accepts and not all(row.is_silent for row in going):
        raise Invalid([Problem("accepts", N_("Messages would be repeated or left out; say that this is meant"))])
    move = JourneyMove(
        definition_id=definition.id,
        to_version_id=definition.live_version_id,
        targets=as_targets(going),
        asked_at=act.now,
        asked_by=act.by,
    )
    session.add(move)
    session.flush()
    detail = {"slug": slug, "targets": move.targets, "accepts": accepts}
    audit.note(session, "C", "journey.move", [move.id], detail=detail)
    ring_after_commit(session, "move")
    return move


def as_targets(going: list[Landing]) -> dict[str, dict[str, str]]:
    """Where everybody goes, step by step."""
    found: dict[str, dict[str, str]] = {}
    for row in going:
        found.setdefault(str(row.version_id), {})[row.step] = row.target or row.step
    return found
