"""The contact ledger as an account: planned = sent + held + skipped + failed, for every journey, step, template,
channel, rule or day.

Each message stands in exactly one column (`ledger_columns`). That the account is true is shown by statements that do
not count by it: see `discrepancies`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from sqlalchemy import ColumnElement, Date, Select, cast, func, literal_column, null, select
from sqlalchemy.orm import Session, aliased

from journeys.contact.ledger.discrepancies import Discrepancy, discrepancies
from journeys.contact.ledger.ledger_columns import held_by, parts, standing_in
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment

By = Literal["journey", "step", "template", "channel", "rule", "day"]

MOST_DAYS = 366
MOST_LINES = 400


@dataclass(frozen=True)
class Sums:
    """How many messages were planned, and where they stand. `waiting` is the part of `held` that may still go,
    `deferred` the part of that which was put off to a known moment; `delivered` is the part of `sent` that is known to
    have arrived, `answered` the part of all of it that was answered."""

    planned: int = 0
    sent: int = 0
    held: int = 0
    skipped: int = 0
    failed: int = 0
    waiting: int = 0
    deferred: int = 0
    delivered: int = 0
    answered: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether every message stands in one column and in no other, and no part is larger than its whole."""
        is_whole = self.planned == self.sent + self.held + self.skipped + self.failed
        return is_whole and self.deferred <= self.waiting <= self.held and self.delivered <= self.sent


@dataclass(frozen=True)
class Entry:
    """One line of the account. `name` is a text of the clinic, `step` a step's id, `day` a day of the given zone;
    `slug` is also the name of a channel, or of a rule or reason, None where there is none."""

    sums: Sums
    name: Mapping[str, str] | None = None
    slug: str | None = None
    step: str | None = None
    day: dt.date | None = None


@dataclass(frozen=True)
class Balance:
    """The whole, its lines, and the rows that contradict it; `has_more` says that lines were left off."""

    total: Sums
    entries: list[Entry]
    wrong: list[Discrepancy]
    has_more: bool = False

    @property
    def adds_up(self) -> bool:
        """Whether the sums are right and nothing contradicts them."""
        return self.total.adds_up and not self.wrong


@dataclass(frozen=True)
class Period:
    """Messages planned from `since` on and before `until`, whose days are those of `zone`; of one journey and channel,
    or of all."""

    since: dt.datetime
    until: dt.datetime
    zone: str = "UTC"
    journey: str | None = None
    channel: str | None = None


def balance(session: Session, act: Act, period: Period, sending: Sequence[str], by: By = "journey") -> Balance:
    """The account of a period, over the patients of this scope; Invalid when the period is too long or ends first.

    `sending` are the types of steps that plan a message whenever a patient goes on from them (`flow.steps.SENDING`).
    """
    if not dt.timedelta(0) < period.until - period.since <= dt.timedelta(days=MOST_DAYS):
        raise Invalid([Problem("since", N_("Choose a period of at most %(days)s days"), {"days": MOST_DAYS})])
    rows = session.execute(grouped(period, by)).all()
    whole = session.execute(summed(period)).one()
    wrong = discrepancies(session, period.since, period.until, period.journey, sending)
    audit.note(session, "R", "message.balance", detail={"by": by, "journey": period.journey})
    entries = [entry_of(row, by) for row in rows[:MOST_LINES]]
    return Balance(sums_of(whole), entries, wrong, has_more=len(rows) > MOST_LINES)


def counts() -> list[ColumnElement[Any]]:
    """SQL: every message, and the messages of each column, counted apart from one another."""
    column = standing_in()
    each = [func.count().filter(column == name).label(name) for name in ("sent", "held", "skipped", "failed")]
    within = [func.count().filter(is_part).label(name) for name, is_part in parts().items()]
    return [func.count().label("planned"), *each, *within]


def planned_in(period: Period, statement: Select[Any]) -> Select[Any]:
    """The statement over the messages of a period, with the enrolments and journeys that asked for them."""
    narrowed = (
        statement.select_from(Message)
        .outerjoin(Enrolment, Enrolment.id == Message.enrolment_id)
        .outerjoin(Definition, Definition.id == Enrolment.definition_id)
        .where(
            Message.direction == "outbound",
            Message.planned_at >= period.since,
            Message.planned_at < period.until,
        )
    )
    if period.journey is not None:
        narrowed = narrowed.where(Definition.slug == period.journey)
    return narrowed if period.channel is None else narrowed.where(Message.channel == period.channel)


def summed(period: Period) -> Select[Any]:
    """SELECT the sums of everything."""
    return planned_in(period, select(*counts()))


def grouped(period: Period, by: By) -> Select[Any]:
    """SELECT the sums line by line, the largest first; days the newest first."""
    if by == "day":
        day = cast(func.timezone(period.zone, Message.planned_at), Date).label("day")
        return planned_in(period, select(day, *counts())).group_by(day).order_by(day.desc()).limit(MOST_LINES + 1)
    template, version = aliased(Definition), aliased(DefinitionVersion)
    keys: dict[str, list[Any]] = {
        "journey": [Definition.name, Definition.slug],
        "step": [Definition.name, Definition.slug, Message.step],
        "template": [template.name, template.slug],
        "channel": [null().label("name"), Message.channel.label("slug")],
        "rule": [null().label("name"), held_by().label("slug")],
    }
    statement = planned_in(period, select(*keys[by], *counts()))
    if by == "template":
        statement = statement.outerjoin(version, version.id == Message.template_version_id)
        statement = statement.outerjoin(template, template.id == version.definition_id)
    places: list[Any] = [literal_column(str(place)) for place in range(1, len(keys[by]) + 1)]
    return statement.group_by(*places).order_by(func.count().desc(), *places[1:]).limit(MOST_LINES + 1)


def entry_of(row: Any, by: By) -> Entry:
    """One row as a line."""
    if by == "day":
        return Entry(sums_of(row), day=row.day)
    return Entry(sums_of(row), row.name, row.slug, row.step if by == "step" else None)


def sums_of(row: Any) -> Sums:
    """The counts of one row."""
    return Sums(**{each.name: getattr(row, each.name) for each in fields(Sums)})
