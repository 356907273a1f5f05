"""The one metadata, and the columns that many tables share."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import BigInteger, Date, DateTime, Identity, LargeBinary, MetaData, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from journeys.foundation.ids import new_uid

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Texts = dict[str, str]
"""What people read, as `{language: text}`."""


class Base(DeclarativeBase):
    """Base of every table of the engine."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        int: BigInteger,
        str: Text,
        bytes: LargeBinary,
        dt.datetime: DateTime(timezone=True),
        dt.date: Date,
        uuid.UUID: Uuid,
        dict[str, Any]: JSONB,
        dict[str, str]: JSONB,
        dict[str, int]: JSONB,
        list[Any]: JSONB,
        list[str]: JSONB,
    }


class Identified:
    """A bigint inside, a random uid outside; the uid also binds what the row keeps secret to the row."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    uid: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, default=new_uid, server_default=func.gen_random_uuid())

    def __init__(self, **values: Any) -> None:
        """Take the uid first: sealing a value needs it."""
        values = {"uid": values.pop("uid", None) or new_uid(), **values}
        super().__init__(**values)
