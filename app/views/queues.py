"""Queues: what each promises, how it keeps that in a period, and how it works."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import flash, request
from flask_babel import format_decimal, gettext, ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.base import Column, Screen, allowed, expose, form_for, perform, reading, say, say_texts
from app.base.look import moment
from app.views.drafts import row_version
from app.views.today import PRIORITIES
from journeys.desk.service_levels.report import AtFirstContact, Level, first_contacts, levels
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.foundation.words import N_
from journeys.store.tasks import CLAIM, IN_TURNS, LEAST_LOADED, TaskQueue
from journeys.work.keep_queue import RAISED, QueueSettings, keep_queue, settings_of
from journeys.work.keep_staff import Member, keep_staff, members
from journeys.work.queues import queues

PERIODS = {"7": N_("Last 7 days"), "30": N_("Last 30 days"), "90": N_("Last 90 days")}
USUAL = "30"
ASSIGNMENTS = {
    CLAIM: N_("Whoever takes it"),
    IN_TURNS: N_("Each in turn"),
    LEAST_LOADED: N_("Whoever has the least to do"),
}
SKILLS_HELP = N_("One a line, as short codes, for example wound-care. Only who has all of them is given the work.")
MEASURES = {"response": N_("First answer"), "resolution": N_("Until it is settled")}
DECIDED_ENOUGH = 11
"""With fewer cases a share says nothing, and says it about single patients."""

QUEUES = (
    Column(N_("Queue"), "name", link=lambda row: row["address"]),
    Column(N_("Open tasks"), "waiting", kind="number"),
    Column(N_("Nobody's yet"), "unclaimed", kind="number"),
    Column(N_("Late"), "overdue", kind="number"),
    Column(N_("Answers within"), "response"),
    Column(N_("Settles within"), "resolution"),
)
LEVELS = (
    Column(N_("Queue"), "name"),
    Column(N_("What"), "measure"),
    Column(N_("Cases"), "cases", kind="number"),
    Column(N_("In time"), "share", kind="chip", chip=lambda value: value),
    Column(N_("Late"), "late", kind="number"),
    Column(N_("Still in time"), "running", kind="number"),
    Column(N_("Nearly late"), "warned", kind="number"),
    Column(N_("Half within"), "half"),
    Column(N_("Nine of ten within"), "most"),
)
STAFF = (
    Column(N_("User name"), "username", link=lambda row: row["address"]),
    Column(N_("Skills"), "skills", kind="muted"),
    Column(N_("Open work"), "load"),
    Column(N_("Given at most"), "capacity"),
    Column(N_("Away"), "away"),
)
FIRST_CONTACTS = (
    Column(N_("Queue"), "name"),
    Column(N_("Settled"), "settled", kind="number"),
    Column(N_("At the first contact"), "share"),
    Column(N_("Could be settled here"), "net_settled", kind="number"),
    Column(N_("Of these at the first contact"), "net_share"),
)


def minutes_field(label: str, help: str, **more: Any) -> Any:
    """A field for minutes."""
    return field(metadata={"label": label, "help": help, **more})


@dataclass(frozen=True)
class First:
    """A segment whose patients come first."""

    segment: str = field(metadata={"label": N_("Segment"), "source": "segment"})
    priority: str = field(
        default="urgent",
        metadata={"label": N_("At least"), "choices": [(code, PRIORITIES[code][2]) for code in RAISED]},
    )


@dataclass(frozen=True)
class StaffForm:
    """What somebody of staff can and may have."""

    skills: tuple[str, ...] = field(default=(), metadata={"label": N_("Skills"), "help": SKILLS_HELP})
    capacity_minutes: int | None = field(
        default=None,
        metadata={
            "label": N_("Given at most"),
            "help": N_("Minutes of open work at once; empty is without end."),
        },
    )


@dataclass(frozen=True)
class QueueForm:
    """What is decided about a queue, as people type it."""

    response_minutes: int | None = minutes_field(
        N_("First answer within"),
        N_("Minutes of working time until a person answers; empty where nothing is promised."),
        group=N_("What is promised to who writes"),
    )
    resolution_minutes: int | None = minutes_field(
        N_("Settled within"), N_("Minutes of working time until the matter is over.")
    )
    warn_percent: int = minutes_field(N_("Nearly late after"), N_("Per cent of the time that is promised."))
    pause_minutes: int = minutes_field(
        N_("Waiting for the patient is taken off, up to"),
        N_("Minutes of working time at most; what is waited longer counts."),
    )
    assignment: str = field(
        metadata={"label": N_("Who gets a task"), "choices": tuple(ASSIGNMENTS.items()), "group": N_("Who does it")}
    )
    effort_minutes: int = minutes_field(N_("A task takes"), N_("Minutes, where nothing else is known of a task."))
    skills: tuple[str, ...] = field(default=(), metadata={"label": N_("Skills that are needed"), "help": SKILLS_HELP})
    priorities: tuple[First, ...] = field(default=(), metadata={"label": N_("Whose tasks come first")})


class Queues(Screen):
    """The list with its figures, and one queue."""

    name = "queues"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every queue, and how promises were kept in a period."""
        period = request.args.get("period", USUAL)
        period = period if period in PERIODS else USUAL
        with reading() as (session, act):
            loads = queues(session, act)
            promised = {row.slug: row for row in session.scalars(select(TaskQueue).where(TaskQueue.active))}
            since = act.now - dt.timedelta(days=int(period))
            kept = levels(session, act, since, act.now)
            contacts = first_contacts(session, act, since, act.now)
            staff = members(session, act) if self.may("change") else []
        rows = [
            {
                "name": say_texts(load.name),
                "address": self.address("show", slug=load.slug),
                "waiting": load.waiting,
                "unclaimed": load.unclaimed,
                "overdue": load.overdue,
                "response": length(minutes_of(promised[load.slug].response_minutes)),
                "resolution": length(minutes_of(promised[load.slug].resolution_minutes)),
            }
            for load in loads
        ]
        return self.page(
            "queues/index.html",
            columns={"queues": QUEUES, "staff": STAFF, "levels": LEVELS, "contacts": FIRST_CONTACTS},
            rows=rows,
            staff=[self._member(each) for each in staff],
            levels=[level_row(each) for each in kept],
            contacts=contact_rows(contacts, {row.slug: say_texts(row.name) for row in promised.values()}),
            tabs=[(say(words), self.address(period=days), None) for days, words in PERIODS.items()],
            current=self.address(period=period),
        )

    @expose("/<slug>/", methods=("GET", "POST"))
    @allowed("change")
    def show(self, slug: str) -> Response | tuple[str, int]:
        """One queue, to be changed."""
        with reading() as (session, _):
            queue = session.scalar(select(TaskQueue).where(TaskQueue.slug == slug))
            if queue is None:
                raise Missing(gettext("There is no such queue"))
            now = vars(settings_of(session, queue))
        first = tuple(First(*pair) for pair in now["priorities"].items())
        form = form_for(QueueForm, QueueForm(**{**now, "priorities": first}))
        if form.is_accepted():
            given = vars(form.value())
            raised = {each.segment: each.priority for each in given["priorities"]}
            try:
                settings = QueueSettings(**{**given, "priorities": raised})
                perform(keep_queue, slug, settings, row_version() or queue.row_version)
            except Invalid as invalid:
                form.refuse(invalid.problems)
            except Stale:
                form.elsewhere.append(gettext("Somebody else changed this queue meanwhile. Compare in a second tab."))
            else:
                flash(gettext("The queue works like this from now on."), "success")
                return self.go()
        return self.page("queues/show.html", form=form, queue=queue, status=form.status)

    def _member(self, member: Member) -> Mapping[str, Any]:
        return {
            "username": member.username,
            "address": self.address("staff", username=member.username),
            "skills": ", ".join(member.skills),
            "load": length(minutes_of(member.load)),
            "capacity": length(minutes_of(member.capacity_minutes)),
            "away": gettext("until %(when)s", when=moment(member.away_until)) if member.away_until else "",
        }

    @expose("/staff/<username>", methods=("GET", "POST"))
    @allowed("change")
    def staff(self, username: str) -> Response | tuple[str, int]:
        """What one of staff can and is given at most."""
        with reading() as (session, act):
            found = next((each for each in members(session, act) if each.username == username), None)
        if found is None:
            raise Missing(gettext("There is no such member of staff here"))
        form = form_for(StaffForm, StaffForm(found.skills, found.capacity_minutes))
        if form.is_accepted():
            given = form.value()
            version = row_version()
            try:
                seen = found.row_version if version is None else version
                perform(keep_staff, username, given.skills, given.capacity_minutes, seen)
            except Invalid as invalid:
                form.refuse(invalid.problems)
            except Stale:
                form.elsewhere.append(gettext("Somebody else changed this meanwhile. Compare in a second tab."))
            else:
                flash(gettext("It is kept."), "success")
                return self.go()
        return self.page("queues/staff.html", form=form, member=found, status=form.status)


def level_row(level: Level) -> Mapping[str, Any]:
    """One measure of one queue, in words."""
    return {
        "name": say_texts(level.name) if level.name else gettext("No queue"),
        "measure": say(MEASURES[level.measure]),
        "cases": level.cases,
        "share": share_chip(level),
        "late": level.late,
        "running": level.running,
        "warned": level.warned,
        "half": length(level.half_within),
        "most": length(level.most_within),
    }


def share_chip(level: Level) -> tuple[str, str, str]:
    """(tone, icon, words) of the share that was in time."""
    if level.share is None:
        return "", "minus", gettext("Nothing promised") if not level.running else gettext("Not decided yet")
    if level.in_time + level.late < DECIDED_ENOUGH:
        return "", "minus", gettext("Too few to say")
    tone, icon = ("good", "check") if level.share >= 0.9 else ("warning", "alert")
    return tone, icon, per_cent(level.share)


def contact_rows(found: Sequence[AtFirstContact], names: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """First-contact resolution by queue, in words."""
    return [
        {
            "name": names.get(each.queue or "") or gettext("No queue"),
            "settled": each.settled,
            "share": share_of(each.at_first, each.settled),
            "net_settled": each.net_settled,
            "net_share": share_of(each.net_at_first, each.net_settled),
        }
        for each in found
    ]


def share_of(part: int, whole: int) -> str:
    """A share, where there is enough to say one."""
    return per_cent(part / whole) if whole >= DECIDED_ENOUGH else gettext("Too few to say")


def per_cent(share: float) -> str:
    """Whole per cent, rounded down: 99.9 is not all."""
    return gettext("%(share)s %%", share=format_decimal(int(100 * share)))


def minutes_of(minutes: int | None) -> int | None:
    """Seconds of so many minutes."""
    return None if minutes is None else 60 * minutes


def length(seconds: int | None) -> str:
    """A length of time in words of the day: `45 minutes`, `2 h 05 min`."""
    if seconds is None:
        return "-"
    minutes = -(-seconds // 60)
    if minutes < 60:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    return gettext("%(hours)s h %(minutes)s min", hours=format_decimal(minutes // 60), minutes=f"{minutes % 60:02}")
