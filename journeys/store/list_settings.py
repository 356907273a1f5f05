"""What somebody has chosen to see in a list: custom fields, as columns and as filters."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base


class ListSetting(Base):
    """The slugs of the custom fields that a person (named as the audit does) sees in a list, in the order of columns.

    It says what was wished for, never what is allowed: who may see a field is asked whenever the list is read.
    """

    __tablename__ = "list_setting"

    person: Mapped[str] = mapped_column(primary_key=True)
    list_name: Mapped[str] = mapped_column(primary_key=True)
    fields: Mapped[list[str]]
    chosen_at: Mapped[dt.datetime]
