"""The calendar: what each branch has on a day or in a week, one page an appointment, and the acts of the front desk."""

import datetime as dt
import uuid
import zoneinfo
from typing import Any

from flask import flash, request
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.base import (
    Column,
    Screen,
    allowed,
    asking,
    clock,
    expose,
    filters_for,
    form_for,
    perform,
    reading,
    say,
    say_texts,
    signed_in_scope,
)
from app.base.look import day as day_in_words
from app.views.calendar_forms import WEEK, Filters, Looked, Why, kinds, show_what_is_meant
from app.views.calendar_threads import booked, thread_shown
from app.views.calendar_words import hour_words, lanes_of_day, lanes_of_week, local, status_chip
from app.views.drafts import row_version
from app.views.patient_list import branch_choices
from app.views.patients import Search, patients_found
from journeys.access.appointments.cancel_appointment import REASONS, cancel_appointment
from journeys.access.appointments.check_in import check_in
from journeys.access.appointments.complete_appointment import complete_appointment
from journeys.access.appointments.confirm_appointment import confirm_appointment
from journeys.access.appointments.miss_appointment import miss_appointment
from journeys.access.appointments.move_appointment import move_appointment
from journeys.access.appointments.open_appointment import AppointmentPage, open_appointment
from journeys.access.appointments.open_calendar import open_calendar
from journeys.access.appointments.take_back import BEFORE, take_back
from journeys.access.appointments.taking import Asked
from journeys.access.links.offer_booking import Offer, offer_booking
from journeys.access.schedules.find_slots import FARTHEST, FreeTime, Wanted, find_slots
from journeys.contact.texts.booking_links import booking_link_of
from journeys.foundation.errors import Invalid, Missing
from journeys.foundation.words import N_
from journeys.store.access import AHEAD
from journeys.store.finding.open_patient import open_patient
from journeys.store.organisation import Location
from journeys.store.people import Patient
from journeys.store.scheduling import AppointmentType, Schedule, ScheduleType, Slot

DEEDS = {
    "confirm": (confirm_appointment, N_("The patient will come"), "check", AHEAD),
    "check-in": (check_in, N_("Check in"), "visit", (*AHEAD, "arrived", "noshow")),
    "complete": (complete_appointment, N_("The visit took place"), "check-circle", ("booked", "arrived", "checked-in")),
    "no-show": (miss_appointment, N_("The patient did not come"), "alert", ("booked",)),
    "take-back": (take_back, N_("Take it back"), "undo", tuple(BEFORE)),
}
"""What the front desk says of an appointment: the verb, its button, and in which states it is offered."""

FIRST_DAY, LAST_DAY = dt.date(1990, 1, 2), dt.date(2049, 12, 31)
"""Other days are typed by mistake: zones are not known then."""

NO_ADDRESS = N_("No link can be written: this installation has no address that patients reach.")
DONE = N_("It is written down.")
FOUND = (
    Column(N_("Patient"), "name"),
    Column(N_("Born"), "birth_date", kind="date"),
    Column(N_("Branch"), "branch", kind="muted"),
)
HISTORY = (
    Column(N_("When"), "at", kind="moment"),
    Column(N_("What happened"), "status", kind="chip", chip=status_chip),
    Column(N_("Time of the visit"), "start_at", kind="moment"),
    Column(N_("Why"), "why"),
    Column(N_("By"), "by", kind="muted"),
)


class Calendar(Screen):
    """The calendar, one appointment, free times, and one time."""

    name = "calendar"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """A day or a week of one branch."""
        filters = filters_for(Filters)
        chosen = filters.value()
        branches = dict(branch_choices())
        branch = chosen.branch if chosen.branch in branches else next(iter(branches), None)
        if branch is None:
            return self.page("calendar/index.html", lanes=[], filters=filters, branch="", shown="")
        zone = asking().scalar(select(Location.time_zone).where(Location.id == branch)) or "UTC"
        info = zoneinfo.ZoneInfo(zone)
        now = clock.now()
        today = now.astimezone(info).date()
        on = chosen.day if chosen.day and FIRST_DAY <= chosen.day <= LAST_DAY else today
        show_what_is_meant(filters, on, branch)
        is_week = chosen.span == WEEK
        first = on - dt.timedelta(days=on.weekday()) if is_week else on
        days = dt.timedelta(days=7 if is_week else 1)
        begins = dt.datetime.combine(first, dt.time(), info)
        with reading(verb=open_calendar) as (session, act):
            found = open_calendar(session, act, branch, begins, dt.datetime.combine(first + days, dt.time(), info))
            only = chosen.schedule or ""
            lanes = lanes_of_week(found, first, zone, now, only) if is_week else lanes_of_day(found, zone, now)
        steps = [
            (gettext("Earlier"), on - days),
            (gettext("Today"), now.astimezone(info).date()),
            (gettext("Later"), on + days),
        ]
        return self.page(
            "calendar/index.html",
            lanes=lanes,
            is_cut=found.is_cut,
            filters=filters,
            branch=branches[branch],
            shown=day_in_words(first),
            steps=[(label, self.address(**{**request.args, "day": when.isoformat()})) for label, when in steps],
        )

    @expose("/<uuid:uid>/")
    @allowed("read")
    def show(self, uid: uuid.UUID) -> tuple[str, int]:
        """One appointment: whose, when, how it stands, and what may be said of it now."""
        page = perform(open_appointment, uid)
        status = page.appointment.status
        is_ours = page.appointment.source_record_id is None
        deeds = [
            (deed, say(label), drawing)
            for deed, (_, label, drawing, states) in DEEDS.items()
            if status in states and (is_ours or deed == "confirm") and not is_said(page, deed)
        ]
        return self.page(
            "calendar/show.html",
            thread=thread_shown(page.appointment.id),
            deeds=deeds if self.may("change") else [],
            may_move=is_ours and status in AHEAD and self.may("change"),
            is_ours=is_ours,
            columns=HISTORY,
            history=[history_row(each) for each in page.history],
            **about(page),
        )

    @expose("/<uuid:uid>/say/<deed>", methods=("POST",))
    @allowed("change")
    def tell(self, uid: uuid.UUID, deed: str) -> Response:
        """Say what became of it."""
        if deed not in DEEDS:
            raise Missing("There is no such deed here")
        try:
            perform(DEEDS[deed][0], uid, row_version=row_version())
        except Invalid as invalid:
            for problem in invalid.problems:
                flash(say(problem), "danger")
        else:
            flash(gettext(DONE), "success")
        return self.go("show", uid=uid)

    @expose("/<uuid:uid>/cancel", methods=("GET", "POST"))
    @allowed("change")
    def cancel(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Call it off, with a reason."""
        page = perform(open_appointment, uid)
        form = form_for(Why)
        if form.is_accepted():
            try:
                perform(cancel_appointment, uid, form.value().reason, row_version())
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext("The appointment is called off. Its time is free."), "success")
                return self.go("show", uid=uid)
        return self.page("calendar/cancel.html", form=form, status=form.status, **about(page))

    @expose("/<uuid:uid>/move", methods=("GET", "POST"))
    @allowed("change")
    def move(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Choose another time for it."""
        page = perform(open_appointment, uid)
        problems: list[str] = []
        if request.method == "POST":
            try:
                perform(move_appointment, uid, asked_of(request.form), row_version())
            except Invalid as invalid:
                problems = [say(problem) for problem in invalid.problems]
            else:
                flash(gettext("The appointment is moved."), "success")
                return self.go("show", uid=uid)
        kind = page.kind.slug if page.kind else None
        return self._times(page.patient, problems, kind, moved=page.appointment)

    @expose("/for/<uuid:patient>", methods=("GET", "POST"))
    @allowed("change")
    def book(self, patient: uuid.UUID) -> Response | tuple[str, int]:
        """Free times for a patient, and booking one."""
        problems: list[str] = []
        if request.method == "POST":
            try:
                made = booked(patient, asked_of(request.form))
            except Invalid as invalid:
                problems = [say(problem) for problem in invalid.problems]
            else:
                flash(gettext("The appointment is booked."), "success")
                return self.go("show", uid=made.uid)
        return self._times(perform(open_patient, patient).patient, problems)

    @expose("/for/<uuid:patient>/link", methods=("POST",))
    @allowed("change")
    def offer(self, patient: uuid.UUID) -> tuple[str, int]:
        """Make a link by which the patient books by themselves, to be given to them."""
        kind = request.form.get("kind", "")
        found = perform(open_patient, patient).patient
        try:
            made = perform(offer_booking, patient, Offer(kind))
        except Invalid as invalid:
            return self._times(found, [say(problem) for problem in invalid.problems], kind)
        return self._times(found, [], kind, link=booking_link_of(made.id) or gettext(NO_ADDRESS))

    @expose("/slot/<uuid:uid>", methods=("GET", "POST"))
    @allowed("change")
    def slot(self, uid: uuid.UUID) -> tuple[str, int]:
        """One free time: for what, and for whom. Who is looked for stands in no address."""
        row = asking().execute(select(Slot, Schedule).join(Schedule).where(Slot.uid == uid)).one_or_none()
        if row is None or not is_mine(row.Schedule.location_id):
            raise Missing("There is no such time here")
        slot, schedule = row
        offered = select(AppointmentType).join(ScheduleType).where(ScheduleType.schedule_id == schedule.id)
        types = asking().scalars(offered.where(AppointmentType.active).order_by(AppointmentType.slug)).all()
        form = form_for(Search)
        rows = None
        if form.is_accepted():
            given = form.value()
            text = (given.text or "").strip()
            if text or given.born:
                rows, _ = patients_found(text, given.born)
            else:
                form.text.errors = [gettext("Write a name, a number or choose a birth date.")]
        wall = local(slot.start_at, zoneinfo.ZoneInfo(schedule.zone))
        return self.page(
            "calendar/slot.html",
            form=form,
            rows=rows,
            columns=FOUND,
            slot=slot,
            when=f"{day_in_words(wall.date())}, {hour_words(wall)}",
            who=say_texts(schedule.name),
            types=[(each.slug, say_texts(each.name)) for each in types],
            status=form.status,
        )

    def _times(
        self, patient: Patient, problems: list[str], kind: str | None = None, moved: Any = None, link: str = ""
    ) -> tuple[str, int]:
        """The free times that were asked for, under their days."""
        filters = filters_for(Looked)
        chosen = filters.value()
        every = kinds()
        kind = chosen.kind or kind or (every[0][0] if every else None)
        now = clock.now()
        from_at = now
        if chosen.day and FIRST_DAY <= chosen.day <= LAST_DAY:
            # somewhere the day has begun already
            from_at = dt.datetime.combine(chosen.day, dt.time(), dt.UTC) - dt.timedelta(hours=14)
        found: list[FreeTime] = []
        if kind is not None:
            branches = None if chosen.branch is None else [chosen.branch]
            wanted = Wanted(kind, from_at, from_at + FARTHEST, locations=branches, most=100)
            with reading(verb=find_slots) as (session, act):
                found = find_slots(session, act, wanted)
        return self.page(
            "calendar/times.html",
            patient=patient,
            moved=moved,
            link=link,
            problems=problems,
            filters=filters,
            kind=kind,
            kind_name=dict(every).get(kind or "", ""),
            days=days_of(found),
            status=422 if problems else 200,
        )


def is_mine(location_id: int) -> bool:
    """Whether a branch is one of the reader's."""
    mine = signed_in_scope().locations
    return mine is None or location_id in mine


def asked_of(form: Any) -> Asked:
    """The time that was chosen; Missing for nonsense."""
    try:
        return Asked(uuid.UUID(form.get("slot", "")), form.get("kind", ""))
    except ValueError:
        raise Missing("There is no such time here") from None


def is_said(page: AppointmentPage, deed: str) -> bool:
    """Whether a deed would say what is said already."""
    return deed == "confirm" and page.appointment.confirmed_at is not None


def about(page: AppointmentPage) -> dict[str, Any]:
    """What every page about an appointment shows of it."""
    visit = page.appointment
    zone = (page.schedule.zone if page.schedule else None) or (page.location.time_zone if page.location else None)
    when = ""
    if visit.start_at is not None:
        wall = local(visit.start_at, zoneinfo.ZoneInfo(zone or "UTC"))
        when = f"{day_in_words(wall.date())}, {hour_words(wall)}"
    return {
        "visit": visit,
        "patient": page.patient,
        "when": when,
        "what": say_texts(page.kind.name) if page.kind else visit.display or "",
        "where": page.location.name if page.location else "",
        "who": (page.practitioner.name if page.practitioner else None) or "",
        "chip": status_chip(visit.status),
        "is_late": page.is_late,
        "reason": say(REASONS.get(visit.cancellation_reason or "", visit.cancellation_reason or "")),
    }


def history_row(each: Any) -> dict[str, Any]:
    """One change, as the list shows it."""
    return {
        "at": each.at,
        "status": each.to_status,
        "start_at": each.to_start,
        "why": say(REASONS.get(each.why or "", each.why or "")),
        "by": each.by.removeprefix("user:"),
    }


def days_of(found: list[FreeTime]) -> list[tuple[str, list[dict[str, str]]]]:
    """Free times under their days, each with its hour and with whom."""
    days: dict[str, list[dict[str, str]]] = {}
    for each in found:
        wall = local(each.start_at, zoneinfo.ZoneInfo(each.schedule.zone))
        row = {"slot": str(each.slot), "time": hour_words(wall), "who": say_texts(each.schedule.name)}
        days.setdefault(day_in_words(wall.date()), []).append(row)
    return list(days.items())
