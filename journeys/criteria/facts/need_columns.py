"""Works out which summaries rules in force and lists want kept in columns, and notes which columns nobody wants any
more."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.criteria.custom.facts import CUSTOM
from journeys.criteria.facts.facts import NO_FACTS, READY
from journeys.criteria.facts.footprint import Reads
from journeys.criteria.facts.indexing import indexes_made, not_indexed
from journeys.criteria.facts.rule import used_by
from journeys.criteria.facts.summaries import Summary, of_field
from journeys.criteria.facts.working import can_be_kept
from journeys.criteria.known import PATIENT, Known, known
from journeys.criteria.subject import Subject
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.facts import FactColumn
from journeys.store.list_settings import ListSetting
from journeys.store.people import Patient

UNREAD_AFTER = dt.timedelta(days=1)
DROPPED_AFTER = dt.timedelta(days=2)
"""How long nobody must have wanted a column before rules read it no more, and before it goes: a rule that is taken back
and put in force again finds its columns."""


LIST = "list:"
"""Before the name of a list among the slugs of segments: no slug has a colon."""

Wanted = dict[str, tuple[Summary, set[str]]]
"""Name → (summary, the slugs of the segments, and the lists, that would read it)."""


@dataclass(frozen=True)
class NewColumn:
    """A column to add: what it holds, what must be watched for it, and which segments and lists want it."""

    summary: Summary
    reads: Reads
    needed_by: list[str]


@dataclass(frozen=True)
class Needs:
    """The columns to add, the names of those to drop, and those that rules read without the index of today."""

    new: list[NewColumn] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)
    not_indexed: list[Summary] = field(default_factory=list)


def need_columns(session: Session, act: Act) -> Needs:
    """Bring what columns are needed for up to date, and return what the owner of the tables has to change."""
    audit.nothing_happened(session)
    in_force = known(session)
    wanted = wanted_by_segments(in_force)
    for name, (summary, lists) in wanted_by_lists(session, in_force).items():
        wanted.setdefault(name, (summary, set()))[1].update(lists)
    columns = {each.name: each for each in session.scalars(select(FactColumn))}
    for name, column in columns.items():
        note_need(column, sorted(wanted[name][1]) if name in wanted else [], act.now)
    session.flush()
    new = [
        new_column(summary, slugs, in_force, act) for name, (summary, slugs) in wanted.items() if name not in columns
    ]
    unwanted = [name for name, column in columns.items() if is_to_drop(column, act.now)]
    read = [Summary(column.definition) for column in columns.values() if column.status == READY]
    return Needs([each for each in new if each is not None], unwanted, not_indexed(read, indexes_made(session)))


def wanted_by_segments(in_force: Known) -> Wanted:
    """What the rules of segments in force would read."""
    wanted: Wanted = {}
    for slug, rule in sorted(in_force.segments.items()):
        for name, summary in used_by(rule, in_force, NO_FACTS).wanted.items():
            wanted.setdefault(name, (summary, set()))[1].add(slug)
    return wanted


def wanted_by_lists(session: Session, in_force: Known) -> Wanted:
    """The custom fields of patients that somebody has chosen for a list, where they are columns and filters."""
    wanted: Wanted = {}
    chosen = select(ListSetting.list_name, func.jsonb_array_elements_text(ListSetting.fields)).distinct()
    for list_name, slug in session.execute(chosen):
        custom = in_force.custom.get(slug)
        if custom is not None and custom.on == PATIENT:
            summary = of_field(CUSTOM + slug, {}, custom.facet.kind)
            wanted.setdefault(summary.name, (summary, set()))[1].add(LIST + list_name)
    return wanted


def new_column(summary: Summary, slugs: set[str], in_force: Known, act: Act) -> NewColumn | None:
    """What has to be added for a summary; None when it cannot be kept in a column."""
    member = Patient.__table__.alias("member")
    subject = Subject(patient_id=member.c.id, now=act.now, patient=member)
    reads = can_be_kept(summary, subject, in_force)
    return None if reads is None else NewColumn(summary, reads, sorted(slugs))


def note_need(column: FactColumn, slugs: list[str], now: dt.datetime) -> None:
    """Keep who needs a column; after a while that nobody does, rules read it no more."""
    if column.needed_by != slugs:
        column.needed_by = slugs
    if slugs:
        column.unneeded_since = None
        # what was retired was kept up to date all the while
        column.status = "ready" if column.status == "retired" else column.status
    elif column.unneeded_since is None:
        column.unneeded_since = now
    elif column.status == "ready" and column.unneeded_since <= now - UNREAD_AFTER:
        column.status = "retired"


def is_to_drop(column: FactColumn, now: dt.datetime) -> bool:
    """Whether a column can go: nobody has wanted it for so long that no statement can still be reading it."""
    return (
        column.status != "ready" and column.unneeded_since is not None and column.unneeded_since <= now - DROPPED_AFTER
    )
