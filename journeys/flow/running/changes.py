"""What a step declares to write: new rows, changes of rows, events; whoever runs it makes statements of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from journeys.foundation.tables import Base


@dataclass(frozen=True)
class Insert:
    """One new row of `table` for each enrolment in `rows`; `values` are expressions over it or plain values.

    The table's own key makes the row once per enrolment, step and visit; `where` may leave out enrolments that have it
    already. `emits` is an event about each new row, `rings` a bell for whoever works on the table next. `is_contested`
    says that another enrolment may have taken what the row claims: then there is none for this one.
    """

    table: type[Base]
    values: Mapping[str, Any]
    where: ColumnElement[bool] | None = None
    emits: str | None = None
    rings: str | None = None
    is_contested: bool = False


@dataclass(frozen=True)
class Update:
    """A change of the rows of `table` for which `where` holds, once for each enrolment in `rows`.

    `emits` is an event about each patient in `rows`.
    """

    table: type[Base]
    values: Mapping[str, Any]
    where: ColumnElement[bool]
    emits: str | None = None


@dataclass(frozen=True)
class Tell:
    """An event of a kind about each patient in `rows` for whom `where` holds, or about the record that the journey is
    about; declared before the changes it tells of, because these make `where` untrue."""

    kind: str
    where: ColumnElement[bool]
    of_focus: bool = False


Change = Insert | Update | Tell
