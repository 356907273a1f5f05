"""The codes of published value sets, one row a code, so that rules find a record's code with one look-up.

The content of the version (`definition_version.content`) is the truth; these rows are written with it, in the same
transaction, and never change either."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.tables import Base


class ValueSetCode(Base):
    """One code of one version of a value set; `position` is its place in the content.

    A code without a system fits any system. The unique index is also what rules look codes up with.
    """

    __tablename__ = "value_set_code"
    __table_args__ = (
        UniqueConstraint("version_id", "code", "system", postgresql_nulls_not_distinct=True),
        CheckConstraint("position >= 0", name="position_counted"),
        CheckConstraint("code <> ''", name="code_written"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    system: Mapped[str | None]
    code: Mapped[str]
    display: Mapped[str | None]
