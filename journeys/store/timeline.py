"""One patient's timeline: everything that happened to them, newest first, a page at a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.database import PREPARED
from journeys.foundation.errors import Missing
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_
from journeys.store.people import Patient
from journeys.store.timeline_details import Detail, File, details
from journeys.store.timeline_sources import SOURCES, Cursor, Wanted, beginning_with, entries

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
    if session.scalar(select(Patient.id).where(Patient.id == patient_id)) is None:
        raise Missing(N_("There is no such patient here"))
    wanted = wanted or Wanted()
    if first is not None:
        after = cursor_before(session, patient_id, *first)
    kinds = wanted.sources()
    rows = []
    if kinds:
        some = union_all(
            *(select(entries(kind, patient_id, after, limit + 1, wanted).subquery()) for kind in kinds)
        ).subquery()
        newest = select(some).order_by(some.c.at.desc(), some.c.kind.collate("C").desc(), some.c.id.desc())
        # the plan of everything is the same for each patient, and costs more than the reading; a narrowed one is not
        kept = PREPARED if wanted.is_everything else {}
        rows = list(session.execute(newest.limit(limit + 1).execution_options(**kept)).mappings())
    page = rows[:limit]
    found = details(session, ((row["kind"], row["id"]) for row in page))
    shown = [entry_of(dict(row), found.get((row["kind"], row["id"]), Detail())) for row in page]
    audit.note(session, "R", "timeline", patients=[patient_id], detail={"kinds": kinds, "entries": len(shown)})
    return TimelinePage(shown, cursor_of(shown) if len(rows) > limit else None)


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
