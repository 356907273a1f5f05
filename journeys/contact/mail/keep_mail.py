"""Keeps one mail of a mailbox as it came, once, and with it how far the mailbox has been read."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.contact.channels.base import Delivery
from journeys.contact.inbound.keep_delivery import raw_of
from journeys.contact.mail.mailbox import Came
from journeys.contact.mail.read_mail import known_by
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.ids import new_uid
from journeys.foundation.secrets import seal
from journeys.store.channel_accounts import ChannelAccount, ChannelState
from journeys.store.inbox import InboundDelivery

TOO_LARGE = "too large"


def keep_mail(session: Session, act: Act, account_id: int, validity: int, came: Came) -> bool:
    """Whether it was not here before. One that is too large is set aside with its head alone."""
    account = session.get_one(ChannelAccount, account_id)
    uid = new_uid()
    raw = raw_of(Delivery(f"imap:{account.slug}", body=came.raw))
    values = {
        "uid": uid,
        "source": f"mailbox:{account.slug}",
        "outside_id": known_by(came.raw),
        "received_at": act.now,
        "account_id": account.id,
        "status": "received" if came.is_whole else "quarantined",
        "error": None if came.is_whole else TOO_LARGE,
        "raw_sealed": seal(raw, InboundDelivery.__tablename__, "raw", uid),
    }
    kept = insert(InboundDelivery).values(values).on_conflict_do_nothing(index_elements=["source", "outside_id"])
    number = session.scalar(kept.returning(InboundDelivery.id))
    state = state_of(session, account.slug)
    state.heard_validity, state.heard_number, state.heard_at = validity, came.number, act.now
    session.flush()
    audit.note(session, "C", InboundDelivery.__tablename__, [] if number is None else [number])
    if number is not None:
        ring_after_commit(session, "inbound")
    return number is not None


def state_of(session: Session, slug: str) -> ChannelState:
    """The state of an account, locked; a new one where nothing happened to it yet."""
    state = session.scalar(select(ChannelState).where(ChannelState.channel == slug).with_for_update())
    if state is None:
        state = ChannelState(channel=slug)
        session.add(state)
    return state
