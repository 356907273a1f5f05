"""Finds who enters and who leaves several segments among the patients in CHANGED: one statement for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Boolean, Integer, Select, and_, any_, bindparam, column, func, literal, select
from sqlalchemy.dialects.postgresql import array

from journeys.criteria.facts.recompute import CHANGED
from journeys.criteria.membership.moving import MovingEdge, edge_rows
from journeys.criteria.membership.swapping import STAY, Difference
from journeys.criteria.membership.understood import Meaning

SEGMENTS = bindparam("segments", type_=ARRAY(BigInteger))
"""The ids of the segments, in the order of their meanings."""


def edges_of(meanings: Sequence[Meaning]) -> list[MovingEdge]:
    """Every edge that one of them compares with, once."""
    return sorted({edge for meaning in meanings for edge in meaning.edges})


def difference_among(meanings: Sequence[Meaning], rows: Any) -> Difference:
    """SELECT who enters and who leaves; parameters are SEGMENTS, `now` and the values of `edge`."""
    judged = judged_by(meanings, rows).cte("judged").prefix_with("MATERIALIZED")
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


def judged_by(meanings: Sequence[Meaning], rows: Any) -> Select[Any]:
    """SELECT each patient with whether each rule `holds`, and the places in SEGMENTS that they are in now (`stays`).

    Nobody without a row of facts is in a segment. Stays are looked up one by one: that is quick whatever the planner
    thinks of a table that has just been filled.
    """
    edges = edge_rows(edges_of(meanings))
    has_facts = rows.c.patient_id.is_not(None)
    holds = array([and_(has_facts, meaning.holds) for meaning in meanings])
    is_open = (STAY.c.patient_id == CHANGED.c.patient_id, STAY.c.left_at.is_(None))
    stays = select(func.array_position(SEGMENTS, STAY.c.segment_id)).where(
        *is_open, STAY.c.segment_id == any_(SEGMENTS)
    )
    joined = CHANGED.outerjoin(rows, rows.c.patient_id == CHANGED.c.patient_id)
    # a zone that is never unknown keeps the planner from joining the edges to each row by itself
    joined = joined.outerjoin(edges, edges.c.zone == func.coalesce(rows.c.zone, ""))
    found = func.array(stays.correlate(CHANGED).scalar_subquery(), type_=ARRAY(Integer))
    return select(CHANGED.c.patient_id, holds.label("holds"), found.label("stays")).select_from(joined)
