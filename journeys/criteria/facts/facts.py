"""`Facts`: which facts rules may read now, and in which zones the patients live whose facts there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

from sqlalchemy import BigInteger, DateTime, Text, column, null, select, table
from sqlalchemy.orm import Session

from journeys.criteria.facts.summaries import TYPES, Summary
from journeys.criteria.facts.zoned import KnownSpan, Zones
from journeys.criteria.fields import FACTS
from journeys.foundation.database import PREPARED
from journeys.foundation.zones import SPANS
from journeys.store.facts import MIRRORED, FactColumn, FactZone

READY = "ready"


@dataclass(frozen=True)
class Facts:
    """The columns of `patient_fact` beyond the first ones that are ready, and the zones that its rows name."""

    columns: Mapping[str, Summary] = field(default_factory=dict)
    zones: Zones = field(default_factory=dict)

    @cached_property
    def rows(self) -> Any:
        """The fact rows, under one name in every statement."""
        return fact_rows(self.columns.values()).alias("fact")

    def has(self, summary: Summary) -> bool:
        """Whether a summary has a column."""
        return summary.name in self.columns


NO_FACTS = Facts()
"""No columns but the first ones."""


def fact_rows(summaries: Iterable[Summary]) -> Any:
    """The table with the columns that it grew; the first ones hold the facts of the fields they are named after."""
    return table(
        "patient_fact",
        column("patient_id", BigInteger()),
        column("stale_at", DateTime(timezone=True)),
        column("zone", Text()),
        *[column(name, TYPES[FACTS[name].kind]) for name in MIRRORED],
        *[column(each.name, TYPES[each.kind]) for each in summaries],
    )


COLUMNS_AND_ZONES = (
    select(FactColumn.name, FactColumn.definition)
    .where(FactColumn.status == READY)
    .union_all(select(FactZone.zone, null()))
    .order_by("name")
    .execution_options(**PREPARED)
)
"""Those that rules may read with their definitions, and zones without one."""


def read_facts(session: Session) -> Facts:
    """What rules may read now. Ask again in each transaction: columns come, and go long after they were wanted last."""
    columns = {}
    zones = []
    for name, definition in session.execute(COLUMNS_AND_ZONES):
        if definition is None:
            zones.append(name)
        else:
            columns[name] = Summary(definition)
    return Facts(columns, SpansOfZones.of(session, zones))


def registered(session: Session, *statuses: str) -> dict[str, Summary]:
    """Name → summary of the columns in one of these states, of all when none is given."""
    rows = select(FactColumn.name, FactColumn.definition).order_by(FactColumn.name)
    if statuses:
        rows = rows.where(FactColumn.status.in_(statuses))
    return {name: Summary(definition) for name, definition in session.execute(rows)}


class SpansOfZones:
    """The spans of zones, read from the database once per process: those of a zone never change."""

    kept: dict[str, list[KnownSpan]] = {}  # noqa: RUF012
    lock = Lock()

    @classmethod
    def of(cls, session: Session, zones: list[str]) -> Zones:
        """Zone → spans; empty for a name that is no zone."""
        missing = [zone for zone in zones if zone not in cls.kept]
        if missing:
            found = read_spans(session, missing)
            with cls.lock:
                cls.kept.update(found)
        return {zone: cls.kept.get(zone, []) for zone in zones}


def read_spans(session: Session, zones: list[str]) -> dict[str, list[KnownSpan]]:
    """The spans of these zones, in order."""
    rows = select(SPANS).where(SPANS.c.zone.in_(zones)).order_by(SPANS.c.zone, SPANS.c.from_at)
    found: dict[str, list[KnownSpan]] = {}
    for row in session.execute(rows):
        offset = dt.timedelta(minutes=row.offset_minutes)
        found.setdefault(row.zone, []).append(KnownSpan(row.from_at, row.to_at, offset, row.wall_from, row.wall_to))
    return found
