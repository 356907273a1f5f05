"""Saves the draft of a journey as its designer does: with what somebody else saved meanwhile, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from journeys.flow.text.weaving import Conflict, weave
from journeys.foundation.acting import Act
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import JOURNEY, find
from journeys.store.putting_in_force.save_draft import save_draft


@dataclass(frozen=True)
class Saved:
    """The draft as it is now, with its row version; `woven` is what was meant to be saved.

    `is_woven` says that somebody else's changes are in it. With conflicts nothing was written: `woven` holds the
    writer's side of them, `theirs` the other's.
    """

    definition: Definition
    woven: dict[str, Any]
    theirs: dict[str, Any]
    is_woven: bool
    conflicts: tuple[Conflict, ...] = ()


def save_journey(
    session: Session, act: Act, slug: str, mine: dict[str, Any], base: dict[str, Any], row_version: int
) -> Saved:
    """Save `mine`, which was written over `base` at `row_version`; Missing when there is no such journey."""
    definition = find(session, JOURNEY, slug)
    session.refresh(definition, with_for_update=True)
    theirs = dict(definition.draft or {})
    woven = mine
    conflicts: tuple[Conflict, ...] = ()
    is_woven = definition.row_version != row_version
    if is_woven:
        both = weave(base, mine, theirs)
        woven, conflicts = both.content, both.conflicts
    if conflicts:
        return Saved(definition, woven, theirs, is_woven, conflicts)
    name = woven.get("name") or definition.name
    saved = save_draft(session, act, JOURNEY, slug, name, woven, definition.row_version)
    return Saved(saved, woven, theirs, is_woven)
