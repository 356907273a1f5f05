"""An administrator adds an item that visits use up, names it anew, or takes it out of use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, Stale, refuse_errors
from journeys.foundation.ids import is_slug
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.store.supplies import SupplyItem

LONGEST = 100


@dataclass(frozen=True)
class Item:
    """What an item is called, and in what it is counted: doses, boxes, pieces."""

    slug: str
    name: Texts
    unit: Texts
    active: bool = True


def keep_item(session: Session, act: Act, item: Item, row_version: int | None = None) -> SupplyItem:
    """Return the item; without `row_version` it is new. Invalid with every problem, Stale when somebody changed it."""
    found = session.scalar(select(SupplyItem).where(SupplyItem.slug == item.slug))
    refuse_errors(problems_of(item, is_taken=found is not None and row_version is None))
    if found is None:
        found = SupplyItem(slug=item.slug)
        session.add(found)
    elif found.row_version != row_version:
        raise Stale(f"The item {item.slug} has been changed")
    found.name, found.unit, found.active = item.name, item.unit, item.active
    session.flush()
    detail = {"item": item.slug, "active": item.active}
    audit.note(session, "C" if row_version is None else "U", SupplyItem.__tablename__, [found.id], detail=detail)
    return found


def problems_of(item: Item, is_taken: bool) -> Iterator[Problem]:
    """What is wrong with an item."""
    if not is_slug(item.slug):
        yield Problem("slug", N_("Use lower-case letters, digits and hyphens, for example recall-due"))
    if is_taken:
        yield Problem("slug", N_("There is an item of this name already"))
    for where, texts in (("name", item.name), ("unit", item.unit)):
        if not any(texts.values()):
            yield Problem(where, N_("Say what it is"))
        if any(len(text) > LONGEST for text in texts.values()):
            yield Problem(where, N_("Say it in at most %(most)s letters"), {"most": LONGEST})
