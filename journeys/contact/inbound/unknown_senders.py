"""What people wrote whom no record knows, and what becomes of it: the oldest first, opened to be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import orjson
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from journeys.contact.inbound.act_on_intent import READ, WORDS
from journeys.contact.inbound.kept_raw import PERHAPS_EMERGENCY, UNKNOWN_SENDER
from journeys.contact.inbound.sent_form import SentForm, read_said
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, Stale
from journeys.store.inbox import InboundDelivery
from journeys.store.organisation import Location


@dataclass(frozen=True)
class UnknownSender:
    """One reply that waits: on which channel it came and when, who wrote, what, whether it may be an emergency, and
    which form brought it; `branch` is the name of the form's branch, whose staff alone see it. `due_at` is by when
    somebody is to have dealt with it, `owner` who does (a username), `answered_at` when they last answered there."""

    id: int
    channel: str
    at: dt.datetime
    due_at: dt.datetime
    sender: str = field(repr=False)
    text: str = field(repr=False)
    region: str = "US"
    is_emergency: bool = False
    form: SentForm | None = None
    branch: str = ""
    owner: str | None = None
    answered_at: dt.datetime | None = None


@dataclass(frozen=True)
class UnknownSenders:
    """A page of them; `after` fetches the next one, None at the end. What is for another branch's staff is left out."""

    waiting: list[UnknownSender]
    after: int | None


def unknown_senders(
    session: Session, act: Act, number: int | None = None, after: int = 0, limit: int = 25
) -> UnknownSenders:
    """Those that wait; or the one with this number, Missing when it waits no more. Reading them is audited."""
    wanted = select(InboundDelivery).where(*waits(), InboundDelivery.id > after)
    if number is not None:
        wanted = wanted.where(InboundDelivery.id == number)
    rows = session.scalars(wanted.order_by(InboundDelivery.id).limit(limit + 1)).all()
    if number is not None and not rows:
        raise Missing("There is no such reply any more")
    shown = seen_by(session, act, [opened(row) for row in rows[:limit]])
    if number is not None and not shown:
        raise Missing("There is no such reply here")
    audit.note(session, "R", InboundDelivery.__tablename__, [each.id for each in shown])
    return UnknownSenders(shown, rows[limit - 1].id if len(rows) > limit else None)


def seen_by(session: Session, act: Act, found: Sequence[UnknownSender]) -> list[UnknownSender]:
    """Those that this actor may read, with the names of their branches: a form may belong to one."""
    slugs = {each.form.branch for each in found if each.form is not None and each.form.branch}
    rows = session.execute(select(Location.slug, Location.id, Location.name).where(Location.slug.in_(slugs))).all()
    branches = {row.slug: row for row in rows}
    seen = []
    for each in found:
        branch = branches.get(each.form.branch) if each.form is not None else None
        if branch is None or act.scope.locations is None or branch.id in act.scope.locations:
            seen.append(replace(each, branch=branch.name if branch is not None else ""))
    return seen


def waits() -> tuple[ColumnElement[bool], ...]:
    """SQL: which deliveries wait for a person."""
    return (
        InboundDelivery.said_sealed.is_not(None),
        InboundDelivery.status == "quarantined",
        InboundDelivery.error.in_((UNKNOWN_SENDER, PERHAPS_EMERGENCY)),
    )


def somebody_is_in_need(session: Session) -> bool:
    """Whether one of those that wait may be an emergency; none is opened to know it."""
    urgent = select(InboundDelivery.id).where(*waits(), InboundDelivery.error == PERHAPS_EMERGENCY)
    return bool(session.scalar(select(urgent.exists())))


def taken(session: Session, act: Act, number: int) -> InboundDelivery:
    """The one that waits under this number, locked; Stale when somebody dealt with it first, Missing where it is for
    another branch's staff."""
    row = next((each for each in visit_of(session, number) if each.id == number), None)
    if row is None:
        raise Stale("Somebody dealt with this reply first")
    if not seen_by(session, act, [opened(row)]):
        raise Missing("There is no such reply here")
    return row


def visit_of(session: Session, number: int) -> Sequence[InboundDelivery]:
    """One that waits, with all that waits of the same visit to a page, locked in their order: whoever answers, links or
    sets one aside changes them all."""
    mine = select(InboundDelivery.sender_token, InboundDelivery.source).where(InboundDelivery.id == number)
    found = session.execute(mine).first()
    which = InboundDelivery.id == number
    if found is not None and found.sender_token is not None:
        same = InboundDelivery.sender_token == found.sender_token, InboundDelivery.source == found.source
        which = or_(which, and_(*same))
    wanted = select(InboundDelivery).where(*waits(), which).order_by(InboundDelivery.id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def opened(row: InboundDelivery) -> UnknownSender:
    """One reply, opened."""
    said = orjson.loads(row.said or "{}")
    is_emergency = row.error == PERHAPS_EMERGENCY
    asked = WORDS["tasks"]["emergency" if is_emergency else READ]
    return UnknownSender(
        id=row.id,
        channel=row.source,
        at=row.received_at,
        due_at=row.received_at + dt.timedelta(hours=asked["due_in_hours"]),
        sender=said.get("sender", ""),
        text=said.get("text", ""),
        region=said.get("region", "US"),
        is_emergency=is_emergency,
        owner=row.owner,
        answered_at=row.answered_at,
        form=read_said(said.get("form")),
    )
