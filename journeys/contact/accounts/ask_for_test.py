"""An administrator asks for a test message; a worker sends it, because only workers speak to the outside."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.accounts.channels_in_use import plain
from journeys.contact.channels import CHANNELS
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.ids import new_uid
from journeys.foundation.tokens import email_token, phone_token
from journeys.foundation.words import N_
from journeys.store.channel_accounts import ChannelAccount, ChannelState

NOT_ALLOWED = N_("This account is being tried out: it writes to the addresses of its list alone")


def ask_for_test(session: Session, act: Act, channel: str, to: str, region: str = "US") -> None:
    """Have one message of no patient sent to an address; what became of an earlier one goes. Missing without such an
    account, Invalid for an address that is none or that a sandbox does not allow."""
    account = session.scalar(select(ChannelAccount).where(ChannelAccount.slug == channel))
    if account is None or account.kind not in CHANNELS:
        raise Missing(f"There is no account {channel}")
    is_mail = CHANNELS[account.kind].speaks == "email"
    if (email_token(to) if is_mail else phone_token(to, region)) is None:
        says = N_("Give an e-mail address") if is_mail else N_("Give a phone number with its country, as +12125550100")
        raise Invalid([Problem("to", says)])
    if account.is_sandbox and plain(to) not in {plain(line) for line in (account.allowed or "").splitlines()}:
        raise Invalid([Problem("to", NOT_ALLOWED)])
    state = session.scalar(select(ChannelState).where(ChannelState.channel == channel).with_for_update())
    state = state or ChannelState(channel=channel)
    state.trial, state.trial_asked_at, state.trial_to = new_uid(), act.now, to.strip()
    state.trial_ended_at = state.trial_error = None
    session.add(state)
    ring_after_commit(session, "deliver")
    audit.note(session, "E", ChannelState.__tablename__, detail={"channel": channel, "test": True})
