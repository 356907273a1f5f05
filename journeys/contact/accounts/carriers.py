"""What deciding knows of the channels themselves: who carries a message, and whether they can now.

A handful of rows, read once for a batch; as expressions they go into the relation `candidate`. An installation in which
nothing is stopped, down or without a template adds nothing but constants to it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    all_,
    and_,
    any_,
    case,
    cast,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from journeys.contact.accounts.channels_in_use import account_of
from journeys.contact.accounts.health import FAILURES
from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Account
from journeys.foundation.acting import Act
from journeys.store.channel_accounts import EVERY, ChannelAccount, ChannelState
from journeys.store.people import Patient

TEMPLATE = "template"
"""The setting of an account that names the template for first words."""


@dataclass(frozen=True)
class Carrier:
    """One account of a kind of channel (None: the kind as the environment opens it). `down_until` is None while its
    provider is well; `begins` says whether it may write first where the network asks for a template."""

    kind: str
    account: Account | None = None
    is_stopped: bool = False
    down_until: dt.datetime | None = None
    begins: bool = True


def carriers_now(session: Session, act: Act) -> list[Carrier]:
    """Every account in use, and what the environment opened, as they stand."""
    together = select(ChannelState, ChannelAccount).join(
        ChannelAccount, ChannelAccount.slug == ChannelState.channel, full=True
    )
    rows = session.execute(together.order_by(ChannelAccount.id)).all()
    states = {state.channel: state for state, _ in rows if state is not None}
    known = [row for _, row in rows if row is not None and row.active and row.kind in CHANNELS]
    taken = {row.kind for row in known}
    by_account = [
        carrier(act, row.kind, account_of(row, known), states.get(row.slug), states.get(EVERY), begins_of(row))
        for row in known
    ]
    of_house = [carrier(act, kind, None, states.get(kind), states.get(EVERY)) for kind in CHANNELS if kind not in taken]
    return by_account + of_house


def begins_of(row: ChannelAccount) -> bool:
    """Whether an account names a template, where its network knows any window."""
    return not CHANNELS[row.kind].medium.has_window or bool(row.settings.get(TEMPLATE))


def carrier(
    act: Act,
    kind: str,
    account: Account | None,
    state: ChannelState | None,
    every: ChannelState | None,
    begins: bool = True,
) -> Carrier:
    """One carrier as its own state and that of all channels have it."""
    is_stopped = any(each is not None and each.stopped_at is not None for each in (state, every))
    fails = state is not None and state.failures >= FAILURES
    until = state.open_until if state is not None and fails else None
    return Carrier(kind, account, is_stopped, until if until is not None and until > act.now else None, begins)


def of_carriers(channel: ColumnElement[Any], carriers: Sequence[Carrier]) -> dict[str, ColumnElement[Any]]:
    """SQL: the facts of a candidate that come from who would carry it.

    Where several accounts serve the same patient, what one of them can do is no obstacle.
    """
    reopens = [case((carries(channel, each), each.down_until)) for each in carriers if each.down_until is not None]
    soonest: ColumnElement[Any] = func.least(*reopens) if reopens else cast(null(), DateTime(timezone=True))
    is_down = all_are(channel, carriers, lambda each: each.down_until is not None)
    return {
        "channel_stopped": all_are(channel, carriers, lambda each: each.is_stopped),
        "channel_down_until": case((is_down, soonest)) if reopens else soonest,
        "channel_begins": not_(all_are(channel, carriers, lambda each: not each.begins)),
    }


def all_are(
    channel: ColumnElement[Any], carriers: Sequence[Carrier], is_so: Callable[[Carrier], bool]
) -> ColumnElement[bool]:
    """SQL: whether there are carriers of this channel for the patient, and all are so."""
    so = [carries(channel, each) for each in carriers if is_so(each)]
    kinds = {each.kind for each in carriers if is_so(each)}
    others = [carries(channel, each) for each in carriers if each.kind in kinds and not is_so(each)]
    return and_(or_(false(), *so), not_(or_(false(), *others)))


def carries(channel: ColumnElement[Any], each: Carrier) -> ColumnElement[bool]:
    """SQL: whether this is the carrier of a channel for the patient's branch."""
    home = Patient.managing_location_id
    account = each.account
    serves: ColumnElement[bool] = true()
    if account is not None and account.branches:
        serves = func.coalesce(home == any_(branches_of(account.branches)), False)
    elif account is not None and account.others:
        serves = func.coalesce(home != all_(branches_of(account.others)), True)
    return and_(channel == each.kind, serves)


def branches_of(ids: Sequence[int]) -> ColumnElement[Any]:
    """SQL: branches as one array."""
    return literal(list(ids), ARRAY(BigInteger))
