"""Lets rules read columns that have a value in every row."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import update
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.facts import FactColumn


def hand_over(session: Session, act: Act, names: Collection[str]) -> None:
    """Make these columns ready, unless they have to be built anew meanwhile."""
    ready = update(FactColumn).where(FactColumn.name.in_(names), FactColumn.status == "building")
    session.execute(ready.values(status="ready"))
    audit.note(session, "C", "fact.columns", detail={"names": sorted(names)})
