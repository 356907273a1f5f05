"""Statements of stretches, made once for each version: building one takes longer than running it for a few patients.

What changes from act to act (the time, the name, the enrolments) is a parameter. A step that works with the time in
Python cannot be prepared; its stretch is built anew in every act.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import BigInteger, Select, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from journeys.flow.fused.stretches import Stretch
from journeys.flow.fused.walking import Walked, walk
from journeys.flow.fused.writing import Part, arrived_at, parts_of
from journeys.flow.running.batch import Batch
from journeys.foundation.later import LATER, NOT_BEFORE_ITS_ACT, values_of
from journeys.foundation.zones import ZoneSpan

IDS = bindparam("enrolments", type_=ARRAY(BigInteger))


@dataclass(frozen=True)
class Prepared:
    """A whole statement. It SELECTs how many rows each of `counted` wrote, and how many arrived at each of `waiting`.

    `reads_zones` says whether it looks up time zones: these must be known to the database beforehand.
    """

    statement: Select[Any]
    counted: tuple[Part, ...]
    waiting: tuple[str, ...]
    reads_zones: bool


def prepared(batch: Batch, stretch: Stretch) -> Prepared:
    """The statement of a stretch, kept with the version where it can be."""
    kept = batch.published.statements
    key = (stretch.start.id, batch.defaults)
    if key not in kept:
        kept[key] = beforehand(batch, stretch)
    found: Prepared | None = kept[key]
    return prepare(batch, stretch) if found is None else found


def beforehand(batch: Batch, stretch: Stretch) -> Prepared | None:
    """The statement for any act and any enrolments; None where a step needs to know the act."""
    try:
        return prepare(replace(batch, act=LATER, ids=cast(Sequence[int], IDS)), stretch)
    except NOT_BEFORE_ITS_ACT:
        return None


def values_in(batch: Batch) -> dict[str, Any]:
    """What the parameters are for a batch."""
    return {**values_of(batch.act), IDS.key: list(batch.ids)}


def prepare(batch: Batch, stretch: Stretch) -> Prepared:
    """Build the statement."""
    walked = walk(batch, stretch)
    parts = list(parts_of(batch, walked))
    waiting = arrived_at(batch, walked)
    statement = statement_of(walked, parts, waiting)
    text = str(statement.compile(dialect=batch.session.get_bind().dialect))
    return Prepared(
        statement=statement,
        counted=tuple(part for part in parts if part.counted),
        waiting=tuple(waiting),
        reads_zones=ZoneSpan.__tablename__ in text,
    )


def statement_of(walked: Walked, parts: Sequence[Part], waiting: Sequence[str]) -> Select[Any]:
    """All parts as one statement."""
    counts = [number_of(part.cte) for part in parts if part.counted]
    arrived = [
        select(func.count())
        .select_from(walked.relation)
        .where(walked.c.step == step_id, walked.c.port_0.is_not(None))
        .scalar_subquery()
        for step_id in waiting
    ]
    others = [part.cte for part in parts if not part.counted]
    return select(*counts, *arrived).add_cte(*others)


def number_of(part: Any) -> Any:
    """How many rows a part of the statement has written."""
    return select(func.count()).select_from(part).scalar_subquery()
