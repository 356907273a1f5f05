"""Patients: found by what people know of them, and one page for each with everything that happened.

What somebody typed to find a patient is sent by POST and never stands in an address.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, Screen, allowed, clock, expose, form_for, perform, reading
from app.custom.records import find_record
from app.views.patient_list import GENDERS, addresses, branch_names, listing
from app.views.patient_page import NoteForm, page_of
from app.views.patient_timeline import timeline_of
from journeys.care.record.write_note import write_note
from journeys.foundation.errors import Invalid
from journeys.foundation.words import N_
from journeys.store.finding.find_patients import Found, Terms, find_patients
from journeys.store.timeline.timeline import timeline

COLUMNS = (
    Column(N_("Patient"), "name", link=lambda row: row["address"]),
    Column(N_("Born"), "birth_date", kind="date"),
    Column(N_("Gender"), "gender"),
    Column(N_("Branch"), "branch", kind="muted"),
)

ON_PAPER = 200
"""So many entries of the timeline are printed."""

VALUES = (
    Column(N_("Day"), lambda row: row[0]),
    Column(N_("Measured"), lambda row: row[1]),
    Column(N_("Value"), lambda row: row[2]),
)


@dataclass(frozen=True)
class Search:
    """What is known of the person."""

    text: str = field(
        default="",
        metadata={
            "label": N_("Name or number"),
            "help": N_("Names or their beginnings, a phone number, an e-mail address or a record number."),
            "attributes": {"autocomplete": "off", "autofocus": True},
        },
    )
    born: dt.date | None = field(default=None, metadata={"label": N_("Birth date")})


class Patients(Screen):
    """The search, the list and the patient page."""

    name = "patients"

    @expose("/", methods=("GET", "POST"))
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Find somebody, or look through the list."""
        form = form_for(Search)
        rows, after = None, None
        if form.is_accepted():
            given = form.value()
            text = (given.text or "").strip()
            if text or given.born:
                rows, after = patients_found(text, given.born)
            else:
                form.text.errors = [gettext("Write a name, a number or choose a birth date.")]
        return self.page(
            "patients/index.html",
            form=form,
            rows=rows,
            after=after,
            columns=COLUMNS,
            status=form.status,
            **(listing() if request.method == "GET" else {}),
        )

    @expose("/<uuid:uid>/")
    @allowed("read")
    def show(self, uid: uuid.UUID) -> tuple[str, int]:
        """One person: who, how to reach, what was agreed, what is next, what happened."""
        return self.page("patients/show.html", **page_of(uid))

    @expose("/<uuid:uid>/print")
    @allowed("print")
    def on_paper(self, uid: uuid.UUID) -> tuple[str, int]:
        """The page as it is printed, with who did and when; that it was opened for that is recorded."""
        found = page_of(uid, entries=ON_PAPER)
        return self.page("patients/print.html", uid=uid, columns=VALUES, printed_at=clock.now(), **found)

    @expose("/<uuid:uid>/note", methods=("POST",))
    @allowed("note")
    def note(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Write a note, which stands on the timeline at once."""
        form = form_for(NoteForm)
        if form.is_accepted():
            try:
                perform(write_note, uid, form.value().text)
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext("The note is written down."), "success")
                return self.go("show", uid=uid)
        return self.page("patients/show.html", form=form, **page_of(uid, form), status=form.status)

    @expose("/<uuid:uid>/timeline", methods=("GET", "POST"))
    @allowed("read")
    def timeline(self, uid: uuid.UUID) -> tuple[str, int]:
        """The timeline, narrowed; the whole page where no script asks for the part."""
        if not self.wants_part():
            return self.show(uid)
        with reading(verb=timeline) as (session, act):
            patient = find_record(session, "patient", uid)
            found = timeline_of(session, act, patient.id)
        return self.page("patients/timeline.html", uid=uid, **found)


def patients_found(text: str, born: dt.date | None) -> tuple[list[dict[str, Any]], int | None]:
    """A page of whom the words and the birth date fit, as the list shows them; and where the next one begins."""
    typed = request.form.get("after", "")
    found_terms = Terms.of_text(text)
    terms = Terms(
        name=found_terms.name,
        email=found_terms.email,
        number=found_terms.number,
        birth_date=born or found_terms.birth_date,
    )
    with reading(verb=find_patients) as (session, act):
        found = find_patients(session, act, terms, int(typed) if typed.isdecimal() else 0)
        branch_names(session)
    return rows_found(found.patients), found.after


def rows_found(patients: Iterable[Found], endpoint: str = "patients.show", **others: Any) -> list[dict[str, Any]]:
    """Found patients as a list shows them, each leading to a screen that takes the `uid` and `others`."""
    branches = branch_names()
    genders = {code: gettext(words) for code, words in GENDERS.items()}
    nameless = gettext("No name recorded")
    address_of = addresses(endpoint, **others)
    return [
        {
            "name": patient.name or nameless,
            "birth_date": patient.birth_date,
            "gender": genders[patient.gender],
            "branch": branches.get(patient.managing_location_id or 0, ""),
            "uid": patient.uid,
            "address": address_of(patient.uid),
        }
        for patient in patients
    ]
