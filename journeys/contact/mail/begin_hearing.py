"""A mailbox was opened: it is heard again, from where it was left."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.contact.mail.keep_mail import state_of
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.channel_accounts import ChannelState


def begin_hearing(session: Session, act: Act, channel: str, validity: int, next_number: int) -> int:
    """The number of the last mail that was read.

    At first what lies there already is left to whoever read it until now. A server that numbers anew (another
    validity) is read from the beginning: what was here before is recognised.
    """
    state = state_of(session, channel)
    if state.heard_validity is None:
        state.heard_number = next_number - 1
    elif state.heard_validity != validity:
        state.heard_number = 0
    state.heard_validity = validity
    state.hearing_since, state.hearing_error, state.hearing_failed_at = act.now, None, None
    session.flush()
    audit.note(session, "U", ChannelState.__tablename__, detail={"channel": channel, "hearing": True})
    return state.heard_number or 0
