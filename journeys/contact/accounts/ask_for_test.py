"""An administrator asks for a test message; a worker sends it, because only workers speak to the outside."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.accounts.channels_in_use import plain
from journeys.contact.channels import CHANNELS
from journeys.contact.texts.render import Rendered
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.ids import new_uid
from journeys.foundation.words import N_
from journeys.store.channel_accounts import ChannelAccount, ChannelState

NOT_ALLOWED = N_("This account is being tried out: it writes to the addresses of its list alone")
"""Also said of a text that is not published."""


def ask_for_test(
    session: Session, act: Act, channel: str, to: str, region: str = "US", text: Rendered | None = None
) -> None:
    """Have one message of no patient sent to an address; what became of an earlier one goes. `text` is what it says,
    which goes to addresses of the account's trial list alone; without one it says that it is a test.

    Missing without such an account, Invalid for an address that is none or that the list does not have.
    """
    account = session.scalar(select(ChannelAccount).where(ChannelAccount.slug == channel))
    if account is None or account.kind not in CHANNELS:
        raise Missing(f"There is no account {channel}")
    medium = CHANNELS[account.kind].medium
    if medium.token(to, region) is None:
        raise Invalid([Problem("to", medium.address_wanted)])
    is_bound = account.is_sandbox or text is not None
    if is_bound and plain(to) not in {plain(line) for line in (account.allowed or "").splitlines()}:
        raise Invalid([Problem("to", NOT_ALLOWED)])
    state = session.scalar(select(ChannelState).where(ChannelState.channel == channel).with_for_update())
    state = state or ChannelState(channel=channel)
    state.trial, state.trial_asked_at, state.trial_to = new_uid(), act.now, to.strip()
    state.trial_ended_at = state.trial_error = None
    said = text or Rendered()
    state.trial_subject, state.trial_body, state.trial_html = said.subject, said.body, said.html
    session.add(state)
    ring_after_commit(session, "deliver")
    audit.note(session, "E", ChannelState.__tablename__, detail={"channel": channel, "test": True})
