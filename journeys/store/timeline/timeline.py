"""One patient's timeline: everything that happened to them, newest first, a page at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, select, union_all
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.database import PREPARED
from journeys.foundation.errors import Missing
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.store.people import Patient
from journeys.store.timeline.details import Detail, File, details
from journeys.store.timeline.sources import SOURCES, Cursor, Wanted, beginning_with, entries

KINDS = tuple(SOURCES)
"""The kinds of entries, as names to filter by."""


@dataclass(frozen=True)
class Entry:
    """One thing on the timeline.

    `kind` is one of KINDS, `id` the row's; `title` the record's own words or its code, `texts` a title from the
    configuration instead; `value` what was measured or decided, readable; `text` what staff or patients wrote, opened;
    `by` who did it or whose it is; `reasons` codes of why it was held.
    """

    at: dt.datetime
    kind: str
    id: int
    status: str | None
    code_system: str | None
    code: str | None
    title: str | None
    location_id: int | None = None
    texts: Texts | None = None
    value: str | None = None
    text: str | None = None
    by: str | None = None
    resource_type: str | None = None
    files: tuple[File, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class TimelinePage:
    """A page of the timeline; `after` fetches the next one, None at the end."""

    entries: list[Entry]
    after: Cursor | None


def timeline(
    session: Session,
    act: Act,
    patient_id: int,
    wanted: Wanted | None = None,
    after: Cursor | None = None,
    limit: int = 50,
    first: tuple[str, int] | None = None,
) -> TimelinePage:
    """The entries of one patient, newest first, ties by kind and id. Missing when the act may not see the patient.

    `after` is where the page before ended; `first` is the (kind, id) of the entry with which the page begins instead,
    and the newest where there is no such entry.
    """
    if session.scalar(select(Patient.id).where(Patient.id == patient_id).execution_options(**PREPARED)) is None:
        raise Missing(N_("There is no such patient here"))
    wanted = wanted or Wanted()
    if first is not None:
        after = cursor_before(session, patient_id, *first)
    kinds = wanted.sources()
    rows: list[Any] = []
    if kinds and wanted.is_everything and after is None:
        # the plan of everything is the same for each patient, and costs more than the reading; so does writing it down
        newest = newest_of_everything(tuple(kinds), tuple(sorted(wanted.fields)), limit + 1)
        rows = list(session.execute(newest, {"patient": patient_id}).mappings())
    elif kinds:
        rows = list(session.execute(newest_of(kinds, patient_id, after, limit + 1, wanted)).mappings())
    page = rows[:limit]
    found = details(session, ((row["kind"], row["id"]) for row in page))
    shown = [entry_of(dict(row), found.get((row["kind"], row["id"]), Detail())) for row in page]
    audit.note(session, "R", "timeline", patients=[patient_id], detail={"kinds": kinds, "entries": len(shown)})
    return TimelinePage(shown, cursor_of(shown) if len(rows) > limit else None)


def newest_of(kinds: Iterable[str], patient_id: Any, after: Cursor | None, limit: int, wanted: Wanted) -> Select[Any]:
    """SELECT the newest entries of some kinds."""
    each = (select(entries(kind, patient_id, after, limit, wanted).subquery()) for kind in kinds)
    some = union_all(*each).subquery()
    return select(some).order_by(some.c.at.desc(), some.c.kind.collate("C").desc(), some.c.id.desc()).limit(limit)


@lru_cache(maxsize=32)
def newest_of_everything(kinds: tuple[str, ...], fields: tuple[str, ...], limit: int) -> Select[Any]:
    """The same of a patient (`:patient`) whose timeline is not narrowed, from its beginning."""
    whose = bindparam("patient", type_=BigInteger)
    return newest_of(kinds, whose, None, limit, Wanted(fields=fields)).execution_options(**PREPARED)


def cursor_before(session: Session, patient_id: int, kind: str, number: int) -> Cursor | None:
    """The place right before one entry; None where the patient has no such entry."""
    at = session.scalar(beginning_with(patient_id, kind, number)) if kind in SOURCES else None
    return None if at is None else Cursor(at, kind, number + 1)


def cursor_of(shown: list[Entry]) -> Cursor:
    """Where the next page begins."""
    last = shown[-1]
    return Cursor(last.at, last.kind, last.id)


def entry_of(row: dict[str, object], detail: Detail) -> Entry:
    """One row with what was opened for it."""
    title = row.pop("display") or row["code"]
    return Entry(
        **row,  # type: ignore[arg-type]
        title=title,  # type: ignore[arg-type]
        texts=detail.title,
        value=detail.value,
        text=detail.text,
        by=detail.by,
        resource_type=detail.resource_type,
        files=detail.files,
        reasons=detail.reasons,
    )
