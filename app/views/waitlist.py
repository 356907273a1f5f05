"""The waitlist: who waits, times that came free and want somebody, and what filling them has recovered."""

import datetime as dt
import uuid
import zoneinfo
from typing import Any

from flask import flash, request
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.base import Column, Screen, allowed, clock, expose, form_for, perform, reading, say_texts
from app.base.look import day as day_in_words
from app.views.calendar_words import hour_words, local
from app.views.drafts import row_version
from app.views.waitlist_forms import PRIORITY_WORDS, Off, Urgency, Wanted
from journeys.access.waitlist.add_entry import add_entry
from journeys.access.waitlist.entries import Wish
from journeys.access.waitlist.open_waitlist import Freed, open_waitlist
from journeys.access.waitlist.prioritise_entry import prioritise_entry
from journeys.access.waitlist.withdraw_entry import withdraw_entry
from journeys.foundation.errors import Invalid, Missing
from journeys.foundation.words import N_
from journeys.store.access import AHEAD, Appointment
from journeys.store.finding.open_patient import open_patient
from journeys.store.people import Patient
from journeys.store.waitlist import OPEN, WaitlistEntry

ASKED = {
    "asking": ("", "clock", N_("Somebody is being asked")),
    "free": ("warning", "alert", N_("Nobody yet: fill it")),
}
COLUMNS = (
    Column(N_("Patient"), "name", link=lambda row: f"/patients/{row['patient']}/"),
    Column(N_("Waits for"), "what"),
    Column(N_("How urgent"), "priority", kind="chip", chip=PRIORITY_WORDS.__getitem__),
    Column(N_("Waits since"), "since", kind="date"),
    Column(N_("Branch"), "branches", kind="muted"),
    Column(N_("Asked"), "asked", kind="number"),
    Column(N_("Said no"), "refused", kind="number"),
)
FREED = (
    Column(N_("Time"), "when"),
    Column(N_("With"), "who"),
    Column(N_("How it stands"), "state", kind="chip", chip=ASKED.__getitem__),
    Column(N_("Call first"), "call"),
)


class Waitlist(Screen):
    """The list, and what staff do with who waits."""

    name = "waitlist"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Who waits, what came free, what was recovered."""
        found = perform(open_waitlist)
        rows = [
            {
                "uid": entry.uid,
                "patient": patient.uid,
                "name": patient.name,
                "what": what_of(say_texts(kind.name), practitioner.name if practitioner else None, entry),
                "priority": entry.priority,
                "since": entry.since,
                "branches": ", ".join(found.branches.get(entry.id, ())),
                "asked": entry.asked,
                "refused": entry.refused,
            }
            for entry, patient, kind, practitioner in found.entries
        ]
        return self.page(
            "waitlist/index.html",
            columns=COLUMNS,
            rows=rows,
            freed_columns=FREED,
            freed=[freed_row(each) for each in found.freed],
            recovered=found.recovered,
        )

    @expose("/for/<uuid:patient>", methods=("GET", "POST"))
    @allowed("change")
    def add(self, patient: uuid.UUID) -> Response | tuple[str, int]:
        """Put a patient on the list."""
        person = perform(open_patient, patient).patient
        visits = visits_of(person)
        visit = visit_of(visits, request.args.get("visit"))
        form = form_for(Wanted)
        if form.is_accepted():
            try:
                perform(add_entry, wish_of(form.value(), patient, visit))
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext("The patient is on the waitlist."), "success")
                return self.go()
        return self.page("waitlist/add.html", form=form, patient=person, visit=visit, visits=visits, status=form.status)

    @expose("/<uuid:uid>/priority", methods=("GET", "POST"))
    @allowed("change")
    def prioritise(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Say how urgent it is."""
        entry, patient = self._entry(uid)
        form = form_for(Urgency, Urgency(entry.priority))
        if form.is_accepted():
            try:
                perform(prioritise_entry, uid, form.value().priority, row_version())
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                return self.go()
        title = gettext("How urgent is it?")
        return self.page(
            "waitlist/change.html", form=form, entry=entry, patient=patient, says=title, status=form.status
        )

    @expose("/<uuid:uid>/withdraw", methods=("GET", "POST"))
    @allowed("change")
    def withdraw(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Take somebody off the list."""
        entry, patient = self._entry(uid)
        form = form_for(Off)
        if form.is_accepted():
            try:
                perform(withdraw_entry, uid, form.value().why, row_version())
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext("The patient waits no more."), "success")
                return self.go()
        title = gettext("Take off the waitlist")
        return self.page(
            "waitlist/change.html", form=form, entry=entry, patient=patient, says=title, status=form.status
        )

    def _entry(self, uid: uuid.UUID) -> tuple[WaitlistEntry, Patient]:
        """One entry and whose it is."""
        with reading() as (session, _):
            entry = session.scalars(select(WaitlistEntry).where(WaitlistEntry.uid == uid)).one_or_none()
            if entry is None:
                raise Missing("Nobody like this waits here")
            patient_uid = session.scalars(select(Patient.uid).where(Patient.id == entry.patient_id)).one()
        return entry, perform(open_patient, patient_uid).patient


def what_of(kind: str, practitioner: str | None, entry: WaitlistEntry) -> str:
    """For what somebody waits, in words."""
    said = gettext("%(what)s, with %(who)s", what=kind, who=practitioner) if practitioner else kind
    return gettext("%(what)s, earlier than the visit they have", what=said) if entry.appointment_id else said


def freed_row(freed: Freed) -> dict[str, Any]:
    """One time that came free."""
    wall = local(freed.backfill.start_at, zoneinfo.ZoneInfo(freed.schedule.zone))
    return {
        "when": f"{day_in_words(wall.date())}, {hour_words(wall)}",
        "who": say_texts(freed.schedule.name),
        "state": "asking" if freed.backfill.status == OPEN else "free",
        "call": ", ".join(patient.name or gettext("No name recorded") for patient in freed.to_call),
    }


def visits_of(patient: Patient) -> list[dict[str, Any]]:
    """The visits that may come earlier: booked here, and still ahead."""
    ahead = (
        select(Appointment)
        .where(
            Appointment.patient_id == patient.id, Appointment.status.in_(AHEAD), Appointment.schedule_id.is_not(None)
        )
        .where(Appointment.start_at > clock.now())
        .order_by(Appointment.start_at, Appointment.id)
    )
    with reading() as (session, _):
        return [{"uid": each.uid, "at": each.start_at} for each in session.scalars(ahead)]


def visit_of(visits: list[dict[str, Any]], named: str | None) -> uuid.UUID | None:
    """The visit that the address names, if it is one of theirs."""
    return next((each["uid"] for each in visits if str(each["uid"]) == named), None)


def wish_of(given: Wanted, patient: uuid.UUID, visit: uuid.UUID | None) -> Wish:
    """What was typed, as the verb wants it."""
    since = None if given.since is None else dt.datetime.combine(given.since, dt.time(), dt.UTC)
    branches = [given.branch, *([given.second] if given.second is not None else [])]
    return Wish(
        patient=patient,
        type=given.kind,
        locations=tuple(dict.fromkeys(branches)),
        practitioner_id=given.practitioner,
        earlier_than=visit,
        priority=given.priority,
        since=since,
        from_on=given.from_on,
        until_on=given.until_on,
        weekdays=given.weekdays,
        from_time=given.from_time,
        until_time=given.until_time,
    )
