"""The safety board: what stands still, for how long, what is next, whose it is, by when. For a morning meeting."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext, ngettext
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
    perform,
    say,
    say_texts,
    signed_in_scope,
)
from app.base.look import day, may, reader_zone
from app.views.today import due_words
from journeys.foundation.errors import Missing, Stale
from journeys.foundation.words import N_
from journeys.store.organisation import Location
from journeys.store.tasks import TaskQueue
from journeys.work.clocks.entities import ENTITIES
from journeys.work.clocks.safety_board import NOBODY, Board, Kind, Line, Place, Wanted, safety_board
from journeys.work.clocks.take_on import take_on

RISKS = (
    ("", "minus", N_("Ordinary")),
    ("warning", "alert", N_("Raised")),
    ("danger", "error", N_("High")),
)
AT_LEAST = (("1", N_("Raised and high")), ("2", N_("High only")))
AGES = (("7", N_("A week")), ("14", N_("Two weeks")), ("42", N_("Six weeks")), ("90", N_("Three months")))

COLUMNS = (
    Column(N_("Patient"), "patient", link=lambda row: row["patient_address"]),
    Column(N_("What stands still"), "what", link=lambda row: row["address"]),
    Column(N_("Since"), "since"),
    Column(N_("Next step"), "next_step"),
    Column(N_("Owner"), "owner"),
    Column(N_("By when"), "due", kind="chip", chip=lambda value: value),
    Column(N_("Risk"), "risk", kind="chip", chip=RISKS.__getitem__),
)

OPENED = {"task": "today.show", "diagnostic_report": "results.show", "referral": "referrals.show"}
"""Kind of record → the page that shows one by its uid. Any other is seen on the patient's page."""


def branch_choices() -> list[tuple[str, str]]:
    """The branches that the reader may see."""
    found = asking().execute(select(Location.id, Location.slug, Location.name).where(Location.slug.is_not(None)))
    seen = signed_in_scope().locations
    return sorted(((slug, name) for id, slug, name in found if seen is None or id in seen), key=lambda pair: pair[1])


def queue_choices() -> list[tuple[str, str]]:
    """The queues in use."""
    found = asking().execute(select(TaskQueue.slug, TaskQueue.name).where(TaskQueue.active))
    return sorted(((slug, say_texts(name)) for slug, name in found), key=lambda pair: pair[1])


@dataclass(frozen=True)
class Filters:
    """What the board is narrowed to."""

    location: str | None = field(default=None, metadata={"label": N_("Branch"), "choices": branch_choices})
    queue: str | None = field(default=None, metadata={"label": N_("Queue"), "choices": queue_choices})
    owner: str | None = field(default=None, metadata={"label": N_("Owner"), "choices": ((NOBODY, N_("Nobody yet")),)})
    age: str | None = field(default=None, metadata={"label": N_("Standing still for"), "choices": AGES})
    risk: str | None = field(default=None, metadata={"label": N_("Risk"), "choices": AT_LEAST})


class SafetyBoard(Screen):
    """The board."""

    name = "board"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every kind with its first lines, or one kind page by page."""
        entity = request.args.get("kind")
        entity = entity if entity in ENTITIES else None
        form = filters_for(Filters)
        found = perform(safety_board, wanted_of(form.value(), entity))
        return self.page(
            "board/index.html",
            board=found,
            form=form,
            entity=entity,
            kind_words=say(ENTITIES[entity].label) if entity else "",
            columns=COLUMNS,
            kinds=[self._kind(kind, entity) for kind in found.kinds],
            figures=figures_of(found),
            everything=self.address(**self._asked()),
        )

    def _asked(self) -> dict[str, str]:
        """The filters as they stand in the address."""
        return {name: request.args[name] for name in vars(Filters()) if request.args.get(name)}

    def _kind(self, kind: Kind, entity: str | None) -> dict[str, Any]:
        """One panel: its words and rows, and where the rest of them is."""
        more = {**self._asked(), "kind": kind.entity}
        after = place_text(kind.after) if kind.after and entity else None
        return {
            "title": say(ENTITIES[kind.entity].label),
            "says": sums_of(kind),
            "rows": [row_of(line) for line in kind.lines],
            "more": self.address(**more, after=after) if kind.after else "",
            "count": kind.late + kind.soon,
        }

    @expose("/take", methods=("POST",))
    @allowed("change")
    def take(self) -> Response:
        """Take on what stands still: its task is the reader's, and made where there is none."""
        number = request.form.get("subject", "")
        if not number.isdecimal() or len(number) > 18:
            raise Missing(gettext("There is nothing like this on the board"))
        try:
            task = perform(take_on, request.form.get("clock", ""), int(number))
        except Stale:
            flash(gettext("Somebody else has taken this on already."), "warning")
            return self.go()
        flash(gettext("It is yours. It stays on the board until it goes on."), "success")
        return redirect(url_for("today.show", uid=task.uid), 303) if may("read", "today") else self.go()


def wanted_of(asked: Filters, entity: str | None) -> Wanted:
    """What the filters mean."""
    return Wanted(
        entity=entity,
        location=asked.location,
        owner=asked.owner,
        queue=asked.queue,
        risk=int(asked.risk or 0),
        days=int(asked.age or 0),
        after=place_of(request.args.get("after", "")) if entity else None,
    )


def figures_of(board: Board) -> list[tuple[str, int, str]]:
    """(words, number, icon) of the sums over everything."""
    return [
        (gettext("Past the limit"), board.late, "alert"),
        (gettext("High risk"), board.high, "error"),
        (gettext("Within a day"), board.soon, "clock"),
    ]


def sums_of(kind: Kind) -> str:
    """How many of a kind are late, and how many soon will be."""
    late = ngettext("%(num)s past its limit", "%(num)s past their limit", kind.late)
    soon = ngettext("%(num)s within a day", "%(num)s within a day", kind.soon)
    return ", ".join(words for words, count in ((late, kind.late), (soon, kind.soon)) if count)


def row_of(line: Line) -> dict[str, Any]:
    """One line as the table shows it."""
    patient = url_for("patients.show", uid=line.patient.uid)
    name = line.patient.name or gettext("No name recorded")
    return {
        "patient": name,
        "patient_address": patient,
        "what": what_of(line),
        "address": address_of(line) or patient,
        "since": day(line.since.astimezone(reader_zone()).date()),
        "next_step": say_texts(line.clock.next_step),
        "owner": owner_of(line),
        "due": due_words(line.deadline, clock.now()),
        "risk": line.risk,
        "task": url_for("today.show", uid=line.task) if line.task else "",
        "clock": line.clock.slug,
        "subject": line.subject_id,
        "may_take": line.owner is None,
    }


def owner_of(line: Line) -> str:
    """Whose it is, and at which branch."""
    queue = say_texts(line.queue) or gettext("No queue")
    owner = line.owner or gettext("%(queue)s (nobody yet)", queue=queue)
    return f"{owner}, {line.location}" if line.location else owner


def what_of(line: Line) -> str:
    """The clock that ran out, and on what: a task is known by its title, anything else by the words of its code."""
    name = say_texts(line.clock.name)
    about = say_texts(line.title) or line.display or ""
    more = ngettext("and %(num)s more clock", "and %(num)s more clocks", line.clocks - 1) if line.clocks > 1 else ""
    words = gettext("%(clock)s: %(about)s", clock=name, about=about) if about else name
    return f"{words} ({more})" if more else words


def address_of(line: Line) -> str:
    """The page of the thing itself, where there is one."""
    endpoint = OPENED.get(line.subject_kind)
    is_there = endpoint is not None and endpoint in current_app.view_functions
    return url_for(endpoint, uid=line.subject_uid) if endpoint and is_there else ""


def place_text(place: Place) -> str:
    """A place of the board as it stands in an address."""
    return "~".join((str(place[0]), place[1].isoformat(), place[2], str(place[3])))


def place_of(text: str) -> Place | None:
    """The place that an address names; nonsense is the beginning."""
    parts = text.split("~")
    try:
        risk, moment, kind, number = parts
        place = int(risk), dt.datetime.fromisoformat(moment), kind, int(number)
    except ValueError:
        return None
    is_sound = place[1].tzinfo is not None and abs(place[0]) < len(RISKS) and abs(place[3]) < 2**63
    return place if is_sound and "\0" not in kind else None
