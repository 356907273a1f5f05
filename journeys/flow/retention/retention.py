"""How much history there is, by which rules it is kept, and what the last runs did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from journeys.flow.retention.histories import HISTORIES, History
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.enrolments import SegmentMember
from journeys.store.retention import RetentionRule, RetentionRun
from journeys.store.setting_up.partitions import months_of

SIZES = text("""
SELECT root.relname AS name, sum(pg_total_relation_size(part.oid))::bigint AS bytes,
    (sum(part.reltuples) FILTER (WHERE part.relkind = 'r' AND part.reltuples >= 0))::bigint AS rows,
    count(*) FILTER (WHERE part.oid <> root.oid AND pg_relation_size(part.oid) > 0) AS months
FROM pg_class AS root JOIN pg_class AS part
    ON part.oid = root.oid OR part.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = root.oid)
WHERE root.oid = ANY (SELECT to_regclass(name) FROM unnest(CAST(:names AS text[])) AS name)
GROUP BY root.relname
""")


@dataclass(frozen=True)
class Size:
    """Bytes with indexes, rows by the planner's last look (None: it never looked), and in how many months they lie."""

    bytes: int
    rows: int | None
    months: int


@dataclass(frozen=True)
class Standing:
    """One table: its size, the age of its oldest row (None: empty, or not to be known), its rule, its last run."""

    history: History
    size: Size
    oldest: dt.datetime | None
    rule: RetentionRule | None
    run: RetentionRun | None


def retention(session: Session, act: Act, name: str | None = None) -> list[Standing]:
    """Every table that a rule can be given to, or one."""
    histories = [history for history in HISTORIES.values() if name in (None, history.name)]
    rules = {rule.table_name: rule for rule in session.scalars(select(RetentionRule))}
    runs = {run.table_name: run for run in session.scalars(newest_runs())}
    sizes = sizes_of(session, [history.name for history in histories])
    audit.note(session, "R", "retention_rule", detail={"table": name})
    return [
        Standing(each, sizes[each.name], oldest(session, act, each), rules.get(each.name), runs.get(each.name))
        for each in histories
    ]


def newest_runs() -> Any:
    """SELECT the last run of each table."""
    newest = (RetentionRun.table_name, RetentionRun.began_at.desc(), RetentionRun.id.desc())
    return select(RetentionRun).ext(distinct_on(RetentionRun.table_name)).order_by(*newest)


def sizes_of(session: Session, names: Iterable[str]) -> dict[str, Size]:
    """The sizes of tables, without looking into them."""
    found = session.execute(SIZES, {"names": list(names)})
    return {row.name: Size(row.bytes, row.rows, row.months) for row in found}


def oldest(session: Session, act: Act, history: History) -> dt.datetime | None:
    """When the oldest row is from, found by an index; of a table by month, when its oldest month begins."""
    if history.is_by_month:
        return next((month.begins for month in months_of(session, history.name) if month.is_used), None)
    if act.scope.locations is not None:
        return None
    if history.table is SegmentMember:
        return session.scalar(select(func.min(SegmentMember.left_at)))
    return session.scalar(select(history.grows_by).order_by(history.table.id).limit(1))
