"""What is due: for everybody in one list, and for one patient with the reasons, recalls and refusals."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from dateutil.relativedelta import relativedelta
from flask import abort, flash, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.base import (
    Column,
    Screen,
    ShapeForm,
    allowed,
    asking,
    clock,
    expose,
    filters_for,
    form_for,
    perform,
    say,
    say_texts,
    walking,
)
from app.base.look import reader_zone
from app.views.due_words import REFUSALS, SEVERITIES, STATUSES, said, what_is_due
from app.views.referral_forms import staff
from journeys.care.guidelines.assign_due import assign_due
from journeys.care.guidelines.close_recall import CLOSINGS, close_recall
from journeys.care.guidelines.due_of_patient import due_of_patient
from journeys.care.guidelines.in_force import guidelines_in_force
from journeys.care.guidelines.list_due import RECALLS, DueRow, Narrowed, list_due
from journeys.care.guidelines.recall_patient import Recall, recall_patient
from journeys.care.guidelines.refuse_due import refuse_due
from journeys.care.guidelines.withdraw_refusal import withdraw_refusal
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.foundation.words import N_
from journeys.store.organisation import Location
from journeys.store.tasks import TaskQueue

COLUMNS = (
    Column(N_("Patient"), "name", link=lambda row: row["address"]),
    Column(N_("What"), "what"),
    Column(N_("State"), "status", kind="chip", chip=STATUSES.__getitem__),
    Column(N_("Due"), "due_on", kind="date"),
    Column(N_("Severity"), "severity", kind="chip", chip=SEVERITIES.__getitem__),
    Column(N_("Owner"), "owner", kind="muted"),
    Column(N_("Queue"), "queue", kind="muted"),
)
MONTHS = (3, 6, 12)


def guideline_choices() -> list[tuple[str, str]]:
    """The guidelines in force by what they are called."""
    return [(each.slug, say_texts(each.name)) for each in guidelines_in_force(asking())]


def narrowing_choices() -> list[tuple[str, str]]:
    """The same, and recalls."""
    return [(RECALLS, gettext("Recalls of single patients")), *guideline_choices()]


def queue_choices() -> list[tuple[str, str]]:
    """The queues in use."""
    rows = asking().execute(select(TaskQueue.slug, TaskQueue.name).where(TaskQueue.active).order_by(TaskQueue.slug))
    return [(slug, say_texts(name)) for slug, name in rows]


def branch_choices() -> list[tuple[str, str]]:
    """The branches."""
    rows = select(Location.slug, Location.name).where(Location.slug.is_not(None)).order_by(Location.name)
    return [(str(slug), name) for slug, name in asking().execute(rows)]


def words_of(states: dict[str, Any]) -> list[tuple[str, str]]:
    """Codes with what people call them."""
    return [(code, say(words[-1])) for code, words in states.items()]


def statuses() -> list[tuple[str, str]]:
    """Every status."""
    return words_of(STATUSES)


def severities() -> list[tuple[str, str]]:
    """Every severity."""
    return words_of(SEVERITIES)


def refusal_choices() -> list[tuple[str, str]]:
    """Why something is refused."""
    return [(code, say(words)) for code, words in REFUSALS.items()]


@dataclass(frozen=True)
class Wanted:
    """What the list shows."""

    status: str | None = field(default=None, metadata={"label": N_("State"), "choices": statuses})
    guideline: str | None = field(default=None, metadata={"label": N_("Guideline"), "choices": narrowing_choices})
    branch: str | None = field(default=None, metadata={"label": N_("Branch"), "choices": branch_choices})
    severity: str | None = field(default=None, metadata={"label": N_("Severity"), "choices": severities})
    queue: str | None = field(default=None, metadata={"label": N_("Queue"), "choices": queue_choices})


@dataclass(frozen=True)
class AskedFor:
    """A recall on a day."""

    due_on: dt.date = field(metadata={"label": N_("See again on")})
    why: str | None = field(default=None, metadata={"label": N_("Why"), "rows": 3})
    about: str | None = field(default=None, metadata={"label": N_("Guideline"), "choices": guideline_choices})
    queue: str | None = field(
        default=None,
        metadata={
            "label": N_("Queue"),
            "choices": queue_choices,
            "help": N_("Who calls back. The guideline says so where one is chosen."),
        },
    )


@dataclass(frozen=True)
class Refused:
    """A refusal until a day."""

    slug: str = field(metadata={"label": N_("Guideline"), "choices": guideline_choices})
    until_on: dt.date = field(metadata={"label": N_("Nothing until")})
    reason: str = field(metadata={"label": N_("Reason"), "choices": refusal_choices})
    note: str | None = field(default=None, metadata={"label": N_("Note"), "rows": 3})


@dataclass(frozen=True)
class Owner:
    """Who has it."""

    owner: str = field(
        default="",
        metadata={
            "label": N_("Person"),
            "choices": lambda: [("", "—"), *staff()],
            "help": N_("Nobody leaves it to the queue. It stays theirs until it is done."),
        },
    )


class Due(Screen):
    """The list, and one patient."""

    name = "due"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Whatever asks for something to be done, the longest due first."""
        form = filters_for(Wanted)
        wanted = form.value()
        branch = asking().scalar(select(Location.id).where(Location.slug == wanted.branch)) if wanted.branch else None
        narrowed = Narrowed(wanted.status, wanted.guideline, branch, wanted.severity, wanted.queue)
        walk = walking({"due"}, sort="due")
        page = perform(list_due, narrowed, walk.place, walk.size)
        walk.take([row.item.id for row in page.rows], page, page.count)
        rows = [row_of(row) for row in page.rows]
        return self.page("due/index.html", form=form, columns=COLUMNS, rows=rows, pages=walk)

    @expose("/patients/<uuid:uid>/", methods=("GET", "POST"))
    @allowed("read")
    def patient(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Where one patient stands in each guideline, and why; recalls and refusals."""
        recall, refusal = form_for(AskedFor), form_for(Refused)
        if request.method == "POST":
            self.refuse_unless("change")
            sent = refusal if "refuse" in request.form else recall
            done = self._refuse if "refuse" in request.form else self._recall
            if sent.is_accepted() and self._is_done(done, uid, sent):
                return self.go("patient", uid=uid)
        return self._patient(uid, recall, refusal)

    @expose("/patients/<uuid:uid>/again", methods=("POST",))
    @allowed("change")
    def again(self, uid: uuid.UUID) -> Response:
        """See again in so many months: one click."""
        months = request.form.get("months", "")
        if months.isdecimal() and int(months) in MONTHS:
            due_on = clock.now().date() + relativedelta(months=int(months))
            why = gettext("See again in %(months)s months", months=months)
            queues = queue_choices()
            queue = next((slug for slug, _ in queues if slug == "recall"), queues[0][0] if queues else "")
            try:
                perform(recall_patient, uid, Recall(due_on, why, queue=queue))
                flash(gettext("It is kept. A queue owns it from now on."), "success")
            except Invalid as invalid:
                flash(" ".join(say(problem) for problem in invalid.problems), "danger")
        return self.go("patient", uid=uid)

    @expose("/patients/<uuid:uid>/close", methods=("POST",))
    @allowed("change")
    def close(self, uid: uuid.UUID) -> Response:
        """A recall is done, or no longer wanted."""
        outcome = request.form.get("outcome", "")
        try:
            perform(close_recall, uuid.UUID(request.form.get("recall", "")), outcome)
            flash(gettext("The recall is closed."), "success")
        except (ValueError, Missing, Stale, Invalid):
            flash(gettext("Somebody dealt with it first."), "warning")
        return self.go("patient", uid=uid)

    @expose("/patients/<uuid:uid>/items/<uuid:item>/owner", methods=("GET", "POST"))
    @allowed("change")
    def owner(self, uid: uuid.UUID, item: uuid.UUID) -> Response | tuple[str, int]:
        """Give what is due to somebody, or back to its queue."""
        found = perform(due_of_patient, uid)
        due = found.item(item)
        if due is None:
            flash(gettext("Somebody dealt with it first."), "warning")
            return self.go("patient", uid=uid)
        form = form_for(Owner, Owner(due.owner or ""))
        if form.is_accepted() and self._is_done(partial(self._assign, due.uid), uid, form):
            return self.go("patient", uid=uid)
        page = {"patient": found.patient, "item": due, "what": what_is_due(found, due)}
        return self.page("due/owner.html", form=form, status=form.status, **page)

    @expose("/patients/<uuid:uid>/withdraw", methods=("POST",))
    @allowed("change")
    def withdraw(self, uid: uuid.UUID) -> Response:
        """What was refused shall be done after all."""
        try:
            perform(withdraw_refusal, uid, request.form.get("slug", ""))
            flash(gettext("The refusal is taken back."), "success")
        except (Missing, Stale):
            flash(gettext("Somebody dealt with it first."), "warning")
        return self.go("patient", uid=uid)

    def _recall(self, uid: uuid.UUID, form: ShapeForm) -> None:
        given = form.value()
        why = (given.why or "").strip() or None
        perform(recall_patient, uid, Recall(given.due_on, why, given.about, given.queue))
        flash(gettext("It is kept. A queue owns it from now on."), "success")

    def _refuse(self, uid: uuid.UUID, form: ShapeForm) -> None:
        given = form.value()
        perform(refuse_due, uid, given.slug, given.until_on, given.reason, given.note)
        flash(gettext("The refusal is written down. It ends by itself."), "success")

    def _assign(self, item: uuid.UUID, uid: uuid.UUID, form: ShapeForm) -> None:
        version = request.form.get("version", "")
        try:
            perform(assign_due, item, form.value().owner or None, int(version) if version.isdecimal() else None)
            flash(gettext("It is kept who has it."), "success")
        except Stale:
            flash(gettext("Somebody dealt with it first."), "warning")

    def _is_done(self, verb: Any, uid: uuid.UUID, form: ShapeForm) -> bool:
        """Whether it was done; else the form says why not."""
        try:
            verb(uid, form)
        except Invalid as invalid:
            form.refuse(invalid.problems)
            return False
        return True

    def _patient(self, uid: uuid.UUID, recall: ShapeForm, refusal: ShapeForm) -> tuple[str, int]:
        on, moment = as_of(request.args.get("on", ""))
        found = perform(due_of_patient, uid, moment)
        order = list(STATUSES)
        found.stands.sort(key=lambda each: order.index(each.facts["status"]))
        stands = [
            {
                "stand": each,
                "state": STATUSES[each.facts["status"]],
                "said": said(each),
                "item": None if on else found.kept.get(each.slug),
            }
            for each in found.stands
        ]
        return self.page(
            "due/patient.html",
            patient=found.patient,
            stands=stands,
            recalls=found.recalls,
            states=STATUSES,
            closings=CLOSINGS,
            on=on,
            months=MONTHS,
            may_change=self.may("change"),
            recall=recall,
            refusal=refusal,
            status=max(recall.status, refusal.status) if request.method == "POST" else 200,
        )

    def refuse_unless(self, right: str) -> None:
        """Refuse what somebody sends without a right to it, on a page that others may open too."""
        if not self.may(right):
            abort(403)


def as_of(written: str) -> tuple[str, dt.datetime | None]:
    """The day that the address asks for, and its end for the reader; nothing for today, and for what is no day."""
    try:
        day = dt.date.fromisoformat(written)
    except ValueError:
        return "", None
    return written, dt.datetime.combine(day, dt.time(23, 59, 59), reader_zone())


def row_of(row: DueRow) -> dict[str, Any]:
    """One occurrence as the list shows it."""
    item = row.item
    what = say_texts(row.name) if row.name else gettext("Recall")
    if item.why:
        what = f"{what}: {' '.join(item.why.split())[:120]}" if row.name else item.why[:120]
    return {
        "name": row.patient.name or gettext("No name recorded"),
        "what": what,
        "status": item.status,
        "due_on": item.due_on,
        "severity": item.severity,
        "owner": item.owner,
        "queue": item.queue,
        "uid": row.patient.uid,
        "address": url_for("due.patient", uid=row.patient.uid),
    }
