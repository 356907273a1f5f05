"""How a channel is doing, and what it may do: stopped by a person, left alone after failures, so many a minute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import bindparam, case, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.contact.channels.base import Channel, Outcome
from journeys.foundation.acting import Act
from journeys.foundation.advisory import SENDERS
from journeys.foundation.database import PREPARED
from journeys.foundation.ids import new_uid
from journeys.foundation.zones import minutes
from journeys.store.channel_accounts import EVERY, ChannelState
from journeys.store.contact import Message

FAILURES = 5
"""So many failures in a row, and a channel is left alone."""

LONGEST_PAUSE = 15
"""Minutes for which it is left alone at most; the first time it is one, then twice as many each time."""

A_MINUTE = dt.timedelta(minutes=1)

STATES = (
    select(ChannelState.channel, ChannelState.stopped_at, ChannelState.open_until)
    .where(ChannelState.channel.in_((EVERY, bindparam("channel"))))
    .execution_options(**PREPARED)
)
WELL = (
    update(ChannelState)
    .where(
        ChannelState.channel == bindparam("account"),
        or_(ChannelState.failures > 0, ChannelState.open_until.is_not(None)),
    )
    .values(failures=0, open_until=None)
    .execution_options(synchronize_session=False, **PREPARED)
)
"""What speaks against sending, and the end of it; made once, because they are asked for every few messages."""


def room_for(session: Session, act: Act, channel: Channel, wanted: int) -> int:
    """How many messages a channel may send now: none while it is stopped or left alone, one to see whether it is well
    again, and no more in a minute than its account allows."""
    states = session.execute(STATES, {"channel": channel.key}).all()
    if any(state.stopped_at is not None for state in states):
        return 0
    state = next((each for each in states if each.channel == channel.key), None)
    if state is not None and state.open_until is not None:
        if state.open_until > act.now:
            return 0
        wanted = 1
    return min(wanted, left_of_this_minute(session, act, channel, wanted))


def left_of_this_minute(session: Session, act: Act, channel: Channel, wanted: int) -> int:
    """How many the account may still send in this minute; whoever else asks for the same account waits meanwhile."""
    account = channel.account
    if account is None or account.per_minute is None:
        return wanted
    session.execute(select(func.pg_advisory_xact_lock(SENDERS, account.id)))
    sent = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(Message.account_id == account.id, Message.counted_at > act.now - A_MINUTE)
    )
    return max(0, account.per_minute - (sent or 0))


def note_health(session: Session, act: Act, channel: str, outcomes: Sequence[Outcome]) -> None:
    """Count failures that are the provider's own, since the last message that it took; end the count when it took
    one."""
    failing = failing_now(outcomes)
    if not failing:
        session.execute(WELL, {"account": channel})
        return
    took_some = len(failing) < len(outcomes)
    asks_for = max((each.retry_after or 0) for each in failing)
    before = literal(0) if took_some else ChannelState.failures
    failures = before + len(failing)
    pause = func.least(LONGEST_PAUSE, func.pow(2, func.least(failures - FAILURES, LONGEST_PAUSE)))
    reopens = func.greatest(act.now + minutes(pause), act.now + dt.timedelta(seconds=asks_for))
    said = {"last_error": failing[-1].error, "last_failed_at": act.now}
    first = act.now + A_MINUTE if len(failing) >= FAILURES else waiting_until(act, asks_for)
    new = insert(ChannelState).values(uid=new_uid(), channel=channel, failures=len(failing), open_until=first, **said)
    counted = {
        "failures": failures,
        "open_until": case((failures >= FAILURES, reopens), else_=waiting_until(act, asks_for)),
        **said,
    }
    session.execute(new.on_conflict_do_update(index_elements=["channel"], set_=counted))


def waiting_until(act: Act, seconds: int) -> dt.datetime | None:
    """Until when a provider asked to be left alone; None where it did not."""
    return act.now + dt.timedelta(seconds=seconds) if seconds else None


def failing_now(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The failures at the end of these outcomes that are the provider's own."""
    failing: list[Outcome] = []
    for each in reversed(outcomes):
        if not (each.is_down or each.result == "unknown"):
            break
        failing.insert(0, each)
    return failing
