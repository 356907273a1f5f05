"""Complaints: those that are late first, one with its clocks and its history, and what came of all of them."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, Screen, ShapeForm, allowed, asking, clock, expose, form_for, perform, say, say_texts
from app.base.look import day, moment
from app.views.complaint_forms import SHAPES, Settle, Take
from app.views.drafts import row_version
from journeys.desk.complaints.acknowledge_complaint import acknowledge_complaint
from journeys.desk.complaints.close_complaint import close_complaint
from journeys.desk.complaints.log_contact import log_contact
from journeys.desk.complaints.policy import Code, Policy, policy_in_force
from journeys.desk.complaints.read_complaints import Line, Opened, complaints_of, is_late, read_complaint
from journeys.desk.complaints.reopen_complaint import reopen_complaint
from journeys.desk.complaints.report import Count, report
from journeys.desk.complaints.settle_complaint import Settled, settle_complaint
from journeys.desk.complaints.take_complaint import Told, take_complaint
from journeys.desk.complaints.withhold_complaint import withhold_complaint
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.foundation.words import N_
from journeys.store.complaints import (
    ACKNOWLEDGED,
    ASKED,
    CLOSED,
    CONFIRMED,
    CONTACTED,
    ENDED,
    NOT_ASKED,
    OPEN,
    REOPENED,
    SETTLED,
    SILENT,
    TAKEN,
    TO_QUALITY,
    WITHDRAWN,
    Complaint,
)

BOXES = {OPEN: N_("To do"), ASKED: N_("The patient is asked"), CLOSED: N_("Closed")}
STATES = {
    "late": ("danger", "alert", N_("Late")),
    OPEN: ("", "clock", N_("To do")),
    ASKED: ("info", "message", N_("The patient is asked")),
    CLOSED: ("good", "check", N_("Closed")),
}
OUTCOMES = {
    CONFIRMED: N_("The patient said that it is settled"),
    SILENT: N_("The patient was asked and said nothing"),
    WITHDRAWN: N_("The patient took it back"),
}
HAPPENED = {
    TAKEN: (N_("Taken"), "flag"),
    ACKNOWLEDGED: (N_("Acknowledged"), "check"),
    CONTACTED: (N_("Spoke to the patient"), "call"),
    SETTLED: (N_("Cause and remedy written down"), "edit"),
    ENDED: (N_("Closed"), "check-circle"),
    REOPENED: (N_("Opened again"), "undo"),
    NOT_ASKED: (N_("The patient could not be asked by message: ask them yourself"), "alert"),
    TO_QUALITY: (N_("Handed to the quality role"), "lock"),
}
WHY_AGAIN = {"patient-said-no": N_("The patient said that it is not settled"), "told-staff": N_("Staff were told")}
COLUMNS = (
    Column(N_("Patient"), "name", link=lambda row: row["address"]),
    Column(N_("About"), "reason"),
    Column(N_("State"), "state", kind="chip", chip=STATES.__getitem__),
    Column(N_("Next step"), "next"),
    Column(N_("By"), "due_at", kind="moment"),
    Column(N_("Owner"), "owner", kind="muted"),
    Column(N_("Taken"), "taken_at", kind="date"),
)
COUNT_COLUMNS = (
    Column(N_("About"), "reason"),
    Column(N_("Root cause"), "cause"),
    Column(N_("Remedy"), "remedy"),
    Column(N_("Complaints"), "count", kind="number"),
    Column(N_("Closed"), "closed", kind="number"),
    Column(N_("Silent"), "silent", kind="number"),
    Column(N_("Opened again"), "reopened", kind="number"),
    Column(N_("Late"), "late", kind="number"),
    Column(N_("Days to the end"), "days", kind="number"),
)
SPANS = (30, 90, 365)


class Complaints(Screen):
    """The list, one complaint, a new one, and the table of what came of them."""

    name = "complaints"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Those of one state."""
        asked = request.args.get("box", OPEN)
        box = asked if asked in BOXES else OPEN
        policy = policy_in_force(asking())
        rows = [self._row(each, policy) for each in perform(complaints_of, box)]
        tabs = [(say(words), self.address(box=name), None) for name, words in BOXES.items()]
        is_ready = bool(policy.reasons)
        return self.page(
            "complaints/index.html",
            columns=COLUMNS,
            rows=rows,
            tabs=tabs,
            current=self.address(box=box),
            ready=is_ready,
        )

    def _row(self, line: Line, policy: Policy) -> Mapping[str, Any]:
        row = line.row
        return {
            "name": line.name or gettext("No name recorded"),
            "address": self.address("show", uid=row.uid),
            "reason": name_in(policy.reasons, row.reason),
            "state": "late" if is_late(row, clock.now()) else row.status,
            "next": next_words(row),
            "due_at": row.next_due_at if row.status == OPEN else row.asked_until,
            "owner": row.owner or "",
            "taken_at": row.taken_at,
        }

    @expose("/report/")
    @allowed("read")
    def counts(self) -> tuple[str, int]:
        """Reasons by root cause and remedy, with the days they took."""
        asked = request.args.get("days", type=int)
        days = asked if asked in SPANS else SPANS[1]
        policy = policy_in_force(asking())
        now = clock.now()
        rows = [count_row(each, policy) for each in perform(report, now - dt.timedelta(days=days), now)]
        tabs = [(gettext("%(days)s days", days=span), self.address("counts", days=span), None) for span in SPANS]
        current = self.address("counts", days=days)
        return self.page("complaints/report.html", columns=COUNT_COLUMNS, rows=rows, tabs=tabs, current=current)

    @expose("/take", methods=("GET", "POST"))
    @allowed("change")
    def take(self) -> Response | tuple[str, int]:
        """A new one, of a conversation or of a patient."""
        of = {kind: uid_in(kind) for kind in ("conversation", "patient")}
        if not any(of.values()):
            raise Missing("A complaint is somebody's")
        form = form_for(Take)
        if form.is_accepted():
            told = form.value()
            try:
                uid = perform(
                    take_complaint, Told(told.reason, told.story, told.is_harm, of["patient"], of["conversation"])
                )
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                return self._taken(uid)
        given = {kind: uid for kind, uid in of.items() if uid is not None}
        return self.page("complaints/take.html", form=form, action=self.address("take", **given), status=form.status)

    def _taken(self, uid: uuid.UUID) -> Response:
        try:
            perform(read_complaint, uid)
        except Missing:
            flash(gettext("The quality role has it. You do not see it any more."), "success")
            return self.go()
        flash(gettext("The complaint is taken. Its clocks run since the patient said it."), "success")
        return self.go("show", uid=uid)

    @expose("/<uuid:uid>/")
    @allowed("read")
    def show(self, uid: uuid.UUID) -> tuple[str, int]:
        """One of them."""
        return self._show(uid)

    def _show(self, uid: uuid.UUID, deed: str = "", refused: ShapeForm | None = None) -> tuple[str, int]:
        opened: Opened = perform(read_complaint, uid)
        policy = policy_in_force(asking())
        row = opened.row
        forms = {name: form_for(SHAPES[name]) for name in deeds_of(row)}
        if refused is not None and deed in forms:
            forms[deed] = refused
        return self.page(
            "complaints/show.html",
            row=row,
            name=opened.name or gettext("No name recorded"),
            patient=opened.patient_uid,
            talk=url_for("inbox.show", uid=opened.conversation) if opened.conversation else "",
            state=STATES["late" if is_late(row, clock.now()) else row.status],
            outcome=say(OUTCOMES[row.outcome]) if row.outcome else "",
            facts=facts_of(row, policy),
            history=[line_of(each, policy) for each in opened.history],
            forms=forms,
            opened=deed,
            form=refused,
            status=refused.status if refused is not None else 200,
        )

    @expose("/<uuid:uid>/<deed>", methods=("POST",))
    @allowed("change")
    def tell(self, uid: uuid.UUID, deed: str) -> Response | tuple[str, int]:
        """Write down what was done."""
        if deed not in SHAPES:
            raise Missing("There is no such deed here")
        form = form_for(SHAPES[deed])
        if not form.is_accepted():
            return self._show(uid, deed, form)
        try:
            do(uid, deed, form.value())
        except Invalid as invalid:
            form.refuse(invalid.problems)
            return self._show(uid, deed, form)
        except Stale:
            flash(gettext("Somebody else changed this complaint first. This is how it stands now."), "warning")
            return self.go("show", uid=uid)
        if deed == "harm":
            return self._taken(uid)
        flash(gettext("It is written down."), "success")
        return self.go("show", uid=uid)


def do(uid: uuid.UUID, deed: str, given: Any) -> None:
    """The verb of a deed, on the complaint as it was read."""
    seen = row_version()
    if isinstance(given, Settle):
        perform(settle_complaint, uid, Settled(given.cause, given.remedy, given.note), seen)
    elif deed == "close":
        perform(close_complaint, uid, given.outcome, given.note, seen)
    else:
        verbs = {
            "acknowledge": acknowledge_complaint,
            "contact": log_contact,
            "reopen": reopen_complaint,
            "harm": withhold_complaint,
        }
        perform(verbs[deed], uid, given.note, seen)


def deeds_of(row: Complaint) -> list[str]:
    """What may be done now, what comes next first."""
    if row.status == CLOSED:
        return ["reopen"]
    if row.status == ASKED:
        return ["close", "reopen", "contact", *([] if row.withheld else ["harm"])]
    first = [] if row.acknowledged_at else ["acknowledge"]
    return [*first, "contact", "settle", "close", *([] if row.withheld else ["harm"])]


def next_words(row: Complaint) -> str:
    """What comes next."""
    if row.status == CLOSED:
        return say(OUTCOMES[row.outcome or ""])
    if row.status == ASKED:
        return gettext("The patient says whether it is settled")
    if row.acknowledged_at is None:
        return gettext("Acknowledge it")
    if row.contacted_at is None:
        return gettext("Speak to the patient")
    return gettext("Settle it") if row.settled_at is None else gettext("Ask the patient whether it is settled")


def facts_of(row: Complaint, policy: Policy) -> list[tuple[str, Any]]:
    """What there is to know of one."""
    clocks = (
        (gettext("Acknowledge by"), row.acknowledge_due_at, row.acknowledged_at),
        (gettext("Speak to the patient by"), row.contact_due_at, row.contacted_at),
        (gettext("Settle by"), row.settle_due_at, row.settled_at),
    )
    facts: list[tuple[str, Any]] = [(gettext("About"), name_in(policy.reasons, row.reason))]
    facts += [(words, clock_words(due, done)) for words, due, done in clocks]
    facts += [
        (gettext("Root cause"), name_in(policy.causes, row.cause)),
        (gettext("Remedy"), name_in(policy.remedies, row.remedy)),
        (gettext("Owner"), row.owner or gettext("Nobody yet")),
    ]
    if row.asked_until:
        facts.append((gettext("Silence ends it on"), day(row.asked_until)))
    return facts


def clock_words(due: dt.datetime, done: dt.datetime | None) -> str:
    """By when, and whether it was done in time."""
    if done is None:
        return gettext("%(when)s: not done yet", when=moment(due))
    if done > due:
        return gettext("%(when)s: done late, %(done)s", when=moment(due), done=moment(done))
    return gettext("%(when)s: done, %(done)s", when=moment(due), done=moment(done))


def line_of(entry: Any, policy: Policy) -> Mapping[str, Any]:
    """One thing that happened."""
    words, picture = HAPPENED[entry.kind]
    codes = {ENDED: OUTCOMES, REOPENED: WHY_AGAIN}.get(entry.kind, {})
    named = say(codes[entry.code]) if entry.code in codes else ""
    if entry.kind == TAKEN:
        named = name_in(policy.reasons, entry.code)
    elif entry.kind == SETTLED:
        named = name_in(policy.remedies, entry.code)
    by = entry.by.removeprefix("user:") if entry.by.startswith("user:") else ""
    return {"title": say(words), "icon": picture, "meta": named, "by": by, "at": moment(entry.at), "note": entry.note}


def count_row(each: Count, policy: Policy) -> Mapping[str, Any]:
    """One line of the table."""
    return {
        "reason": name_in(policy.reasons, each.reason),
        "cause": name_in(policy.causes, each.cause),
        "remedy": name_in(policy.remedies, each.remedy),
        "count": each.count,
        "closed": each.closed,
        "silent": each.silent,
        "reopened": each.reopened,
        "late": each.late,
        "days": None if each.days is None else round(each.days, 1),
    }


def name_in(codes: Mapping[str, Code], slug: str | None) -> str:
    """What a code is called; one that the clinic no longer has stands as it is."""
    if slug is None:
        return ""
    return say_texts(codes[slug].name) or slug if slug in codes else slug


def uid_in(name: str) -> uuid.UUID | None:
    """A uid of the address, None where there is none."""
    try:
        return uuid.UUID(request.args.get(name, ""))
    except ValueError:
        return None
