"""What a rule sees of a candidate row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement


class Facts:
    """The columns of one candidate row, of which a rule sees those it named in `needs` and no other."""

    def __init__(self, columns: Any, needs: Iterable[str]) -> None:
        """Keep the columns (a `.c` collection) and the names that may be read."""
        self._columns = columns
        self._needs = frozenset(needs)

    def __getattr__(self, name: str) -> ColumnElement[Any]:
        """The column of this name."""
        if name not in self._needs:
            raise AttributeError(f"The rule does not name {name} in `needs`")
        column: ColumnElement[Any] = self._columns[name]
        return column
