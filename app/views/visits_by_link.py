"""Appointments by the link in a message: no sign-in, no script and no cookie needed, and looking changes nothing."""

import datetime as dt
import uuid
import zoneinfo
from collections.abc import Callable
from typing import Any

from babel import dates
from flask import Response, current_app, request
from flask_babel import gettext
from flask_limiter import Limiter
from werkzeug.wrappers import Response as Answer

from app.base import Screen, by_link, clock, expose, perform_by_link, say
from app.base.look import day as day_in_words
from app.base.words import COOKIE, reader_locale, speak
from app.views.calendar_words import hour_words, local
from app.views.drafts import row_version
from journeys.access.links.cancel_by_link import cancel_by_link
from journeys.access.links.confirm_by_link import confirm_by_link
from journeys.access.links.invitation import invitation
from journeys.access.links.move_by_link import move_by_link
from journeys.access.links.read_visit import (
    ASKED_FOR,
    CANCELLED,
    CONFIRMED,
    HERE,
    OVER,
    TO_CONFIRM,
    VisitSeen,
    read_visit,
)
from journeys.access.links.times_to_move import times_to_move
from journeys.access.schedules.find_slots import FreeTime
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.foundation.words import N_

PER_ADDRESS = "60 per 1 minute"

STANDING = {
    TO_CONFIRM: N_("We expect you. Please say whether you will come."),
    CONFIRMED: N_("You have said that you will come. We expect you."),
    CANCELLED: N_("This appointment is called off. Nobody expects you then."),
    HERE: N_("You have arrived. Somebody will call you."),
    ASKED_FOR: N_("We have what you asked for, and look for a time. We will write to you."),
    OVER: N_("This appointment is over, and its link has run out."),
}
"""What comes next, by how the appointment stands."""

LATEST = dt.timedelta(days=3660)
"""No free time is looked for later than this from now, whatever an address says."""

CHANGED = N_("Something about this appointment has changed since you opened the page. This is how it stands now.")
NOT_POSSIBLE = N_("This is not possible any more. This is how it stands now.")


class VisitsByLink(Screen):
    """One appointment, as whoever has its link sees it."""

    name = "visits"

    def __init__(self) -> None:
        """Stand at a short address: it goes into text messages."""
        super().__init__()
        self.route_base = "/a"

    @expose("/<token>")
    @by_link
    def index(self, token: str) -> tuple[str, int]:
        """When and where, what comes next, and what can be said."""
        return self._show(token)

    @expose("/<token>/confirm", methods=("POST",))
    @by_link
    def confirm(self, token: str) -> Answer | tuple[str, int]:
        """Say that they will come."""
        return self._do(token, confirm_by_link, row_version())

    @expose("/<token>/cancel", methods=("GET", "POST"))
    @by_link
    def cancel(self, token: str) -> Answer | tuple[str, int]:
        """Ask whether it is to be called off; and call it off."""
        if request.method == "POST":
            return self._do(token, cancel_by_link, row_version() or 0)
        visit = opened(token)
        if visit is None or not visit.may_cancel:
            return self._show(token)
        return self.page("visits/cancel.html", token=token, **about(visit))

    @expose("/<token>/move", methods=("GET", "POST"))
    @by_link
    def move(self, token: str) -> Answer | tuple[str, int]:
        """Free times to which it can move; and move it. Whoever comes too late sees what is still free."""
        problems: list[str] = []
        if request.method == "POST":
            try:
                perform_by_link(move_by_link, token, chosen_slot(), row_version() or 0)
            except Invalid as invalid:
                problems = [say(problem) for problem in invalid.problems]
            except Missing:
                problems = [gettext("There is no such time. Choose another one.")]
            except Stale:
                problems = [gettext(CHANGED)]
            else:
                return self.go("index", token=token, done="moved")
        visit = opened(token)
        if visit is None or not visit.may_move:
            return self._show(token, problems or [gettext(NOT_POSSIBLE)], 409)
        times = perform_by_link(times_to_move, token, from_at())
        return self.page(
            "visits/times.html",
            token=token,
            days=days_of(times),
            problems=problems,
            later=later(times),
            back=self.address(token=token),
            version=visit.row_version,
            status=409 if problems else 200,
            **about(visit),
        )

    @expose("/<token>/appointment.ics")
    @by_link
    def invite(self, token: str) -> Response:
        """The appointment for a calendar program."""
        file = perform_by_link(invitation, token)
        answer = Response(file.content, mimetype="text/calendar")
        answer.headers["Content-Type"] = f"text/calendar; charset=utf-8; method={file.method}"
        answer.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
        return answer

    def _do(self, token: str, verb: Callable[..., Any], version: int | None) -> Answer | tuple[str, int]:
        """Say one thing, and show how it stands then."""
        try:
            perform_by_link(verb, token, version)
        except Missing:
            return self._show(token)
        except Stale:
            return self._show(token, [gettext(CHANGED)], 409)
        except Invalid:
            return self._show(token, [gettext(NOT_POSSIBLE)], 409)
        return self.go("index", token=token)

    def _show(self, token: str, problems: list[str] | None = None, status: int = 200) -> tuple[str, int]:
        visit = opened(token)
        if visit is None:
            return self.page("visits/unknown.html", status=404)
        moved = request.args.get("done") == "moved" and visit.standing == TO_CONFIRM
        return self.page(
            "visits/show.html",
            token=token,
            says=gettext(STANDING[visit.standing]),
            problems=problems or [],
            is_moved=moved,
            status=status,
            **about(visit),
        )


def limit_visits(limiter: Limiter, *screens: Screen) -> None:
    """Slow down whoever tries letters."""
    for screen in screens:
        limiter.limit(PER_ADDRESS)(screen.blueprint)


def opened(token: str) -> VisitSeen | None:
    """What a link shows, with the page in the patient's language, where the reader chose none; None without it."""
    try:
        found = perform_by_link(read_visit, token)
    except Missing:
        return None
    speak_with(found.language)
    return found


def speak_with(language: str | None) -> None:
    """Speak the patient's language, unless whoever reads has chosen another in this browser."""
    if language and request.cookies.get(COOKIE) not in current_app.config["LANGUAGES"]:
        speak(language)


def chosen_slot() -> uuid.UUID:
    """The time that was pressed; Missing for nonsense."""
    try:
        return uuid.UUID(request.form.get("slot", ""))
    except ValueError:
        raise Missing("There is no such time") from None


def from_at() -> dt.datetime | None:
    """From when on times are looked for; the address may say it."""
    try:
        asked = dt.datetime.fromisoformat(request.args.get("after", ""))
    except ValueError:
        return None
    return min(asked, clock.now() + LATEST) if asked.tzinfo else None


def later(times: list[FreeTime]) -> str:
    """From where a next page goes on; empty where there is nothing more."""
    return times[-1].start_at.isoformat() if times else ""


def about(visit: VisitSeen) -> dict[str, Any]:
    """The appointment in words, on the wall clock of its place."""
    info = zoneinfo.ZoneInfo(visit.zone)
    return {
        "visit": visit,
        "when": "" if visit.start_at is None else when_words(visit.start_at, info),
        "zone": zone_words(info),
        "until": "" if visit.in_time_until is None else when_words(visit.in_time_until, info),
    }


def when_words(moment: dt.datetime, info: zoneinfo.ZoneInfo) -> str:
    """A day with its weekday, and the hour."""
    wall = local(moment, info)
    return f"{weekday_words(wall)}, {hour_words(wall)}"


def weekday_words(wall: dt.datetime) -> str:
    """The day with its weekday."""
    return f"{dates.format_date(wall.date(), 'EEEE', locale=reader_locale())}, {day_in_words(wall.date())}"


def zone_words(info: zoneinfo.ZoneInfo) -> str:
    """Whose clock it is, for example "Eastern Time"."""
    return dates.get_timezone_name(info, locale=reader_locale())


def days_of(found: list[FreeTime], branches: dict[int, str] | None = None) -> list[tuple[str, list[dict[str, str]]]]:
    """Free times under their days, each on the wall clock of its place, with the branch where there are several."""
    days: dict[str, list[dict[str, str]]] = {}
    for each in found:
        wall = local(each.start_at, zoneinfo.ZoneInfo(each.schedule.zone))
        where = (branches or {}).get(each.schedule.location_id, "")
        days.setdefault(weekday_words(wall), []).append(
            {"slot": str(each.slot), "time": hour_words(wall), "where": where}
        )
    return list(days.items())
