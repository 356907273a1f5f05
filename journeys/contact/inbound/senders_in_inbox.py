"""Unknown senders beside the conversations of known ones, so that whoever works the inbox meets them there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, exists, select, true
from sqlalchemy.orm import Session, aliased

from journeys.contact.inbound.claim_sender import username_of
from journeys.contact.inbound.kept_raw import PERHAPS_EMERGENCY
from journeys.contact.inbound.unknown_senders import UnknownSender, opened, seen_by, waits
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.inbox import InboundDelivery

MINE, NOBODYS, EVERYONES = "mine", "nobodys", "everyone"
MOST = 10
"""More are on the page of unknown senders."""

FARTHEST = 200
"""How many are looked at for those: a flood of what is others' makes the inbox no slower."""


def senders_in_inbox(session: Session, act: Act, box: str) -> Sequence[UnknownSender]:
    """Those of a box, what may be an emergency first, then the oldest; a cry for help is in everybody's, and of a visit
    to a page the newest line stands for all. Reading them is audited. None in boxes of what rests or is over."""
    is_cry = InboundDelivery.error == PERHAPS_EMERGENCY
    whose = {
        MINE: InboundDelivery.owner == username_of(act),
        NOBODYS: InboundDelivery.owner.is_(None),
        EVERYONES: true(),
    }
    if box not in whose:
        audit.nothing_happened(session)
        return []
    wanted = select(InboundDelivery).where(*waits(), whose[box] | is_cry, is_cry | ~goes_on())
    shown = first_seen(session, act, wanted.order_by(is_cry.desc(), InboundDelivery.id))
    audit.note(session, "R", InboundDelivery.__tablename__, [each.id for each in shown])
    return shown


def goes_on() -> ColumnElement[bool]:
    """SQL: whether more waits of the same visit to a page, and is the same person's: one line of a visit is enough."""
    later = aliased(InboundDelivery, name="later")
    same = (
        later.id > InboundDelivery.id,
        later.source == InboundDelivery.source,
        later.sender_token == InboundDelivery.sender_token,
        later.owner.is_not_distinct_from(InboundDelivery.owner),
        later.status == InboundDelivery.status,
        later.said_sealed.is_not(None),
    )
    return exists().where(*same).correlate_except(later)


def first_seen(session: Session, act: Act, wanted: Select[InboundDelivery]) -> list[UnknownSender]:
    """The first of them that this actor may read, past those that are for other branches' staff."""
    shown: list[UnknownSender] = []
    for begin in range(0, FARTHEST, MOST):
        rows = session.scalars(wanted.offset(begin).limit(MOST)).all()
        shown += seen_by(session, act, [opened(row) for row in rows])
        if len(shown) >= MOST or len(rows) < MOST:
            break
    return shown[:MOST]
