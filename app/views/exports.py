"""Exports: the members of a segment with the facts and custom fields that the person may see, as a CSV file.

The file is written as it is read, batch by batch. Each batch is an act of its own whose audit, with the ids, is
committed before a byte of it leaves: a download that breaks off has been seen as far as it went. Before each batch the
person's account, right, roles and branches are looked at again: the download breaks off when one of the roles it began
with is gone. The columns stay those of the first batch.
"""

import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, request, stream_with_context, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.api.base import DECLARED
from app.base import Screen, allowed, expose, form_for, look_again, perform_for, portal_roles, reading, say, say_texts
from app.base.acting import tell
from app.base.look import may
from app.base.screens import REFUSED, actor
from app.custom.entering import labelled
from app.custom.showing import names_of
from app.views.export_cells import cell, safe
from journeys.criteria.custom.content import CustomField, live_fields
from journeys.criteria.custom.may import PURPOSES, may_see
from journeys.criteria.custom.read_custom_values import read_custom_values
from journeys.criteria.open_members import open_members
from journeys.foundation import audit
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.enrolments import SegmentMember
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import SEGMENT, find

BATCH = 500
MARK = "\ufeff"
"""What tells spreadsheets that a file is UTF-8."""

FACTS: dict[str, tuple[str, Callable[[Patient], Any]]] = {
    "uid": (N_("Id"), lambda patient: str(patient.uid)),
    "name": (N_("Name"), lambda patient: patient.name),
    "birth_date": (N_("Birth date"), lambda patient: patient.birth_date),
    "gender": (N_("Gender"), lambda patient: patient.gender),
    "language": (N_("Language"), lambda patient: patient.language),
    "payer_class": (N_("Payer"), lambda patient: patient.payer_class),
}


def field_choices() -> list[tuple[str, str]]:
    """The fields of patients that the person may see for some purpose."""
    roles = portal_roles()
    with reading() as (session, _act):
        fields = live_fields(session, "patient")
    return [
        (slug, say_texts(each.name))
        for slug, each in fields.items()
        if any(may_see(each, roles, purpose) for purpose in DECLARED)
    ]


@dataclass(frozen=True)
class Wanted:
    """What goes into the file, and what for."""

    purpose: str = field(
        default="care",
        metadata={
            "label": N_("Purpose"),
            "help": N_("What the file is for. It decides which fields may go in, and it is recorded."),
            "choices": tuple((purpose, PURPOSES[purpose]) for purpose in DECLARED),
        },
    )
    facts: tuple[str, ...] = field(
        default=("uid",),
        metadata={"label": N_("Facts"), "choices": tuple((name, label) for name, (label, _of) in FACTS.items())},
    )
    fields: tuple[str, ...] = field(default=(), metadata={"label": N_("Fields"), "choices": field_choices})


class Withdrawn(Exception):
    """The right to a download went while it ran. The file must not look whole, so nothing answers this."""


class Exports(Screen):
    """One page a segment."""

    name = "exports"

    @expose("/segments/<slug>/", methods=("GET", "POST"))
    @allowed("export")
    def index(self, slug: str) -> Response | tuple[str, int]:
        """Choose, then download."""
        with reading() as (session, _act):
            definition = find(session, SEGMENT, slug)
        form = form_for(Wanted, Wanted())
        if form.is_accepted():
            wanted: Wanted = form.value()
            problems = list(refused(wanted))
            if not wanted.facts and not wanted.fields:
                problems.append(Problem("facts", N_("Choose at least one")))
            if not problems:
                behind = perform_for(wanted.purpose, open_members, slug, portal_roles())
                return download(definition, wanted, behind)
            form.refuse(problems)
        return self.page(
            "exports/index.html",
            definition=definition,
            form=form,
            back=url_for("segments.members", slug=slug),
            status=form.status if request.method == "POST" else 200,
        )


def refused(wanted: Wanted) -> Iterator[Problem]:
    """The chosen fields that may not be seen for the purpose."""
    with reading(wanted.purpose) as (session, _act):
        fields = live_fields(session, "patient")
    for slug in wanted.fields:
        if slug not in fields or not may_see(fields[slug], portal_roles(), wanted.purpose):
            name = say_texts(fields[slug].name) if slug in fields else slug
            says = N_("%(name)s may not be seen for this purpose")
            yield Problem("fields", says, {"name": name})


def download(definition: Definition, wanted: Wanted, behind: Sequence[str]) -> Response:
    """The file; `behind` are the fields that membership rests on, for the audit.

    Its first batch is read before the answer begins, so that what fails at once is said on a page.
    """
    parts = lines(definition, wanted, behind)
    first = next(parts)
    body = stream_with_context(rest_of(first, parts))
    answer = Response(body, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{definition.slug}.csv"'
    return answer


def rest_of(first: str, parts: Iterator[str]) -> Iterator[str]:
    """What was read already, then the rest."""
    yield first
    yield from parts


def lines(definition: Definition, wanted: Wanted, behind: Sequence[str]) -> Iterator[str]:
    """The file part by part: the headings with the first batch, then batch after batch."""
    chosen = columns_of(wanted)
    roles = portal_roles()
    heading = MARK + written([headings(wanted.facts, chosen)])
    after = 0
    while True:
        with reading(wanted.purpose) as (session, act):
            patients = members(session, definition.id, after)
            ids = [patient.id for patient in patients]
            read = read_custom_values(session, act, "patient", ids, portal_roles()) if chosen else {}
            rows = rows_of(session, patients, wanted.facts, chosen, read)
            detail = {"facts": [*wanted.facts, *chosen], "fields": list(behind)}
            audit.note(session, "R", "segment.export", [definition.id], ids, detail)
        yield heading + written(rows)
        if len(patients) < BATCH:
            return
        heading = ""
        after = ids[-1]
        refuse_withdrawn(roles)
        behind = perform_for(wanted.purpose, open_members, definition.slug, portal_roles())


def columns_of(wanted: Wanted) -> dict[str, CustomField]:
    """The fields of the file, as they are in force when it begins."""
    with reading(wanted.purpose) as (session, _act):
        fields = live_fields(session, "patient")
    return {slug: fields[slug] for slug in wanted.fields if slug in fields}


def refuse_withdrawn(roles: Collection[str]) -> None:
    """Look at the person again; Withdrawn, which breaks the download off, when the right to it is gone, or a role that
    may have opened something in it."""
    look_again()
    if not may("export", Exports.name) or not portal_roles().issuperset(roles):
        tell("screen", actor(), REFUSED)
        raise Withdrawn


def members(session: Session, segment_id: int, after: int) -> Sequence[Patient]:
    """The next members by their records' ids."""
    return session.scalars(
        select(Patient)
        .join(SegmentMember, SegmentMember.patient_id == Patient.id)
        .where(
            SegmentMember.segment_id == segment_id,
            SegmentMember.left_at.is_(None),
            SegmentMember.patient_id > after,
        )
        .order_by(SegmentMember.patient_id)
        .limit(BATCH)
    ).all()


def headings(facts: Sequence[str], chosen: Mapping[str, CustomField]) -> list[str]:
    """The names of the columns, numbers with their units."""
    return [*(say(FACTS[name][0]) for name in facts), *(safe(labelled(each)) for each in chosen.values())]


def rows_of(
    session: Session,
    patients: Sequence[Patient],
    facts: Sequence[str],
    chosen: Mapping[str, CustomField],
    read: Mapping[int, Mapping[str, Any]],
) -> list[list[Any]]:
    """The cells of some patients."""
    names = names_of(session, chosen, *read.values())
    return [
        [
            *(safe(FACTS[name][1](patient)) for name in facts),
            *(cell(each, read.get(patient.id, {}).get(slug), names) for slug, each in chosen.items()),
        ]
        for patient in patients
    ]


def written(rows: Sequence[Sequence[Any]]) -> str:
    """Rows as CSV."""
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue()
