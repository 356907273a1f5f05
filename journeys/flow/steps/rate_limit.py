"""Lets only so many patients through in an hour or a day."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select

from journeys.flow.steps.base import Change, Insert, Rows, Step
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.rate_passes import RatePass

MOST = 1_000_000
AN_HOUR = dt.timedelta(hours=1)
A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class RateLimit(Step):
    """Lets at most so many enrolments through in each hour, or each day of the organisation, first come, first served.

    It counts for the step of the journey, whatever the version. Who does not get through now is looked at as the next
    hour or day begins.
    """

    label: ClassVar[str] = N_("Rate limit")
    help: ClassVar[str] = N_("Lets only so many patients through in an hour or a day, so that staff can keep up.")
    icon: ClassVar[str] = "clock"
    reads: ClassVar[frozenset[str]] = frozenset({"rate_pass"})
    writes: ClassVar[frozenset[str]] = frozenset({"rate_pass"})
    rests: ClassVar[bool] = True
    stays: ClassVar[bool] = True

    most: int = field(metadata={"label": N_("At most"), "help": N_("How many patients are let through.")})
    per: Literal["hour", "day"] = field(
        default="day",
        metadata={
            "label": N_("In each"),
            "help": N_("A day begins at midnight in the organisation's time zone."),
            "choices": (("hour", N_("hour")), ("day", N_("day"))),
        },
    )

    def inserts(self, rows: Rows) -> list[Change]:
        """A place for each of those who came first, as long as there are places."""
        began_at, _ = self.stretch(rows)
        values = {
            "definition_id": rows.c.definition_id,
            "step": rows.c.step,
            "began_at": began_at,
            "place": taken(rows.c, began_at) + arrival(rows.c),
            "patient_id": rows.c.patient_id,
            "enrolment_id": rows.c.enrolment_id,
            "visit": rows.c.visit,
        }
        is_first = rows.c.enrolment_id.in_(self.first(rows, began_at))
        return [Insert(RatePass, values, where=is_first, is_contested=True)]

    def first(self, rows: Rows, began_at: dt.datetime) -> Select[Any]:
        """SELECT the enrolments that there are places for, of those who have none yet."""
        waiting = rows.relation.alias("waiting")
        place = (taken(waiting.c, began_at) + arrival(waiting.c)).label("place")
        ranked = (
            select(waiting.c.enrolment_id, place).where(~mine(waiting.c).exists()).correlate(None).subquery("ranked")
        )
        return select(ranked.c.enrolment_id).where(ranked.c.place <= self.most)

    def exit(self, rows: Rows) -> ColumnElement[Any]:
        """Through with a place; NULL without."""
        return case((mine(rows.c).exists(), "next"))

    def again(self, rows: Rows) -> ColumnElement[Any] | None:
        """As the next hour or day begins."""
        _, until = self.stretch(rows)
        return literal(until)

    def stretch(self, rows: Rows) -> tuple[dt.datetime, dt.datetime]:
        """The hour or day in which it is now, from and until."""
        if self.per == "hour":
            began_at = rows.now.replace(minute=0, second=0, microsecond=0)
            return began_at, began_at + AN_HOUR
        midnight = rows.now.astimezone(zoneinfo.ZoneInfo(rows.time_zone)).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        return midnight.astimezone(dt.UTC), (midnight + A_DAY).astimezone(dt.UTC)

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """Somebody gets through."""
        if not 1 <= self.most <= MOST:
            yield Problem(f"{where}.most", N_("Between 1 and %(most)s"), {"most": MOST})

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """How many, and in what time."""
        words = {"hour": N_("Let through at most %(most)s an hour"), "day": N_("Let through at most %(most)s a day")}
        return reader.translate(words[self.per]) % {"most": self.most}


def arrival(rows: Any) -> ColumnElement[int]:
    """The how-manieth each of these rows is, by when it arrived."""
    return func.row_number().over(order_by=(rows.step_entered_at, rows.enrolment_id))


def taken(rows: Any, began_at: dt.datetime) -> ColumnElement[int]:
    """How many places of a stretch of time are taken; places have no holes, so the next ones follow."""
    here = and_(
        RatePass.definition_id == rows.definition_id,
        RatePass.step == rows.step,
        RatePass.began_at == began_at,
    )
    return select(func.count(RatePass.id)).where(here).correlate_except(RatePass).scalar_subquery()


def mine(rows: Any) -> Select[Any]:
    """SELECT the place of this visit."""
    of_visit = and_(
        RatePass.enrolment_id == rows.enrolment_id,
        RatePass.step == rows.step,
        RatePass.visit == rows.visit,
    )
    return select(RatePass.id).where(of_visit).correlate_except(RatePass)
