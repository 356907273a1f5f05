"""Supplies that visits need: the items, what each branch has of them, and everything that came and went."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base, Identified, Texts
from journeys.store.columns import RowVersioned, one_of

COUNTED = "counted"
RECEIVED = "received"
USED = "used"
DISCARDED = "discarded"

MOVEMENTS = (COUNTED, RECEIVED, USED, DISCARDED)


class SupplyItem(Identified, RowVersioned, Base):
    """Something that visits use up: a vaccine, a test strip. `unit` is what is counted, in the clinic's own words."""

    __tablename__ = "supply_item"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Texts]
    unit: Mapped[Texts]
    active: Mapped[bool] = mapped_column(default=True, server_default="true")

    __mapper_args__ = {"version_id_col": RowVersioned.row_version}


class SupplyStock(RowVersioned, Base):
    """What a branch has of an item after its newest movement; no row where nobody ever counted."""

    __tablename__ = "supply_stock"
    __table_args__ = (
        PrimaryKeyConstraint("item_id", "location_id"),
        CheckConstraint("quantity >= 0", name="quantity_counted"),
        Index("ix_supply_stock_location", "location_id"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("supply_item.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    quantity: Mapped[int]
    counted_at: Mapped[dt.datetime | None]

    __mapper_args__ = {"version_id_col": RowVersioned.row_version}


class SupplyMovement(Identified, Base):
    """One movement; none is changed or removed. `quantity` is what was found (counted), or what came or went;
    `balance` what was there afterwards."""

    __tablename__ = "supply_movement"
    __table_args__ = (
        one_of("kind", *MOVEMENTS),
        CheckConstraint(f"quantity > 0 OR (quantity = 0 AND kind = '{COUNTED}')", name="quantity_moved"),
        CheckConstraint(f"kind <> '{COUNTED}' OR balance = quantity", name="count_is_balance"),
        CheckConstraint("balance >= 0", name="balance_counted"),
        Index("ix_supply_movement_item", "item_id", "location_id", "id"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("supply_item.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    kind: Mapped[str]
    quantity: Mapped[int]
    balance: Mapped[int]
    recorded_at: Mapped[dt.datetime]
    recorded_by: Mapped[str]
