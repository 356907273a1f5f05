"""The front desk: who comes today, in order, with what is due for each; a key chooses a line, another one acts."""

import datetime as dt
import uuid
import zoneinfo
from collections.abc import Mapping
from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.base import Screen, allowed, asking, clock, expose, perform, reading, say, say_texts
from app.base.look import day, may
from app.views.calendar_words import local, status_chip
from app.views.drafts import row_version
from app.views.patient_list import branch_choices
from app.views.today import due_words
from journeys.access.appointments.check_in import check_in
from journeys.access.appointments.confirm_appointment import confirm_appointment
from journeys.access.appointments.miss_appointment import miss_appointment
from journeys.desk.front_desk import Arrival, Supply, front_desk
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.foundation.words import N_
from journeys.store.access import AHEAD
from journeys.store.organisation import Location

DEEDS = {
    "check-in": (check_in, N_("Check in"), "visit", "c"),
    "confirm": (confirm_appointment, N_("Will come"), "check", "y"),
    "no-show": (miss_appointment, N_("Did not come"), "alert", "n"),
}
"""What is said of a visit: the verb, its button, its picture and its key."""

IN_THE_HOUSE = ("arrived", "checked-in", "fulfilled")


class FrontDesk(Screen):
    """The list, and what is done from it."""

    name = "front-desk"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Today's arrivals of one branch."""
        branches = branch_choices()
        asked = request.args.get("branch", type=int)
        branch = asked if asked in dict(branches) else next((number for number, _ in branches), None)
        tabs = [(name, self.address(branch=number), None) for number, name in branches]
        if branch is None:
            return self.page("front-desk/index.html", rows=[], tabs=tabs, current="", branch=None, here=0, again="")
        zone = asking().scalar(select(Location.time_zone).where(Location.id == branch)) or "UTC"
        info = zoneinfo.ZoneInfo(zone)
        now = clock.now()
        today = now.astimezone(info).date()
        begins = dt.datetime.combine(today, dt.time(), info)
        ends = dt.datetime.combine(today + dt.timedelta(days=1), dt.time(), info)
        with reading(verb=front_desk) as (session, act):
            found = front_desk(session, act, branch, begins, ends)
            rows = [row_of(each, info, now) for each in found]
        address = self.address(branch=branch)
        about = {"rows": rows, "branch": branch, "again": address, "nobody": not rows}
        if self.wants_part():
            return self.page("front-desk/list.html", **about)
        return self.page(
            "front-desk/index.html",
            **about,
            tabs=tabs,
            current=address,
            shown=day(today),
            here=sum(each.visit.status in IN_THE_HOUSE for each in found),
        )

    @expose("/<uuid:uid>/say/<deed>", methods=("POST",))
    @allowed("change")
    def tell(self, uid: uuid.UUID, deed: str) -> Response:
        """Say what became of a visit; the list comes back with the same line chosen."""
        if deed not in DEEDS:
            raise Missing("There is no such deed here")
        try:
            perform(DEEDS[deed][0], uid, row_version())
        except Invalid as invalid:
            flash(" ".join(say(each) for each in invalid.problems), "warning")
        except Stale:
            flash(gettext("Somebody else changed this appointment first. This is how it stands now."), "warning")
        else:
            flash(gettext("It is written down."), "success")
        branch = request.form.get("branch", type=int)
        return self.go("index", branch=branch, _anchor=f"visit-{uid}")


def row_of(arrival: Arrival, info: zoneinfo.ZoneInfo, now: dt.datetime) -> Mapping[str, Any]:
    """One line, in words."""
    visit = arrival.visit
    talk = next(iter(arrival.conversations), None)
    return {
        "uid": visit.uid,
        "row_version": visit.row_version,
        "time": local(visit.start_at, info).time(),
        "name": arrival.name or gettext("No name recorded"),
        "address": url_for("patients.show", uid=arrival.patient_uid),
        "about": " · ".join(filter(None, (visit.display or "", arrival.practitioner or ""))),
        "status": status_chip(visit.status),
        "is_confirmed": visit.confirmed_at is not None,
        "deeds": [(deed, *DEEDS[deed][1:]) for deed in deeds_of(arrival, now)],
        "gaps": [(say_texts(gap.name) or gettext("Recall"), gap.status == "overdue") for gap in arrival.gaps],
        "supplies": [supply_words(each) for each in arrival.supplies],
        "tasks": [
            (say_texts(task.title), url_for("today.show", uid=task.uid), due_words(task.due_at, now))
            for task in arrival.tasks
        ],
        "talk": url_for("inbox.show", uid=talk.uid) if talk is not None and may("read", "inbox") else "",
        "talks": len(arrival.conversations),
        "is_our_turn": any(each.status == "open" for each in arrival.conversations),
    }


def deeds_of(arrival: Arrival, now: dt.datetime) -> list[str]:
    """What may be said of a visit now. What a source keeps is only confirmed here."""
    visit = arrival.visit
    has_begun = visit.start_at is not None and visit.start_at <= now
    is_ours = visit.source_record_id is None
    deeds = []
    if is_ours and visit.status in (*AHEAD, "arrived", "noshow"):
        deeds.append("check-in")
    if visit.status in AHEAD and not has_begun and visit.confirmed_at is None:
        deeds.append("confirm")
    if is_ours and visit.status == "booked" and has_begun:
        deeds.append("no-show")
    return deeds


def supply_words(supply: Supply) -> tuple[str, bool]:
    """What is needed, and whether the branch has too little of it."""
    lacks = supply.stock is not None and supply.stock < supply.quantity
    words = gettext("%(quantity)s × %(name)s", quantity=supply.quantity, name=say_texts(supply.name))
    return words, lacks
