"""What there is of each item, branch by branch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.supplies import SupplyItem, SupplyMovement, SupplyStock

NEWEST = 50


@dataclass(frozen=True)
class Stock:
    """An item at a branch; both None where nobody of the act's branches counted it yet."""

    item: SupplyItem
    location_id: int | None
    quantity: int | None
    counted_at: dt.datetime | None


@dataclass(frozen=True)
class ItemStock:
    """One item, what each branch has of it, and its newest movements, the newest first."""

    item: SupplyItem
    stocks: Sequence[Stock]
    movements: Sequence[SupplyMovement]


def stock(session: Session, act: Act, slug: str | None = None) -> list[Stock]:
    """Every item in use, or one whether it is in use or not, at each of the act's branches, by one statement."""
    here = SupplyStock.item_id == SupplyItem.id
    if act.scope.locations is not None:
        here = and_(here, SupplyStock.location_id.in_(act.scope.locations))
    chosen = (
        select(SupplyItem, SupplyStock.location_id, SupplyStock.quantity, SupplyStock.counted_at)
        .outerjoin(SupplyStock, here)
        .where(SupplyItem.active if slug is None else SupplyItem.slug == slug)
        .order_by(SupplyItem.slug, SupplyStock.location_id)
    )
    return [Stock(*row) for row in session.execute(chosen)]


def stock_of(session: Session, act: Act, slug: str) -> ItemStock:
    """One item with its movements at the act's branches; Missing without it."""
    stocks = stock(session, act, slug)
    if not stocks:
        raise Missing(f"There is no item {slug}")
    item = stocks[0].item
    moved = select(SupplyMovement).where(SupplyMovement.item_id == item.id)
    if act.scope.locations is not None:
        moved = moved.where(SupplyMovement.location_id.in_(act.scope.locations))
    newest = session.scalars(moved.order_by(SupplyMovement.id.desc()).limit(NEWEST)).all()
    return ItemStock(item, [each for each in stocks if each.location_id is not None], newest)
