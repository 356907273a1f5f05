"""Why somebody is in a segment or not: the rule with the truth of every condition and what it rests on.

What somebody typed to find a patient is sent by POST and never stands in an address.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from sqlalchemy import and_, select

from app.base import (
    Column,
    Screen,
    ShapeForm,
    allowed,
    expose,
    form_for,
    in_alphabet,
    paging,
    perform,
    portal_roles,
    reading,
    say_texts,
)
from app.rules.why import Telling
from app.views.patients import COLUMNS, Search, rows_found
from journeys.criteria.explain.explain_segment import SegmentExplained, explain_segment
from journeys.criteria.explain.looking import Looking, closed_segments
from journeys.criteria.known import known
from journeys.criteria.segments import live_segment
from journeys.foundation import audit
from journeys.foundation.errors import Invalid
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.enrolments import SegmentMember
from journeys.store.finding.find_patients import Terms, find_patients
from journeys.store.finding.open_patient import open_patient
from journeys.store.putting_in_force.definitions import SEGMENT, find

STANDING = {
    "in": ("good", "check", N_("In it")),
    "out": ("", "minus", N_("Not in it")),
    "closed": ("", "lock", N_("Not shown")),
}
"""How somebody stands to a segment → how it is shown; closed where that would tell a value the reader may not see."""

OPEN = "open"
"""What in the address asks for restricted values."""

SEGMENT_COLUMNS = (
    Column(N_("Segment"), lambda row: say_texts(row["name"]), link=lambda row: row["address"]),
    Column(N_("Standing"), "standing", kind="chip", chip=STANDING.__getitem__),
    Column(N_("Since"), "since", kind="moment"),
)


@dataclass(frozen=True)
class AsOf:
    """Which day is looked at."""

    on: dt.date | None = field(
        default=None,
        metadata={"label": N_("As of the end of a past day"), "help": N_("Empty means now.")},
    )


class Why(Screen):
    """The answer for one segment and one patient, and the ways to it."""

    name = "why"
    default_view = "of_patient"

    def __init__(self) -> None:
        """Stand among the addresses of segments."""
        super().__init__()
        self.route_base = "/segments"

    @expose("/<slug>/why", methods=("GET", "POST"))
    @allowed("read")
    def choose(self, slug: str) -> tuple[str, int]:
        """Find the patient to ask about."""
        with reading() as (session, _act):
            live_segment(session, slug)
            definition = find(session, SEGMENT, slug)
        form = form_for(Search)
        rows = None
        if form.is_accepted():
            rows = self._found(form, slug)
        return self.page(
            "why/choose.html", form=form, definition=definition, rows=rows, columns=COLUMNS, status=form.status
        )

    def _found(self, form: ShapeForm, slug: str) -> list[dict[str, Any]] | None:
        """The patients that fit what was typed, each leading to the answer."""
        given = form.value()
        terms = Terms.of_text((given.text or "").strip())
        terms = replace(terms, birth_date=given.born or terms.birth_date)
        if terms == Terms():
            form.text.errors = [gettext("Write a name, a number or choose a birth date.")]
            return None
        found = perform(find_patients, terms)
        return rows_found(found.patients, f"{self.endpoint}.show", slug=slug)

    @expose("/<slug>/why/<uuid:uid>")
    @allowed("read")
    def show(self, slug: str, uid: uuid.UUID) -> tuple[str, int]:
        """Whether, why, and what it rests on; now or on a past day. `?open=1` opens restricted values too, audited."""
        looking = Looking(portal_roles(), OPEN in request.args)
        form = form_for(AsOf)
        on = day_asked(form)
        try:
            explained = perform(explain_segment, slug, uid, on, looking)
        except Invalid as invalid:
            form.refuse(invalid.problems)
            explained = perform(explain_segment, slug, uid, None, looking)
        return self._answer(slug, form, explained)

    def _answer(self, slug: str, form: ShapeForm, explained: SegmentExplained) -> tuple[str, int]:
        telling = Telling(explained)
        with reading() as (session, _act):
            definition = find(session, SEGMENT, slug)
        return self.page(
            "why/show.html",
            definition=definition,
            patient=explained.patient,
            why=explained.why,
            stay=explained.stay,
            version=explained.version,
            root=telling.root(),
            reasons=telling.reasons(),
            is_open=OPEN in request.args,
            form=form,
            status=form.status,
        )

    @expose("/of/<uuid:uid>")
    @allowed("read")
    def of_patient(self, uid: uuid.UUID) -> tuple[str, int]:
        """Every segment in force, and whether this patient is kept as a member, unless that would tell a value."""
        head = perform(open_patient, uid)
        with reading() as (session, act):
            hidden = closed_segments(known(session), act, Looking(portal_roles()))
            is_open = and_(
                SegmentMember.segment_id == Definition.id,
                SegmentMember.patient_id == head.patient.id,
                SegmentMember.left_at.is_(None),
            )
            found = session.execute(
                select(Definition, SegmentMember.entered_at)
                .outerjoin(SegmentMember, is_open)
                .where(Definition.kind == SEGMENT, Definition.status == "active")
                .order_by(Definition.slug)
            ).all()
            audit.note(session, "R", "segment.members", [each.id for each, _ in found], [head.patient.id])
        rows = [
            standing_row(definition, entered_at, definition.slug in hidden)
            | {"address": self.address("show", slug=definition.slug, uid=uid)}
            for definition, entered_at in found
        ]
        rows.sort(key=lambda row: (row["standing"] != "in", in_alphabet(row["name"])))
        return self.page(
            "why/of_patient.html",
            patient=head.patient,
            columns=SEGMENT_COLUMNS,
            rows=rows,
            pages=paging(size=100),
            back=url_for("patients.show", uid=uid),
        )


def standing_row(definition: Definition, entered_at: dt.datetime | None, is_hidden: bool) -> dict[str, Any]:
    """One segment as the list of a patient's segments shows it."""
    if is_hidden:
        return {"name": definition.name, "standing": "closed", "since": None}
    standing = "out" if entered_at is None else "in"
    return {"name": definition.name, "standing": standing, "since": entered_at}


def day_asked(form: ShapeForm) -> dt.date | None:
    """The day in the address, kept in the form; what is no day is refused at its place."""
    typed = request.args.get("on", "").strip()
    if not typed:
        return None
    form.on.raw_data = [typed]
    try:
        form.on.data = dt.date.fromisoformat(typed)
    except ValueError:
        form.on.errors = [gettext("Choose a day that is over, after 1990")]
        return None
    return form.on.data
