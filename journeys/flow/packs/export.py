"""Reads a loaded pack back: its definitions as they are drafted now, its manifest, its tests."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.flow.packs.pack import FOLDERS, PACK, Pack
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.configuration import Definition


def export(session: Session, act: Act, slug: str) -> Pack:
    """The pack of this name, ready to be written as a folder; Missing when none was loaded under it."""
    rows = session.scalars(select(Definition).where(Definition.pack == slug).order_by(Definition.kind, Definition.slug))
    definitions = {(each.kind, each.slug): each.draft or {} for each in rows}
    kept = definitions.get((PACK, slug))
    if kept is None:
        raise Missing(f"There is no pack {slug}")
    folder_of = {kind: folder for folder, kind in FOLDERS.items()}
    parts = {(folder_of[kind], name): draft for (kind, name), draft in definitions.items() if kind in folder_of}
    audit.note(session, "R", PACK, detail={"pack": slug})
    return Pack(slug, kept["manifest"], parts, kept["tests"])
