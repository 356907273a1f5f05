"""What stopping a channel would hold up now, journey by journey: asked before anybody stops it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, and_, case, func, literal, or_, select, true
from sqlalchemy.orm import Session

from journeys.contact.accounts.carriers import Carrier, carries
from journeys.contact.accounts.channels_in_use import opened_for
from journeys.contact.channels import CHANNELS
from journeys.contact.deciding.ladder import DEFAULT_LADDER, PREFERRED
from journeys.contact.media import USUAL
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.tables import Texts
from journeys.store.channel_accounts import EVERY, ChannelAccount
from journeys.store.configuration import Definition
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.people import Patient


@dataclass(frozen=True)
class HeldUp:
    """Messages of one journey (name None: of none): `ready` would leave on the channel as soon as it is their turn,
    `waiting` wait for their time and name no other channel, `rerouted` wait and could go another way."""

    journey: Texts | None
    ready: int
    waiting: int
    rerouted: int


def preview_stop(session: Session, act: Act, channel: str) -> list[HeldUp]:
    """The journeys whose messages stopping this account would hold up, those with most first; `*` is every channel.

    Counted among the patients of this scope. Missing without such an account.
    """
    is_ready, is_waiting, is_only = (true(), true(), true()) if channel == EVERY else by_account(session, channel)
    ready = and_(Message.status == "released", is_ready)
    waits = and_(Message.status == "planned", is_waiting)
    counts = (
        func.count().filter(ready).label("ready"),
        func.count().filter(and_(waits, is_only)).label("waiting"),
        func.count().filter(and_(waits, ~is_only)).label("rerouted"),
    )
    rows = session.execute(
        select(Enrolment.definition_id, *counts)
        .select_from(Message)
        .join(Patient, Patient.id == Message.patient_id)
        .outerjoin(Enrolment, Enrolment.id == Message.enrolment_id)
        .where(Message.status.in_(("released", "planned")), or_(ready, waits))
        .group_by(Enrolment.definition_id)
    ).all()
    names = names_of(session, {row.definition_id for row in rows if row.definition_id is not None})
    audit.note(session, "R", "message", detail={"what": "before stopping", "channel": channel})
    found = [HeldUp(names.get(row.definition_id), row.ready, row.waiting, row.rerouted) for row in rows]
    return sorted(found, key=lambda each: (-each.ready - each.waiting, -each.rerouted))


def by_account(session: Session, slug: str) -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[bool]]:
    """SQL: whether a message is to leave on an account, whether its ladder names what the account carries, and whether
    it names nothing else."""
    rows = session.scalars(select(ChannelAccount).where(ChannelAccount.active).order_by(ChannelAccount.id)).all()
    row = next((each for each in rows if each.slug == slug and each.kind in CHANNELS), None)
    if row is None:
        raise Missing(f"There is no account {slug} in use")
    carrier = opened_for(row, [each for each in rows if each.kind in CHANNELS])
    own = literal(sorted({carrier.name, carrier.speaks}), ARRAY(Text))
    words = words_of_ladder()
    serves = carries(literal(carrier.name), Carrier(carrier.name, carrier.account))
    names_it = words.op("&&", is_comparison=True)(own)
    return (
        and_(Message.channel == carrier.name, serves),
        and_(names_it, serves),
        words.op("<@", is_comparison=True)(own),
    )


def words_of_ladder() -> ColumnElement[Any]:
    """SQL: the words of a message's ladder, with what the patient prefers in its place."""
    usual = literal(list(DEFAULT_LADDER), ARRAY(Text))
    named = case((func.cardinality(Message.channels) > 0, Message.channels), else_=usual)
    preferred = func.coalesce(Patient.preferred_channel, USUAL[0])
    return func.array_replace(named, PREFERRED, preferred, type_=ARRAY(Text))


def names_of(session: Session, definitions: set[int]) -> Mapping[int | None, Texts]:
    """Definition → what it is called."""
    rows = session.execute(select(Definition.id, Definition.name).where(Definition.id.in_(definitions)))
    return {row.id: row.name for row in rows}
