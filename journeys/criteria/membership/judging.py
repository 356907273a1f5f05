"""Finds who enters and who leaves several segments, among the patients in CHANGED and among those for whom a date has
passed an edge: one statement for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CompoundSelect,
    Integer,
    Select,
    and_,
    any_,
    bindparam,
    column,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import array

from journeys.criteria.facts.members import is_true_now
from journeys.criteria.facts.recompute import CHANGED
from journeys.criteria.facts.rule import DateCondition
from journeys.criteria.membership.crossings import passed
from journeys.criteria.membership.moving import NOW, MovingEdge, edge_rows
from journeys.criteria.membership.swapping import STAY, Difference, Kept, kept
from journeys.criteria.membership.understood import Meaning

SEGMENTS = bindparam("segments", type_=ARRAY(BigInteger))
"""The ids of the segments, in the order of their meanings."""


def edges_of(meanings: Sequence[Meaning]) -> list[MovingEdge]:
    """Every edge that one of them compares with, once."""
    return sorted({edge for meaning in meanings for edge in meaning.edges})


def kept_among(meanings: Sequence[Meaning], rows: Any, dates: Sequence[DateCondition]) -> Kept:
    """Put who enters and who leaves into DIFFERENCE, and SELECT what is in it; with a row for no segment that says at
    how many patients it has looked.

    `dates` are the conditions by which somebody may have been passed; none where no day has begun. Parameters are
    SEGMENTS, `now`, the values of `edge`, and with dates those of `passed`.
    """
    judged = judged_by(meanings, rows, dates).cte("judged").prefix_with("MATERIALIZED")
    looked_at = select(null(), func.count(), literal(0)).select_from(judged)
    return kept(difference_among(meanings, judged)).union_all(looked_at)


def difference_among(meanings: Sequence[Meaning], judged: Any) -> Difference:
    """SELECT who enters and who leaves."""
    is_in = array([literal(place) == func.any(judged.c.stays) for place, _ in enumerate(meanings, 1)])
    verdict = (
        func.unnest(SEGMENTS, judged.c.holds, is_in)
        .table_valued(column("segment_id", BigInteger), column("holds", Boolean), column("is_in", Boolean))
        .render_derived(name="verdict")
        .lateral()
    )
    has_moved = verdict.c.holds != verdict.c.is_in
    found = select(verdict.c.segment_id, judged.c.patient_id, verdict.c.holds)
    # few have moved: whoever has not is left out before each segment becomes a row
    return found.select_from(judged.join(verdict, has_moved)).where(judged.c.holds != is_in)


def judged_by(meanings: Sequence[Meaning], rows: Any, dates: Sequence[DateCondition]) -> CompoundSelect[Any]:
    """SELECT each patient with whether each rule `holds`, and the places in SEGMENTS that they are in now (`stays`).

    Nobody without a row of facts is in a segment. Whoever is marked again comes with the next round.
    """
    edges = edge_rows(edges_of(meanings))
    changed = CHANGED.outerjoin(rows, rows.c.patient_id == CHANGED.c.patient_id)
    found = [judged_in(changed, CHANGED.c.patient_id, meanings, rows, edges)]
    if dates:
        is_new = rows.c.patient_id.not_in(select(CHANGED.c.patient_id))
        crossed = judged_in(rows, rows.c.patient_id, meanings, rows, edges)
        found.append(crossed.where(passed(dates, rows), is_new, *is_true_now(rows, NOW)))
    return union_all(*found)


def judged_in(source: Any, patient_id: Any, meanings: Sequence[Meaning], rows: Any, edges: Any) -> Select[Any]:
    """SELECT the patients of a source likewise.

    Stays are looked up one by one: that is quick whatever the planner thinks of a table that has just been filled.
    """
    has_facts = rows.c.patient_id.is_not(None)
    holds = array([and_(has_facts, meaning.holds) for meaning in meanings])
    is_open = (STAY.c.patient_id == patient_id, STAY.c.left_at.is_(None))
    stays = select(func.array_position(SEGMENTS, STAY.c.segment_id)).where(
        *is_open, STAY.c.segment_id == any_(SEGMENTS)
    )
    # a zone that is never unknown keeps the planner from joining the edges to each row by itself
    joined = source.outerjoin(edges, edges.c.zone == func.coalesce(rows.c.zone, ""))
    found = func.array(stays.correlate(patient_id.table).scalar_subquery(), type_=ARRAY(Integer))
    return select(patient_id, holds.label("holds"), found.label("stays")).select_from(joined)
