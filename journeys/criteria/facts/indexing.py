"""Which index a new column of the fact row gets, so that rules find few patients among many."""

from __future__ import annotations

from journeys.criteria.facts.summaries import EVER, LAST, Summary
from journeys.criteria.kinds import CODE, DAY, INSTANT, NUMBER, YES_NO

ONE_VALUE = {CODE, DAY, INSTANT, NUMBER, YES_NO}


def index_of(summary: Summary, column: str) -> str | None:
    """What to index for a summary whose column has this quoted name: `(column) WHERE …`; None for nothing.

    Who never had such a record is looked for together with those who had it long ago, so an index of latest dates holds
    them too. Nobody looks for the many who have no second or no coming one. Every index costs whoever writes a row.
    """
    if summary.kind not in ONE_VALUE:
        return None
    way, number = summary.definition.get("way"), summary.definition.get("number")
    if way == EVER:
        return f"({column}) WHERE {column}"
    if (way == LAST and number == 1) or (way is None and summary.kind == YES_NO):
        return f"({column})"
    return f"({column}) WHERE {column} IS NOT NULL"
