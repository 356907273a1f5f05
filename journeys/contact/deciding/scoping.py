"""What messages contact rules are about besides channel, purpose and place: who is in a segment, which service line.

A segment means what it meant when the rule that names it was published: that version pins it, with all that it names in
turn.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    Text,
    case,
    cast,
    false,
    func,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session, aliased

from journeys.contact.deciding.rule_set import RuleSet
from journeys.contact.rule_drafts.rule_records import VERSION
from journeys.criteria.compile import condition
from journeys.criteria.known import Known, known_of
from journeys.criteria.subject import Subject
from journeys.store.access import Appointment
from journeys.store.clinical import Encounter
from journeys.store.configuration import DefinitionVersion, VersionPin
from journeys.store.contact import Message
from journeys.store.organisation import Department, ServiceLine
from journeys.store.referrals import Referral

KINDS: dict[str, Any] = {"appointment": Appointment, "encounter": Encounter, "referral": Referral}
"""Records that belong to a service line, by what messages call them."""


@dataclass(frozen=True)
class Group:
    """One segment as a rule means it: `key` is what the facts call it."""

    key: str
    slug: str
    known: Known


def groups_named(session: Session, rules: RuleSet) -> list[Group]:
    """The segments that records of these rules name."""
    named = {
        (key, slug, record.content[VERSION])
        for each in rules
        for record in each.records
        for key, slug in zip(record.segments, record.content.get("segments", ()), strict=True)
    }
    known = known_by(session, {version for _, _, version in named})
    return [Group(key, slug, known[version]) for key, slug, version in sorted(named)]


def known_by(session: Session, versions: Iterable[int]) -> dict[int, Known]:
    """What each of these versions of contact rules is pinned to."""
    wanted = sorted(versions)
    if not wanted:
        return {}
    rows = session.execute(
        select(VersionPin.version_id, VersionPin.kind, VersionPin.slug, DefinitionVersion)
        .join(DefinitionVersion, DefinitionVersion.id == VersionPin.pinned_version_id)
        .where(VersionPin.version_id.in_(wanted))
    ).all()
    return {
        version: known_of((kind, slug, pinned) for of, kind, slug, pinned in rows if of == version)
        for version in wanted
    }


def memberships(chosen: CTE, groups: Sequence[Group], now: dt.datetime) -> FromClause:
    """SQL: which of these segments each patient of these messages is in, decided once for each."""
    if not groups:
        return nobody()
    people = people_of(chosen).subquery("somebody")
    subject = Subject(patient_id=people.c.patient_id, now=now)
    keys = [case((condition({"segment": each.slug}, subject, each.known), each.key)) for each in groups]
    found = func.array_remove(cast(array(keys), ARRAY(Text)), null())
    return select(people.c.patient_id, found.label("segments")).cte("membership").prefix_with("MATERIALIZED")


def nobody() -> Subquery:
    """SQL: the memberships where no rule names a segment."""
    patient, segments = cast(null(), BigInteger), cast(null(), ARRAY(Text))
    return select(patient.label("patient_id"), segments.label("segments")).where(false()).subquery("membership")


def people_of(chosen: CTE) -> Select[int]:
    """SELECT the patients of these messages, each once."""
    return select(Message.patient_id).join(chosen, chosen.c.id == Message.id).distinct()


def service_line() -> ColumnElement[Any]:
    """SQL: the service line of the record that the message is about; an appointment's may be that of its department."""
    found = [(Message.focus_kind == kind, line_of(table)) for kind, table in KINDS.items()]
    return case(*found, else_=null())


def line_of(table: Any) -> ColumnElement[Any]:
    """SQL: the service line of the message's record, which is in this table."""
    record = aliased(table)
    line = select(ServiceLine.slug).select_from(record)
    number = record.service_line_id
    if hasattr(table, "department_id"):
        department = aliased(Department)
        line = line.outerjoin(department, department.id == record.department_id)
        number = func.coalesce(number, department.service_line_id)
    line = line.join(ServiceLine, ServiceLine.id == number).where(record.id == Message.focus_id)
    return line.correlate(Message).scalar_subquery()
