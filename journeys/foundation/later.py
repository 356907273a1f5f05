"""An act whose time and name are parameters, for statements that are made once and run in many acts.

Whoever works with the time in Python, instead of in SQL, fails on it: such a statement cannot be made before its act.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Date, DateTime, Text, bindparam, func, literal
from sqlalchemy import cast as as_type

from journeys.foundation.act import EVERYWHERE, Act

NOW = bindparam("now", type_=DateTime(timezone=True))
BY = bindparam("by", type_=Text())

NOT_BEFORE_ITS_ACT = (AttributeError, TypeError)
"""What is raised by Python that asks a parameter for its value."""


@dataclass(frozen=True)
class LaterAct(Act):
    """An act that nothing but statements can be made of."""

    def __post_init__(self) -> None:
        """Leave the time as it is: it is no value."""


LATER = LaterAct(now=cast(dt.datetime, NOW), by=cast(str, BY), scope=EVERYWHERE)


def values_of(act: Act) -> dict[str, Any]:
    """What the parameters are in an act."""
    return {NOW.key: act.now, BY.key: act.by}


def day_of(moment: Any) -> Any:
    """The day of a moment in UTC: of a parameter as SQL."""
    return as_type(func.timezone("UTC", moment), Date) if isinstance(moment, ColumnElement) else moment.date()


def as_sql(value: Any) -> ColumnElement[Any]:
    """An expression as it is, a plain value as a literal."""
    return value if isinstance(value, ColumnElement) else literal(value)
