"""Statements that find patients by their tokens: one for each shape of what was typed, made once.

The tokens are parameters (`values_of`), so that connections keep the statements with their plans.
"""

from __future__ import annotations

import datetime as dt
import functools
import operator
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    SelectBase,
    Subquery,
    and_,
    any_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased, load_only

from journeys.foundation.database import PREPARED
from journeys.store.people import Patient, PatientToken

Token = tuple[str, bytes]
Group = list[Token]
"""Any of these will do."""

Shape = tuple[int, ...]
"""How many tokens each group has."""

Slot = tuple[ColumnElement[str], ColumnElement[bytes]]
"""Where the kind and the value of one token stand in a statement."""

SHAPES = 64
"""Shapes whose statements are kept."""

AFTER: ColumnElement[int] = bindparam("after", type_=BigInteger)
MOST: ColumnElement[int] = bindparam("most", type_=Integer)
FREQUENT: ColumnElement[int] = bindparam("frequent", type_=Integer)

SHOWN = load_only(
    Patient.uid,
    Patient.name_sealed,
    Patient.birth_date,
    Patient.gender,
    Patient.deceased,
    Patient.managing_location_id,
)
"""What is needed of a patient who was found."""

NOBODY_MERGED = select(Patient).where(Patient.merged_into_id.is_(None)).options(SHOWN)

OF_IDS = (
    NOBODY_MERGED.where(Patient.id == any_(bindparam("ids", type_=ARRAY(BigInteger))))
    .order_by(Patient.id)
    .execution_options(**PREPARED)
)

ALONG_INDEXES = {"enable_sort": "off", "enable_hashjoin": "off", "enable_mergejoin": "off", "work_mem": "64kB"}
"""The planner puts nothing in order that an index holds in order. It thinks that the first page needs all who have a
name."""

ALONG = select(*[func.set_config(name, value, true()) for name, value in ALONG_INDEXES.items()]).execution_options(
    **PREPARED
)
"""Until the end of the transaction."""


def shape_of(groups: Sequence[Group]) -> Shape:
    """The shape of what was typed."""
    return tuple(len(group) for group in groups)


def values_of(groups: Sequence[Group]) -> dict[str, Any]:
    """The tokens as parameters of the statements of their shape."""
    return {
        f"{part}_{number}_{place}": value
        for number, group in enumerate(groups)
        for place, token in enumerate(group)
        for part, value in zip(("kind", "token"), token, strict=True)
    }


def slots(shape: Shape) -> list[list[Slot]]:
    """Where the tokens of each group stand."""
    return [
        [(bindparam(f"kind_{number}_{place}"), bindparam(f"token_{number}_{place}")) for place in range(size)]
        for number, size in enumerate(shape)
    ]


@functools.lru_cache(SHAPES)
def sizes(shape: Shape, may_be_beside: bool) -> Select[*tuple[Any, ...]]:
    """SELECT how many have a token of each group, up to `frequent`; and until the end of the transaction let the
    planner walk along groups that are all frequent, beside each other or one after the other.
    """
    every = select(*[counted(group).label(f"size_{number}") for number, group in enumerate(slots(shape))])
    # without an offset each of them would be counted wherever it is named
    each = every.offset(0).subquery()
    least = func.least(*each.c) if len(shape) > 1 else each.c[0]
    are_frequent = and_(literal(may_be_beside), least >= FREQUENT)
    settings = ALONG_INDEXES | {
        "enable_mergejoin": case((are_frequent, "on"), else_="off"),
        "enable_nestloop": case((are_frequent, "off"), else_="on"),
    }
    told = [func.set_config(name, value, true()) for name, value in settings.items()]
    return select(*each.c, *told).execution_options(**PREPARED)


@functools.lru_cache(SHAPES)
def beside_each_other(shape: Shape) -> Select[int]:
    """SELECT the ids of those who have a token of every group, in order: all groups are walked along."""
    first, *others = map(having, slots(shape))
    met = select(first.c.patient_id)
    for other in others:
        met = met.join(other, other.c.patient_id == first.c.patient_id)
    return met.order_by(first.c.patient_id).limit(MOST).execution_options(**PREPARED)


@functools.lru_cache(SHAPES)
def few_by_few(shape: Shape) -> Select[Patient]:
    """SELECT the patients that have a token of every group, in order of id, where few have one of the first: their ids
    are read as an array, then which of these have one of the next group, and so on."""
    first, *others = slots(shape)
    met = as_array(select(having(first).c.patient_id))
    for group in others:
        met = as_array(union_all(*[those_who_have(token, met) for token in group]))
    return NOBODY_MERGED.where(Patient.id == any_(met)).order_by(Patient.id).limit(MOST).execution_options(**PREPARED)


def as_array(ids: SelectBase) -> ColumnElement[Any]:
    """The ids that a SELECT gives, as one value that is worked out once however often it is asked for."""
    worked_out = select(func.array(ids.scalar_subquery()).label("ids")).cte()
    return cast(select(worked_out.c.ids).scalar_subquery(), ARRAY(BigInteger))


def those_who_have(token: Slot, ids: ColumnElement[Any]) -> Select[int]:
    """SELECT those of some ids who have a token."""
    return select(PatientToken.patient_id).where(is_token(PatientToken, token), PatientToken.patient_id == any_(ids))


@functools.lru_cache(SHAPES)
def looked_up(shape: Shape) -> Select[Patient]:
    """SELECT the patients that have a token of every group, in order of id: who has a token of the first group is
    walked along until a page is full, and each one met is looked up in the other groups.

    A join would read all of every group first, and a common name is had by tens of thousands.
    """
    first, *others = slots(shape)
    met = having(first)
    fitting = [has_one(met.c.patient_id, group) for group in others]
    chosen = NOBODY_MERGED.join(met, met.c.patient_id == Patient.id).where(*fitting)
    return chosen.order_by(met.c.patient_id).limit(MOST).execution_options(**PREPARED)


def born(shape: Shape, birth_date: dt.date | None) -> Select[Patient]:
    """The same for those born on one day (None: whenever): they are few, and are walked along."""
    on_that_day = true() if birth_date is None else Patient.birth_date == birth_date
    fitting = [has_one(Patient.id, group) for group in slots(shape)]
    return NOBODY_MERGED.where(on_that_day, Patient.id > AFTER, *fitting).order_by(Patient.id).limit(MOST)


def having(group: Sequence[Slot]) -> Subquery:
    """Who has a token of a group, each once, in order: each token's are in order by themselves, and merged."""
    every = [select(in_order(token).c.patient_id) for token in group]
    if not every:
        return select(PatientToken.patient_id).where(false()).subquery()
    some = union_all(*every).subquery()
    return select(some.c.patient_id).distinct().order_by(some.c.patient_id).subquery()


def in_order(token: Slot) -> Subquery:
    """Who has one token, along the index."""
    walked = select(PatientToken.patient_id).where(is_token(PatientToken, token), PatientToken.patient_id > AFTER)
    return walked.order_by(PatientToken.patient_id).subquery()


def has_one(patient_id: Any, group: Sequence[Slot]) -> ColumnElement[bool]:
    """Whether a patient has a token of a group."""
    return or_(false(), *[has(patient_id, token) for token in group])


def has(patient_id: Any, token: Slot) -> ColumnElement[bool]:
    """Whether a patient has one token. As a value and not as EXISTS, which the planner would make a join of."""
    other = aliased(PatientToken)
    found = select(true()).where(is_token(other, token), other.patient_id == patient_id).limit(1)
    return func.coalesce(found.scalar_subquery(), false())


def is_token(row: type[PatientToken], token: Slot) -> ColumnElement[bool]:
    """Whether a row is of this token."""
    kind, value = token
    return and_(row.kind == kind, row.token == value)


def counted(group: Sequence[Slot]) -> ColumnElement[int]:
    """How many have a token of a group, each token's up to `frequent`."""
    each = [
        select(func.count())
        .select_from(select(PatientToken.patient_id).where(is_token(PatientToken, token)).limit(FREQUENT).subquery())
        .scalar_subquery()
        for token in group
    ]
    return functools.reduce(operator.add, each, literal(0))
