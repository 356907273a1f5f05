"""Makes a batch of the letters that wait: each is judged once more, says what is so now, and is taken."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from journeys.contact.accounts.channels_in_use import opened_for
from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Channel
from journeys.contact.deciding.kept import is_one_of
from journeys.contact.sending.claim import claim
from journeys.contact.sending.next_few import next_few
from journeys.contact.sending.record import record
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.channel_accounts import ChannelAccount
from journeys.store.contact import Message
from journeys.store.letters import LetterBatch


def make_batch(session: Session, act: Act, slug: str) -> LetterBatch | None:
    """The batch, with at most as many letters as the channel takes at once; None where none may go now."""
    account, channel = letters_of(session, slug)
    claimed = claim(session, act, channel, limit=channel.batch)
    envelopes = next_few(session, act, channel, claimed, [], list(claimed.leaving)).envelopes
    ids = [each.message_id for each in envelopes]
    if not ids:
        return None
    record(session, act, claimed, list(channel.send(envelopes)))
    batch = LetterBatch(account_id=account.id, letters=len(ids), made_at=act.now, made_by=act.by)
    session.add(batch)
    session.flush()
    mine = update(Message).where(is_one_of(ids)).values(letter_batch_id=batch.id)
    session.execute(mine.execution_options(synchronize_session=False))
    audit.note(session, "C", LetterBatch.__tablename__, [batch.id], detail={"letters": len(ids)})
    return batch


def letters_of(session: Session, slug: str) -> tuple[ChannelAccount, Channel]:
    """An account that is in use and its channel; Missing where there is none, or staff do not send on it."""
    rows = session.scalars(select(ChannelAccount).where(ChannelAccount.active).order_by(ChannelAccount.id)).all()
    by_hand = [row for row in rows if row.kind in CHANNELS and CHANNELS[row.kind].is_by_hand]
    account = next((row for row in by_hand if row.slug == slug), None)
    if account is None:
        raise Missing(f"There is no account {slug} of letters")
    return account, opened_for(account, by_hand)
