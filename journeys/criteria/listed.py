"""Looks codes up in value sets."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, literal, or_, select

from journeys.store.value_sets import ValueSetCode

CODES = ValueSetCode.__table__


def is_listed(code: ColumnElement[Any], system: Any, version_id: int) -> ColumnElement[bool]:
    """SQL: whether a version of a value set has a code of this system, or without one; never NULL."""
    its_system = or_(CODES.c.system.is_(None), CODES.c.system == system)
    listed = select(literal(1)).select_from(CODES).where(CODES.c.version_id == version_id, CODES.c.code == code)
    return listed.where(its_system).correlate_except(CODES).exists()
