"""Which index a column of the fact row gets, so that rules find few patients among many, and which ones there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from journeys.criteria.facts.summaries import EVER, LAST, Summary
from journeys.criteria.kinds import CODE, DAY, INSTANT, NUMBER, YES_NO

ONE_VALUE = {CODE, DAY, INSTANT, NUMBER, YES_NO}
DATES = {DAY, INSTANT}

MADE = text("""
SELECT relation.relname, pg_get_indexdef(index.indexrelid) AS definition FROM pg_index AS index
JOIN pg_class AS relation ON relation.oid = index.indexrelid
WHERE index.indrelid = 'patient_fact'::regclass AND index.indisvalid
""")


def index_of(summary: Summary, column: str) -> str | None:
    """What to index for a summary whose column has this quoted name: `(columns) WHERE …`; None for nothing.

    Who never had such a record is looked for together with those who had it long ago, so an index of latest dates holds
    them too. Nobody looks for the many who have no second or no coming one. Every index costs whoever writes a row.

    Dates stand beside the zone: where a day begins in one zone, whose date has passed is found without reading the
    patients of all others.
    """
    if summary.kind not in ONE_VALUE:
        return None
    indexed = f"{column}, zone" if summary.kind in DATES else column
    way, number = summary.definition.get("way"), summary.definition.get("number")
    if way == EVER:
        return f"({column}) WHERE {column}"
    if (way == LAST and number == 1) or (way is None and summary.kind == YES_NO):
        return f"({indexed})"
    return f"({indexed}) WHERE {column} IS NOT NULL"


def index_name(summary: Summary) -> str:
    """The name of the index of a summary's column."""
    return f"ix_patient_fact_{summary.name}"


def indexes_made(connection: Connection | Session) -> dict[str, str]:
    """Name → `(columns) WHERE …` of the indexes of fact rows that can be used, as `index_of` says it without quotes."""
    return {name: as_wanted(definition) for name, definition in connection.execute(MADE)}


def as_wanted(definition: str) -> str:
    """What PostgreSQL tells of an index, as `index_of` would say it of an unquoted column."""
    columns, _, condition = definition.partition(" USING btree ")[2].partition(" WHERE ")
    return f"{columns} WHERE {condition.removeprefix('(').removesuffix(')')}" if condition else columns


def is_indexed(summary: Summary, made: Mapping[str, str]) -> bool:
    """Whether a summary's column has the index that it gets today; those that get none have what they need."""
    wanted = index_of(summary, summary.name)
    return wanted is None or made.get(index_name(summary)) == wanted


def not_indexed(summaries: Iterable[Summary], made: Mapping[str, str]) -> list[Summary]:
    """Those whose index is another one than they would get today: made by an earlier version, or broken off."""
    return [each for each in summaries if not is_indexed(each, made)]
