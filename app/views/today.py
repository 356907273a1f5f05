"""Today: what is next, whose it is, by when; and one task with its outcomes."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.base import (
    Column,
    Screen,
    allowed,
    clock,
    expose,
    form_for,
    perform,
    place_of,
    place_text,
    portal_roles,
    reading,
    say,
    say_texts,
    signed_in_roles,
)
from app.base.look import may
from app.custom.records import Record
from app.custom.showing import section_of
from app.views.drafts import row_version
from journeys.contact.inbound.unknown_senders import somebody_is_in_need
from journeys.flow.seeing.call_script import call_script
from journeys.foundation import audit
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import (
    CONTACT_RULE,
    FIELD,
    GUIDELINE,
    JOURNEY,
    SAFETY_CLOCK,
    TEMPLATE,
    WORDING,
)
from journeys.store.putting_in_force.late_reviews import LateReview, late_reviews
from journeys.store.putting_in_force.open_questions import OpenQuestion, open_questions
from journeys.store.tasks import ON_HOLD, OPEN_STATUSES, Task, TaskQueue
from journeys.work.claim_next import claim_next
from journeys.work.claim_task import claim_task
from journeys.work.complete_task import complete_task
from journeys.work.my_tasks import TaskPage, my_tasks
from journeys.work.pause_task import pause_task
from journeys.work.queues import queues
from journeys.work.release_task import release_task
from journeys.work.resume_tasks import resume_task

WHOSE = {"mine": N_("Mine"), "unclaimed": N_("Nobody's yet"), "everyone": N_("Everyone's")}

PRIORITIES = {
    "routine": ("", "", N_("Routine")),
    "urgent": ("warning", "alert", N_("Urgent")),
    "asap": ("warning", "alert", N_("As soon as possible")),
    "stat": ("danger", "alert", N_("At once")),
}

COLUMNS = (
    Column(N_("Task"), "title", link=lambda row: row["address"]),
    Column(N_("Patient"), "patient"),
    Column(N_("Due"), "due", kind="chip", chip=lambda value: value),
    Column(N_("Priority"), "priority", kind="chip", chip=PRIORITIES.__getitem__),
    Column(N_("Queue"), "queue", kind="muted"),
    Column(N_("Owner"), "owner"),
)


ANSWERED_ON = {
    JOURNEY: ("journeys", "approve"),
    TEMPLATE: ("templates", "approve"),
    WORDING: ("wordings", "approve"),
    CONTACT_RULE: ("contact-rules", "approve"),
    FIELD: ("fields", "publish"),
    GUIDELINE: ("guidelines", "approve"),
    SAFETY_CLOCK: ("clocks", "approve"),
}
"""Kind of definition → the screen on which a question for its approval is answered, and the right that it takes."""

LOOKED_AT_AGAIN = {WORDING: "wordings", GUIDELINE: "guidelines"}
"""Kind of definition that says by when it is looked at again → its screen."""


@dataclass(frozen=True)
class Done:
    """How a task ended."""

    note: str = field(
        default="",
        metadata={"label": N_("Note"), "rows": 3, "help": N_("What the next person should know. Kept encrypted.")},
    )


class Today(Screen):
    """The list and the task."""

    name = "today"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Open tasks, the longest due first."""
        whose = request.args.get("whose", "mine")
        whose = whose if whose in WHOSE else "mine"
        queue = request.args.get("queue") or None
        roles = signed_in_roles()
        page = perform(my_tasks, whose, queue, roles, after=place_of(request.args.get("after", "")))
        with reading() as (session, act):
            loads = queues(session, act, roles)
            in_need = may("link", "unknown-senders") and somebody_is_in_need(session)
            names = patient_names(session, page.tasks)
            queue_names = dict(session.execute(select(TaskQueue.id, TaskQueue.name)).all())
        rows = [self._row(task, names, queue_names) for task in page.tasks]
        return self.page(
            "today/index.html",
            columns=COLUMNS,
            rows=rows,
            tabs=[(say(words), self.address(whose=name, queue=queue), None) for name, words in WHOSE.items()],
            current=self.address(whose=whose, queue=queue),
            whose=whose,
            queue=queue,
            loads=loads,
            questions=questions_for_me(),
            late=late_for_me(),
            in_need=in_need,
            older=self._next(page, whose, queue),
        )

    def _row(self, task: Task, names: dict[int, str], queue_names: dict[int, dict[str, str]]) -> dict[str, Any]:
        return {
            "title": say_texts(task.title),
            "patient": names.get(task.patient_id) or gettext("No name recorded"),
            "due": due_words(task.due_at, clock.now()),
            "priority": task.priority,
            "queue": say_texts(queue_names.get(task.queue_id)),
            "owner": task.owner or gettext("Nobody yet"),
            "address": self.address("show", uid=task.uid),
        }

    def _next(self, page: TaskPage, whose: str, queue: str | None) -> str:
        if page.after is None:
            return ""
        return self.address(whose=whose, queue=queue, after=place_text(page.after))

    @expose("/<uuid:uid>/")
    @allowed("read")
    def show(self, uid: uuid.UUID) -> tuple[str, int]:
        """One task."""
        return self._task(uid, form_for(Done))

    def _task(self, uid: uuid.UUID, form: Any) -> tuple[str, int]:
        with reading() as (session, act):
            found = session.execute(
                select(Task, Patient, TaskQueue)
                .join(Patient, Patient.id == Task.patient_id)
                .join(TaskQueue, TaskQueue.id == Task.queue_id)
                .where(Task.uid == uid)
            ).one_or_none()
            if found is None:
                raise Missing(gettext("There is no such task here"))
            task, patient, queue = found
            audit.note(session, "R", "task", [task.id], [patient.id])
            custom = section_of(session, act, Record("task", task.id, patient.id))
            script = call_script(session, act, task, patient, portal_roles())
        return self.page(
            "today/show.html",
            task=task,
            patient=patient,
            queue=queue,
            form=form,
            custom=custom,
            script=script,
            due=due_words(task.due_at, clock.now()),
            priority=PRIORITIES[task.priority],
            waits=task.status == ON_HOLD,
            is_open=task.status in OPEN_STATUSES,
            is_mine=task.owner == current_user.username,
            is_my_work=works_on(queue),
            outcome=next((say_texts(each["name"]) for each in task.outcomes if each["code"] == task.outcome), ""),
            status=form.status,
        )

    @expose("/<uuid:uid>/take", methods=("POST",))
    @allowed("change")
    def take(self, uid: uuid.UUID) -> Response:
        """Make it one's own."""
        return self._change(claim_task, uid, gettext("The task is yours."))

    @expose("/<uuid:uid>/give-back", methods=("POST",))
    @allowed("change")
    def give_back(self, uid: uuid.UUID) -> Response:
        """Give it back to its queue."""
        return self._change(release_task, uid, gettext("The task is back in its queue."))

    def _change(self, verb: Any, uid: uuid.UUID, done: str) -> Response:
        try:
            perform(verb, uid, row_version(), signed_in_roles())
            flash(done, "success")
        except Invalid as invalid:
            flash(" ".join(say(each) for each in invalid.problems), "warning")
        except Stale:
            flash(gettext("Somebody else changed this task first. This is how it stands now."), "warning")
        return self.go("show", uid=uid)

    @expose("/<uuid:uid>/complete", methods=("POST",))
    @allowed("change")
    def complete(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Say how it ended; the journey goes on from there."""
        form = form_for(Done)
        if not form.is_accepted():
            return self._task(uid, form)
        given = form.value()
        try:
            perform(
                complete_task,
                uid,
                request.form.get("outcome") or None,
                given.note or None,
                row_version(),
                signed_in_roles(),
            )
        except Invalid as invalid:
            form.refuse(invalid.problems)
            return self._task(uid, form)
        except Stale:
            flash(gettext("Somebody else changed this task first. This is how it stands now."), "warning")
            return self.go("show", uid=uid)
        flash(gettext("Done. The patient's journey goes on."), "success")
        if request.form.get("next"):
            return self._next_of(request.form.get("queue") or None)
        return self.go()

    @expose("/next", methods=("POST",))
    @allowed("change")
    def next(self) -> Response:
        """Take the next task on, of one queue or of all of one's own."""
        return self._next_of(request.form.get("queue") or None)

    def _next_of(self, queue: str | None) -> Response:
        task = perform(claim_next, queue, signed_in_roles())
        if task is None:
            flash(gettext("Nothing is free for you just now."), "info")
            return self.go()
        return self.go("show", uid=task.uid)

    @expose("/<uuid:uid>/wait", methods=("POST",))
    @allowed("change")
    def wait(self, uid: uuid.UUID) -> Response:
        """It waits for the patient: its time stands still."""
        return self._change(pause_task, uid, gettext("It waits for the patient."))

    @expose("/<uuid:uid>/go-on", methods=("POST",))
    @allowed("change")
    def go_on(self, uid: uuid.UUID) -> Response:
        """It waits no longer."""
        return self._change(resume_task, uid, gettext("It goes on; it is due as much later as it waited."))


def works_on(queue: TaskQueue) -> bool:
    """Whether a queue is the signed-in person's to work on."""
    roles = signed_in_roles()
    return roles is None or queue.role_code is None or queue.role_code in roles


def patient_names(session: Any, tasks: Iterable[Task]) -> dict[int, str]:
    """The names of the patients of these tasks; the list read was noted by the verb that found the tasks."""
    ids: Sequence[int] = [task.patient_id for task in tasks]
    return {patient.id: patient.name for patient in session.scalars(select(Patient).where(Patient.id.in_(ids)))}


def due_words(due_at: dt.datetime | None, now: dt.datetime) -> tuple[str, str, str]:
    """(tone, icon, words) of when a task is due."""
    if due_at is None:
        return "", "clock", gettext("No time set")
    hours = int((due_at - now).total_seconds() // 3600)
    days = abs(hours) // 24
    if hours < 0:
        late = abs(hours)
        words = ngettext("Late by %(num)s hour", "Late by %(num)s hours", late)
        return "danger", "alert", words if days == 0 else ngettext("Late by %(num)s day", "Late by %(num)s days", days)
    if days == 0:
        return "warning", "clock", ngettext("Due in %(num)s hour", "Due in %(num)s hours", hours)
    return "", "clock", ngettext("Due in %(num)s day", "Due in %(num)s days", days)


def questions_for_me() -> list[tuple[str, OpenQuestion]]:
    """What this person may approve, each with the address where it is answered."""
    kinds = [kind for kind, (screen, right) in ANSWERED_ON.items() if may(right, screen)]
    asked = perform(open_questions, kinds) if kinds else []
    return [(review_address(each.definition), each) for each in asked]


def late_for_me() -> list[tuple[str, LateReview]]:
    """What this person may change and should have been looked at again, each with its address."""
    kinds = [kind for kind, screen in LOOKED_AT_AGAIN.items() if may("change", screen)]
    late = perform(late_reviews, kinds) if kinds else []
    return [(url_for(f"{LOOKED_AT_AGAIN[each.kind]}.edit", slug=each.slug), each) for each in late]


def review_address(definition: Definition) -> str:
    """Where the evidence stands, and the answer is given."""
    screen, _right = ANSWERED_ON[definition.kind]
    return url_for(f"{screen}.review", slug=definition.slug)
