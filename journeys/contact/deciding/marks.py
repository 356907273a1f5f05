"""Whether a candidate has a mark: what few patients have and contact rules look at (store.contact_marks)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, any_, func, literal

from journeys.contact.deciding.columns import Facts


def has_mark(facts: Facts, kind: str) -> ColumnElement[bool]:
    """SQL: whether a mark of this kind holds for the message's purpose, medium and number."""
    return func.coalesce(literal(kind) == any_(facts.marks), False)


def had_mark(facts: Facts, kind: str) -> ColumnElement[bool]:
    """SQL: whether one held and has run out."""
    return func.coalesce(literal(kind) == any_(facts.marks_ended), False)
