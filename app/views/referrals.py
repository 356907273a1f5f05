"""Referrals: all that are open with who is to do what by when, and one page for each on its way to the end."""

import datetime as dt
import uuid
from typing import Any

from flask import flash, g, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import (
    Column,
    Screen,
    ShapeForm,
    allowed,
    clock,
    expose,
    filters_for,
    form_for,
    perform,
    reading,
    say,
    walking,
)
from app.views.patient_list import branch_names
from app.views.referral_forms import (
    Filters,
    NewIncoming,
    NewPaper,
    NewReferral,
    Owner,
    instant_of,
    shape_of,
)
from app.views.referral_words import (
    CHAIN_SHOWN,
    DIRECTIONS,
    PAPERS,
    PRIORITIES,
    REPORTS,
    by_words,
    days_since,
    days_words,
    row_of,
    service_words,
    state_look,
    why_words,
)
from app.views.state_words import RECORD_STATES
from journeys.care.referrals.add_document import Paper, add_document
from journeys.care.referrals.assign_referral import assign_referral
from journeys.care.referrals.draft_referral import Ordered, draft_referral
from journeys.care.referrals.list_referrals import OPEN, SORTS, Wanted, list_referrals
from journeys.care.referrals.move_referral import Given, move_referral
from journeys.care.referrals.open_referral import ReferralPage, open_referral
from journeys.care.referrals.states import CHANGE, REVIEW, STATES, ahead_of, deed_of, may_follow
from journeys.contact.consent.consent_record import end_of
from journeys.foundation.errors import Invalid, Missing
from journeys.foundation.words import N_
from journeys.store.finding.open_patient import open_patient
from journeys.store.people import Patient
from journeys.store.referrals import CHAIN, INCOMING, OUTGOING, OVER

COLUMNS = (
    Column(N_("Patient"), "patient", link=lambda row: row["patient_address"]),
    Column(N_("Service"), "service", link=lambda row: row["address"]),
    Column(N_("State"), "status", kind="chip", chip=state_look),
    Column(N_("For"), "age", kind="muted"),
    Column(N_("Without progress"), "quiet", sort="progress"),
    Column(N_("By when"), "due_at", kind="date", sort="due"),
    Column(N_("Next step"), "ahead"),
    Column(N_("Owner and branch"), "owner"),
)
MOVED = N_("It is written down.")


class Referrals(Screen):
    """The list, one referral, a new one, and its moves."""

    name = "referrals"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """What is open, the longest without progress first."""
        walk = walking(SORTS, sort="progress")
        now = clock.now()
        with reading(verb=list_referrals) as (session, act):
            branch_names(session)
            filters = filters_for(Filters)
            wanted = wanted_of(filters.value(), walk.sort, walk.is_descending, now)
            found = list_referrals(session, act, wanted, walk.place, walk.size)
            rows = [row_of(row, now) for row in found.stretch.rows]
        walk.take([row[0].id for row in found.stretch.rows], found.stretch, found.count)
        return self.page("referrals/index.html", columns=COLUMNS, rows=rows, walk=walk, filters=filters)

    @expose("/<uuid:uid>/")
    @allowed("read")
    def show(self, uid: uuid.UUID) -> tuple[str, int]:
        """One referral: where it stands, what is next, what was asked, what it has been through."""
        return self._show(perform(open_referral, uid), form_for(NewPaper))

    @expose("/<uuid:uid>/move/<state>", methods=("GET", "POST"))
    @allowed("change")
    def move(self, uid: uuid.UUID, state: str) -> Response | tuple[str, int]:
        """Move it; where something has to be said of that, a form asks for it first."""
        if state not in STATES or STATES[state].right != CHANGE:
            raise Missing("There is no such state here")
        return self._move(uid, state)

    @expose("/<uuid:uid>/review", methods=("GET", "POST"))
    @allowed("review")
    def review(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Say what the results say, and what follows."""
        return self._move(uid, "reviewed")

    def _move(self, uid: uuid.UUID, state: str) -> Response | tuple[str, int]:
        """The form of a move, or the move."""
        page = perform(open_referral, uid)
        g.goes_to = state
        shape = shape_of(state)
        if shape is None:
            return self._moved(page, state, Given()) if request.method == "POST" else self.go("show", uid=uid)
        form = form_for(shape)
        if form.is_accepted():
            try:
                return self._moved(page, state, given_of(form, page.patient))
            except Invalid as invalid:
                form.refuse(invalid.problems)
        return self.page(
            "referrals/move.html", form=form, status=form.status, deed=say(deed_of(page.referral, state)), **about(page)
        )

    @expose("/<uuid:uid>/owner", methods=("GET", "POST"))
    @allowed("change")
    def owner(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Say whose it is."""
        page = perform(open_referral, uid)
        form = form_for(Owner, Owner(page.referral.owner or "", page.referral.queue_id))
        if form.is_accepted():
            given = form.value()
            try:
                perform(assign_referral, uid, given.owner or None, given.queue, version_of(request.form))
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext(MOVED), "success")
                return self.go("show", uid=uid)
        deed = gettext("Whose it is")
        return self.page("referrals/move.html", form=form, status=form.status, deed=deed, **about(page))

    @expose("/<uuid:uid>/papers", methods=("POST",))
    @allowed("change")
    def add_paper(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Add a paper."""
        form = form_for(NewPaper)
        if form.is_accepted():
            given = form.value()
            try:
                perform(add_document, uid, Paper(given.kind, given.title or "", given.place or None))
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext("The paper is kept with the referral."), "success")
                return self.go("show", uid=uid)
        return self._show(perform(open_referral, uid), form)

    @expose("/new/<uuid:patient>/<any(outgoing, incoming):direction>", methods=("GET", "POST"))
    @allowed("change")
    def new(self, patient: uuid.UUID, direction: str) -> Response | tuple[str, int]:
        """Write one for a patient, or write down one that came."""
        head = perform(open_patient, patient)
        branch_names()
        home = head.patient.managing_location_id
        if direction == OUTGOING:
            form = form_for(NewReferral, NewReferral("", branch=home))
        else:
            form = form_for(NewIncoming, NewIncoming("", branch=home or 0))
        if form.is_accepted():
            try:
                made = perform(draft_referral, patient, ordered_of(form.value(), head.patient), direction)
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext("The referral is written down."), "success")
                return self.go("show", uid=made.uid)
        is_incoming = direction == INCOMING
        return self.page(
            "referrals/new.html", form=form, status=form.status, patient=head.patient, is_incoming=is_incoming
        )

    def _moved(self, page: ReferralPage, state: str, given: Given) -> Response:
        """Move it, or say on its page why not where there is no form to say it in."""
        try:
            perform(move_referral, page.referral.uid, state, given, version_of(request.form))
        except Invalid as invalid:
            if shape_of(state) is not None:
                raise
            flash(" ".join(say(each.says) for each in invalid.problems), "warning")
        else:
            flash(gettext(MOVED), "success")
        return self.go("show", uid=page.referral.uid)

    def _leading(self, page: ReferralPage, state: str) -> str:
        """The address of a move."""
        uid = page.referral.uid
        is_review = STATES[state].right == REVIEW
        return self.address("review", uid=uid) if is_review else self.address("move", uid=uid, state=state)

    def _show(self, page: ReferralPage, paper: ShapeForm) -> tuple[str, int]:
        """Draw the page, with a paper that was not taken."""
        referral, now = page.referral, clock.now()
        following = [state for state in may_follow(referral) if self.may(STATES[state].right)]
        deeds = [
            (each, STATES[each].asks, say(deed_of(referral, each)), self._leading(page, each)) for each in following
        ]
        return self.page(
            "referrals/show.html",
            status=paper.status,
            paper=paper,
            page=page,
            moves=deeds,
            forward=next((state for state in following if is_ahead(referral.status, state)), None),
            state=state_look(referral.status),
            ahead=say(ahead_of(referral.direction, referral.status)) if referral.status not in OVER else "",
            chain=[say(STATES[state].label) for state in CHAIN_SHOWN],
            reached=place_of_state(referral.status),
            quiet=None if referral.status in OVER else days_words(days_since(referral.last_progress_at, now)),
            priority=PRIORITIES[referral.priority],
            way=say(DIRECTIONS[referral.direction]),
            papers=PAPERS,
            report_states=REPORTS,
            record_states=RECORD_STATES,
            state_look=state_look,
            why_words=why_words,
            by_words=by_words,
            **about(page),
        )


def about(page: ReferralPage) -> dict[str, Any]:
    """What every page of a referral needs."""
    return {"referral": page.referral, "patient": page.patient, "service": service_words(page.referral)}


def wanted_of(given: Filters, sort: str, is_descending: bool, now: dt.datetime) -> Wanted:
    """What the list is narrowed to; all that is open where nothing is said of the state."""
    quiet = None if given.quiet is None else now - dt.timedelta(days=min(max(given.quiet, 0), 9_999))
    return Wanted(
        status=given.status or OPEN,
        direction=given.direction,
        branch=given.branch,
        urgent=given.urgent,
        owner=given.owner,
        quiet_since=quiet,
        overdue=given.overdue,
        sort=sort,
        is_descending=is_descending,
    )


def given_of(form: ShapeForm, patient: Patient) -> Given:
    """What was said of a move."""
    said = vars(form.value())
    day = said.get("day")
    at = None if day is None else instant_of(day, said.get("time"), patient.time_zone)
    return Given(why=said.get("why"), note=(said.get("note") or "").strip() or None, scheduled_at=at)


def ordered_of(given: NewReferral | NewIncoming, patient: Patient) -> Ordered:
    """What was typed, as the engine takes it; the last day ends where the patient's days end."""
    if isinstance(given, NewReferral):
        places = {"to_organization_id": given.to, "from_location_id": given.branch}
    else:
        places = {"from_organization_id": given.sender, "to_location_id": given.branch}
    return Ordered(
        service=given.service,
        reason=given.reason.strip() or None,
        question=given.question.strip() or None,
        priority=given.priority,
        due_at=given.due and end_of(given.due, patient.time_zone or "UTC"),
        queue_id=given.queue,
        **places,
    )


def version_of(form: Any) -> int | None:
    """Which version of the referral the reader saw."""
    typed = form.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 19 else None


def is_ahead(old: str, new: str) -> bool:
    """Whether a state is further along the way."""
    return new in CHAIN and (old not in CHAIN or CHAIN.index(new) > CHAIN.index(old))


def place_of_state(status: str) -> int:
    """The place of a state among those that stand above the page."""
    aside = {"draft": -1, "declined": 1, "no-show": 3, "patient-informed": 6, "cancelled": -1}
    return CHAIN_SHOWN.index(status) if status in CHAIN_SHOWN else aside[status]
