"""Which index a new column of the fact row gets, so that rules find few patients among many."""

from __future__ import annotations

from journeys.criteria.facts.summaries import EVER, LAST, Summary
from journeys.criteria.kinds import CODE, DAY, INSTANT, NUMBER, YES_NO

ONE_VALUE = {CODE, DAY, INSTANT, NUMBER, YES_NO}
DATES = {DAY, INSTANT}


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
