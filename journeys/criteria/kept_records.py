"""Records that the store keeps whole, one kind of resource each: orders, documents, allergies, medicines given."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import ColumnElement, and_, func, not_, or_

from journeys.criteria.fields.base import Attribute, Record, code, instant
from journeys.foundation.words import N_
from journeys.store.sources import KeptRecord as Table

ERROR = "entered-in-error"


class Kept(Record):
    """Records of one `resource_type` that have no table of their own; windows look at the date that they carry.

    They last from `starts_at` to `ends_at` where their source says so. What says not to do something never counts,
    unless just that is asked (`not_done`).
    """

    resource_type: ClassVar[str]
    table = Table
    when = "at"
    since = "starts_at"
    until = "ends_at"
    # the kind of resource and the refusal always matter, so nothing may take the statuses alone for enough
    not_counted = ()

    def counts(self, row: Any) -> ColumnElement[bool]:
        """One of this kind that is neither an error nor a refusal."""
        return and_(self.is_right(row), not_(self.is_refusal(row)))

    def refused(self, row: Any) -> ColumnElement[bool]:
        """The orders not to do something."""
        return and_(self.is_right(row), self.is_refusal(row))

    def is_refusal(self, row: Any) -> ColumnElement[bool]:
        """Whether a row says that something is not to be done, or was not done."""
        return or_(row.c.do_not_perform, func.coalesce(row.c.status, "") == "not-done")

    def is_right(self, row: Any) -> ColumnElement[bool]:
        """Whether a row is of this kind and no error."""
        return and_(row.c.resource_type == self.resource_type, func.coalesce(row.c.status, "") != ERROR)


def kept_attributes(thing: str) -> dict[str, Attribute]:
    """What every kind of kept record has; `thing` says what its code names."""
    return {
        "at": instant("at", N_("time")),
        "starts_at": instant("starts_at", N_("beginning"), otherwise="at"),
        "ends_at": instant("ends_at", N_("end")),
        "status": code("status", N_("status")),
        "intent": code("intent", N_("intent")),
        "category": code("category", N_("category"), system="category_system"),
        "code": code("code", thing, system="code_system"),
        "code_system": code("code_system", N_("code system")),
        "reason": code("reason_code", N_("reason"), system="reason_system"),
    }
