"""Two people who make something of the same short name at the same moment: the second reads that it is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from journeys.foundation.errors import Invalid, Problem

NOT_UNIQUE = "23505"
"""PostgreSQL's code of a unique constraint."""


@contextmanager
def new_once(session: Session, says: str) -> Iterator[None]:
    """Say Invalid (field `slug`) where somebody else made one of the same short name meanwhile."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != NOT_UNIQUE:
            raise
        raise Invalid([Problem("slug", says)]) from None
