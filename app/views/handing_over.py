"""What is mine goes to a colleague: all of it at once after a look at it, or by itself while I am away."""

import datetime as dt
import zoneinfo
from dataclasses import dataclass, field

from flask import flash, request
from flask_babel import gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.base import Column, Screen, ShapeForm, allowed, clock, expose, form_for, perform, reading, say_texts
from app.views.today import due_words, patient_names
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid
from journeys.foundation.words import N_
from journeys.store.organisation import Location
from journeys.store.staffing import StaffAbsence
from journeys.work.finding import actor
from journeys.work.hand_over import hand_over, to_hand_over
from journeys.work.keep_absence import end_absence, keep_absence
from journeys.work.keep_staff import members

COLUMNS = (
    Column(N_("Task"), "title"),
    Column(N_("Patient"), "patient"),
    Column(N_("Due"), "due", kind="chip", chip=lambda value: value),
)


def colleagues() -> list[tuple[str, str]]:
    """Who else works in one's branches."""
    with reading() as (session, act):
        return [(each.username, each.username) for each in members(session, act) if each.username != actor(act)]


@dataclass(frozen=True)
class ToWhom:
    """Who gets what is mine."""

    colleague: str = field(metadata={"label": N_("Colleague"), "choices": colleagues})


@dataclass(frozen=True)
class Away:
    """When I am away, and who stands in."""

    first: dt.date = field(metadata={"label": N_("First day away"), "key": "from"})
    last: dt.date = field(metadata={"label": N_("Last day away"), "key": "until"})
    colleague: str | None = field(
        default=None,
        metadata={
            "label": N_("Who stands in"),
            "help": N_("Where nobody does, open tasks go back to their queues."),
            "choices": colleagues,
        },
    )


class HandingOver(Screen):
    """The page, and what is done from it."""

    name = "handing-over"

    @expose("/")
    @allowed("change")
    def index(self) -> tuple[str, int]:
        """What would go to a colleague who was chosen, and when one is away."""
        return self._page(form_for(Away))

    def _page(self, away: ShapeForm) -> tuple[str, int]:
        known = dict(colleagues())
        chosen = request.args.get("colleague", "")
        with reading(verb=to_hand_over) as (session, act):
            moving, staying = to_hand_over(session, act, chosen) if chosen in known else ([], [])
            both = [*moving, *staying]
            names = patient_names(session, both)
            absence = coming_absence(session, act)
            audit.note(session, "R", "task", [task.id for task in both], [task.patient_id for task in both])
        rows = [
            {
                "title": say_texts(task.title),
                "patient": names.get(task.patient_id) or gettext("No name recorded"),
                "due": due_words(task.due_at, clock.now()),
            }
            for task in both
        ]
        return self.page(
            "handing-over/index.html",
            columns=COLUMNS,
            colleagues=list(known),
            chosen=chosen if chosen in known else "",
            moving=rows[: len(moving)],
            staying=rows[len(moving) :],
            looked_at=" ".join(str(task.id) for task in moving),
            away=away,
            absence=absence,
            status=away.status,
        )

    @expose("/give", methods=("POST",))
    @allowed("change")
    def give(self) -> Response:
        """Hand over what was looked at."""
        colleague = request.form.get("colleague", "")
        looked_at = [
            int(each) for each in request.form.get("looked_at", "").split() if len(each) < 19 and each.isdecimal()
        ]
        try:
            number = perform(hand_over, colleague, looked_at)
        except Invalid:
            flash(gettext("Choose a colleague who works here."), "warning")
        else:
            words = ngettext("%(num)s task is your colleague's now.", "%(num)s tasks are your colleague's now.", number)
            flash(words, "success")
        return self.go()

    @expose("/away", methods=("POST",))
    @allowed("change")
    def away(self) -> Response | tuple[str, int]:
        """Say when one is away."""
        form = form_for(Away)
        if form.is_accepted():
            given = form.value()
            zone = zone_of_mine()
            begins = dt.datetime.combine(given.first, dt.time(), zone)
            ends = dt.datetime.combine(given.last, dt.time(), zone) + dt.timedelta(days=1)
            try:
                perform(keep_absence, begins, ends, given.colleague)
            except Invalid as invalid:
                form.refuse(invalid.problems)
            else:
                flash(gettext("It is kept. Your open tasks change hands when you are away."), "success")
                return self.go()
        return self._page(form)

    @expose("/back", methods=("POST",))
    @allowed("change")
    def back(self) -> Response:
        """One is here again."""
        perform(end_absence)
        flash(gettext("You are here again. What went to others stays theirs."), "success")
        return self.go()


def coming_absence(session: Session, act: Act) -> StaffAbsence | None:
    """When the reader is away, or will be."""
    mine = select(StaffAbsence).where(StaffAbsence.username == actor(act), StaffAbsence.until_at > act.now)
    return session.scalar(mine.order_by(StaffAbsence.from_at).limit(1))


def zone_of_mine() -> zoneinfo.ZoneInfo:
    """The zone of the first of one's branches; UTC where none says one."""
    with reading() as (session, act):
        mine = select(Location.time_zone).where(Location.time_zone.is_not(None))
        if act.scope.locations is not None:
            mine = mine.where(Location.id.in_(act.scope.locations))
        return zoneinfo.ZoneInfo(session.scalar(mine.order_by(Location.id).limit(1)) or "UTC")
