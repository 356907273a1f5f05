"""What people beside the patient may receive: who was allowed what, by which evidence; and how they are found."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Text,
    false,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified
from journeys.store.columns import OfPatient, in_order
from journeys.store.contact import PURPOSES

HIGHEST_LEVEL = 3
"""Health content; the lowest level, 0, says only that there is a message."""


class Authority(Identified, OfPatient, Base):
    """One allowance for one person to receive messages about a patient, from–until; it is ended, never deleted.

    `purposes` are those of messages, `content_level` is the most that may be revealed to them, `evidence` (sealed) what
    shows that the patient, or the law, allows it. One that was taken back (`withdrawn`) holds no more from that commit
    on, whatever a slower clock says of `until_at`. What somebody may *decide* stands on `related_person.authority`.
    """

    __tablename__ = "authority"
    __table_args__ = (
        CheckConstraint(
            "cardinality(purposes) > 0 AND purposes <@ ARRAY["
            + ", ".join(f"'{purpose}'" for purpose in PURPOSES)
            + "]::text[]",
            name="purposes_named",
        ),
        CheckConstraint(f"content_level BETWEEN 0 AND {HIGHEST_LEVEL}", name="content_level_in_range"),
        in_order("from_at", "until_at"),
        Index("ix_authority_related_person", "related_person_id"),
    )

    related_person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("related_person.id"))
    purposes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    content_level: Mapped[int] = mapped_column(SmallInteger)
    from_at: Mapped[dt.datetime]
    until_at: Mapped[dt.datetime | None]
    withdrawn: Mapped[bool] = mapped_column(default=False, server_default=false())
    source: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    evidence_sealed: Mapped[bytes | None]

    evidence = Sealed()


class RelatedPersonToken(OfPatient, Base):
    """Blind tokens of the numbers and addresses of people beside the patient. They are no tokens of the patient, so
    that nobody takes one for the other."""

    __tablename__ = "related_person_token"
    __table_args__ = (
        PrimaryKeyConstraint("kind", "token", "related_person_id"),
        Index("ix_related_person_token_related_person", "related_person_id"),
    )

    kind: Mapped[str]
    token: Mapped[bytes] = mapped_column(LargeBinary)
    related_person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("related_person.id"))
