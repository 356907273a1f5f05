"""Whether a request with a key of its own was heard before: programs that got no answer ask again."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.ids import new_uid
from journeys.foundation.secrets import seal
from journeys.foundation.words import N_
from journeys.store.inbox import InboundDelivery

LONGEST_KEY = 200


def heard_before(session: Session, act: Act, source: str, key: str, said: str) -> bool:
    """Keep what was said under a key of a source; whether it was kept already.

    Who asks at the same moment waits for the other's commit. Invalid for a key that is empty or too long, or under
    which something else was said.
    """
    if not 1 <= len(key) <= LONGEST_KEY:
        raise Invalid([Problem("", N_("The header %(header)s has 1 to %(most)s characters"), about_key())])
    uid = new_uid()
    kept = insert(InboundDelivery).values(
        uid=uid,
        source=source,
        outside_id=key,
        received_at=act.now,
        applied_at=act.now,
        status="applied",
        raw_sealed=seal(said, InboundDelivery.__tablename__, "raw", uid),
    )
    if session.scalar(kept.on_conflict_do_nothing().returning(InboundDelivery.id)) is not None:
        return False
    mine = (InboundDelivery.source == source, InboundDelivery.outside_id == key)
    if session.scalars(select(InboundDelivery).where(*mine)).one().raw != said:
        raise Invalid([Problem("", N_("Something else was said under this %(header)s before"), about_key())])
    return True


def about_key() -> dict[str, object]:
    """What the words above name."""
    return {"header": "Idempotency-Key", "most": LONGEST_KEY}
