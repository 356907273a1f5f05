"""Custom values in words, heading by heading, each with who recorded it and when."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base import portal_roles, say_texts
from app.base.look import may
from app.base.words import language
from app.custom.records import Record
from journeys.criteria.custom.asking import asked_of
from journeys.criteria.custom.content import CustomField, live_fields
from journeys.criteria.custom.current import read_values
from journeys.criteria.custom.read_custom_values import RESTRICTED, fields_to_see, note_restricted
from journeys.criteria.custom.records import TABLES
from journeys.criteria.custom.references import reference_names
from journeys.criteria.custom.types import shown
from journeys.criteria.custom.values import shown_cells
from journeys.foundation.acting import Act
from journeys.store.custom_values import CustomValue

Fields = Mapping[str, CustomField]
Recorded = dict[str, tuple[str, dt.datetime]]
"""Slug → who recorded what stands now, and when."""

OF_TIMELINE = {"appointment": "appointment", "referral": "referral", "request": "conversation", "task": "task"}
"""Kinds of timeline entries → the kinds of records that fields can be on."""


@dataclass(frozen=True)
class Line:
    """One field with its value in words; a table has its rows instead. `is_closed`: restricted, and not opened."""

    slug: str
    label: str
    words: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    by: str = ""
    at: dt.datetime | None = None
    is_closed: bool = False


@dataclass
class Group:
    """Fields under one heading, which may be empty."""

    heading: str
    lines: list[Line] = field(default_factory=list)


def groups_of(session: Session, act: Act, record: Record, is_open: bool = False) -> list[Group]:
    """What the signed-in person may see of a record, in the order of forms.

    Restricted values are read, and that is audited, only when `is_open`. A field that is not asked of this record is
    left out unless it has a value.
    """
    fields = fields_to_see(session, act, record.kind, portal_roles())
    read = {slug: each for slug, each in fields.items() if is_open or each.sensitivity != RESTRICTED}
    values = read_values(session, record.kind, [record.id], list(read))[record.id]
    if is_open:
        note_restricted(session, record.kind, {record.id: record.patient_id}, {record.id: values}, fields)
    asked = asked_of(session, act, record.kind, [record.id], list(fields.values()))[record.id]
    shown_fields = [each for slug, each in fields.items() if slug in asked or slug in values]
    names = names_of(session, fields, values)
    recorded = recorded_of(session, record)
    lines = [
        (each, line_of(each, values.get(each.slug), names, recorded) if each.slug in read else closed(each))
        for each in shown_fields
    ]
    return grouped(lines)


def section_of(session: Session, act: Act, record: Record) -> list[Group]:
    """The same for a page about something else; nothing for whoever may not open the page of values."""
    return groups_of(session, act, record) if may("read", "values") else []


def grouped(lines: Iterable[tuple[CustomField, Line]]) -> list[Group]:
    """Lines under their headings, each heading once, where it stands first."""
    groups: dict[str, Group] = {}
    for custom, line in lines:
        heading = say_texts(custom.group)
        groups.setdefault(heading, Group(heading)).lines.append(line)
    return list(groups.values())


def line_of(custom: CustomField, value: Any, names: Mapping[str, str], recorded: Recorded) -> Line:
    """One field with its value."""
    by, at = recorded.get(custom.slug, ("", None)) if value is not None else ("", None)
    label = say_texts(custom.name)
    if custom.type == "table" and value is not None:
        columns = {column.slug: say_texts(column.name) for column in custom.columns}
        cells = shown_cells(custom, value, language(), names)
        rows = tuple(tuple(row.get(slug, "") for slug in columns) for row in cells)
        return Line(custom.slug, label, columns=tuple(columns.values()), rows=rows, by=by, at=at)
    return Line(custom.slug, label, words_of(custom, value, names), by=by, at=at)


def words_of(custom: CustomField, value: Any, names: Mapping[str, str]) -> str:
    """A value in the reader's words; nothing for none."""
    if custom.type == "yes-no" and value is not None:
        return gettext("Yes") if value else gettext("No")
    return shown(custom, value, language(), names)


def closed(custom: CustomField) -> Line:
    """A restricted field that nobody has asked to see."""
    return Line(custom.slug, say_texts(custom.name), is_closed=True)


def names_of(session: Session, fields: Fields, *records: Mapping[str, Any]) -> dict[str, str]:
    """The names of what the references of some records name; `records` are their values by slug."""
    references = {slug: each.content["of"] for slug, each in fields.items() if each.type == "reference"}
    named: dict[str, set[str]] = {}
    for values in records:
        for slug in references.keys() & values.keys():
            named.setdefault(references[slug], set()).add(str(values[slug]))
    found: dict[str, str] = {}
    for of, codes in named.items():
        found.update(reference_names(session, of, codes, language()))
    return found


def recorded_of(session: Session, record: Record) -> Recorded:
    """Who recorded what stands now, and when; of many choices the latest."""
    rows = session.execute(
        select(CustomValue.field, CustomValue.recorded_by, CustomValue.recorded_at)
        .where(
            CustomValue.record_kind == record.kind,
            CustomValue.record_id == record.id,
            CustomValue.until_at.is_(None),
        )
        .order_by(CustomValue.recorded_at)
    )
    return {slug: (author(by), at) for slug, by, at in rows}


def author(recorded_by: str) -> str:
    """Who recorded a value: somebody by their name, a journey as one."""
    kind, _, name = recorded_by.partition(":")
    return gettext("the journey %(slug)s", slug=name) if kind == "journey" else recorded_by.removeprefix("user:")


def addresses_of(session: Session, entries: Iterable[Any]) -> dict[tuple[str, int], str]:
    """(kind, id) of timeline entries → the page of their custom values, for records that fields in force are on."""
    asked = {each.on for each in live_fields(session).values()} if may("read", "values") else set()
    found: dict[tuple[str, int], str] = {}
    for kind, on in OF_TIMELINE.items():
        ids = [entry.id for entry in entries if entry.kind == kind]
        if on in asked and ids:
            rows = session.execute(select(TABLES[on].id, TABLES[on].uid).where(TABLES[on].id.in_(ids)))
            found.update({(kind, record_id): url_for("values.show", kind=on, uid=uid) for record_id, uid in rows})
    return found
