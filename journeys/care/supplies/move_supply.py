"""Somebody counted what a branch has of an item, or some of it came or went."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden, Invalid, Missing, Problem, refuse_errors
from journeys.foundation.words import N_
from journeys.store.organisation import Location
from journeys.store.supplies import COUNTED, MOVEMENTS, RECEIVED, SupplyItem, SupplyMovement, SupplyStock

MOST = 1_000_000
"""More of one thing is a slip of the finger."""


def move_supply(session: Session, act: Act, slug: str, location_id: int, kind: str, quantity: int) -> SupplyMovement:
    """Return the movement; the stock follows in the same transaction, and two who move at once wait for each other.

    Missing without the item or the branch, Forbidden for a branch of others, Invalid where more would go than is there.
    """
    refuse_errors(problems_of(kind, quantity))
    item = session.scalar(select(SupplyItem).where(SupplyItem.slug == slug, SupplyItem.active))
    if item is None:
        raise Missing(f"There is no item {slug}")
    if act.scope.locations is not None and location_id not in act.scope.locations:
        raise Forbidden("The branch is not one of yours")
    if session.get(Location, location_id) is None:
        raise Missing(f"There is no branch {location_id}")
    balance = balance_after(held_stock(session, item.id, location_id), kind, quantity)
    stock = session.get_one(SupplyStock, (item.id, location_id))
    stock.quantity = balance
    if kind == COUNTED:
        stock.counted_at = act.now
    return written(session, act, stock, kind, quantity)


def held_stock(session: Session, item_id: int, location_id: int) -> int:
    """What is there, held until the end of the transaction; nothing where nobody counted yet."""
    values = {"item_id": item_id, "location_id": location_id, "quantity": 0}
    session.execute(insert(SupplyStock).values(values).on_conflict_do_nothing())
    chosen = select(SupplyStock).where(SupplyStock.item_id == item_id, SupplyStock.location_id == location_id)
    return session.scalars(chosen.with_for_update()).one().quantity


def balance_after(before: int, kind: str, quantity: int) -> int:
    """What is there afterwards; Invalid where it would be less than nothing."""
    if kind == COUNTED:
        return quantity
    if kind == RECEIVED:
        return before + quantity
    if quantity > before:
        says = N_("There are only %(there)s. Count them first if there are more.")
        raise Invalid([Problem("quantity", says, {"there": before})])
    return before - quantity


def written(session: Session, act: Act, stock: SupplyStock, kind: str, quantity: int) -> SupplyMovement:
    """The movement and its audit."""
    row = SupplyMovement(
        item_id=stock.item_id,
        location_id=stock.location_id,
        kind=kind,
        quantity=quantity,
        balance=stock.quantity,
        recorded_at=act.now,
        recorded_by=act.by,
    )
    session.add(row)
    session.flush()
    detail = {"kind": kind, "quantity": quantity, "balance": stock.quantity}
    audit.note(session, "C", SupplyMovement.__tablename__, [row.id], detail=detail)
    return row


def problems_of(kind: str, quantity: int) -> list[Problem]:
    """What is wrong with a movement, wherever it happens."""
    problems = []
    if kind not in MOVEMENTS:
        problems.append(Problem("kind", N_("Choose one of: %(choices)s"), {"choices": ", ".join(MOVEMENTS)}))
    least = 0 if kind == COUNTED else 1
    if not least <= quantity <= MOST:
        says = N_("Give a number from %(least)s to %(most)s")
        problems.append(Problem("quantity", says, {"least": least, "most": MOST}))
    return problems
