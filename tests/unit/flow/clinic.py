"""A clinic for tests of journeys: publishes what they need, makes patients, lets time pass, says what became of all."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session, sessionmaker

from journeys.flow.entry.enrol import enrol
from journeys.flow.events.react import react
from journeys.flow.pauses.preview_resume import preview_resume
from journeys.flow.pauses.resume import resume
from journeys.flow.pauses.settle_pauses import settle_pauses
from journeys.flow.publishing.publish import publish
from journeys.flow.running.advance import advance
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.calendars import BusinessCalendar, write_out
from journeys.foundation.database import WORKER, connect, sessions
from journeys.foundation.zones import ensure_zones
from journeys.store.configuration import DefinitionVersion
from journeys.store.enrolments import Enrolment, EnrolmentHistory
from journeys.store.events import Event, emit
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from journeys.store.tasks import TaskQueue
from journeys.store.webhooks import WebhookConnection
from tests import make

START = make.NOON
EVERYONE = {"any": [{"field": "gender", "is": "known"}, {"field": "gender", "is": "unknown"}]}
STAGES = ("access", "guidance", "scheduling", "pre-visit", "visit", "post-visit", "education", "adherence", "follow-up")


def say(text: str) -> dict[str, str]:
    """A text in English."""
    return {"en": text}


def a_step(kind: str, next: Mapping[str, str] | str | None = None, stage: str | None = None, **config: Any) -> Any:
    """One step as JSON; a single target is that of `next`."""
    targets = {"next": next} if isinstance(next, str) else dict(next or {})
    written: dict[str, Any] = {"type": kind, "config": {key.rstrip("_"): value for key, value in config.items()}}
    if stage is not None:
        written["stage"] = stage
    return {**written, "next": targets} if targets else written


def a_journey(steps: Mapping[str, Any], **head: Any) -> dict[str, Any]:
    """A journey as JSON that everyone enters once, starting at its first step."""
    values = {"format": 1, "name": say("Test"), "purpose": "care", "entry": {"segment": "everyone"}}
    return {**values, "start": next(iter(steps)), **head, "steps": dict(steps)}


def publish_plain(session: Session, doing: Act, kind: str, slug: str, content: dict[str, Any]) -> DefinitionVersion:
    """Store and publish a piece of configuration that nobody judges here."""
    draft = save_draft(session, doing, kind, slug, content.get("name", say(slug)), content)
    return write_version(session, doing, draft)


@dataclass
class Clinic:
    """Everything acts at `now`; `statements` are those that the last act sent."""

    sessions: sessionmaker[Session]
    house: House
    now: dt.datetime = START
    rung: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def open(cls, made: sessionmaker[Session]) -> Iterator["Clinic"]:
        """A clinic in a furnished house."""
        rung: list[str] = []
        clinic = cls(made, House(made, react, rung.append), rung=rung)
        engine = made.kw["bind"]

        def seen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            clinic.statements.append(statement)

        event.listen(engine, "before_cursor_execute", seen)
        yield clinic
        event.remove(engine, "before_cursor_execute", seen)

    def act(self, by: str = "test:clinic") -> Act:
        """An act that sees every branch, now."""
        return Act(self.now, by, EVERYWHERE)

    def do(self, verb: Callable[..., Any], *args: Any, **arguments: Any) -> Any:
        """Run one verb whole."""
        self.statements.clear()
        return act(self.house, self.act(), verb, *args, **arguments)

    def publish(self, content: Mapping[str, Any], slug: str = "journey") -> DefinitionVersion:
        """Save and publish a journey."""

        def save_and_publish(session: Session, doing: Act) -> DefinitionVersion:
            save_draft(session, doing, "journey", slug, say(slug), dict(content))
            return publish(session, doing, slug)

        version: DefinitionVersion = self.do(save_and_publish)
        return version

    def people(self, count: int = 1, **facts: Any) -> list[int]:
        """Patients in New York, by id."""
        return self.do(lambda session, _: [make.person(session, sms=None, **facts).id for _ in range(count)])

    def enrol(self, slug: str = "journey", **arguments: Any) -> int:
        """Enrol by segment; how many."""
        return int(self.do(enrol, slug, **arguments))

    def advance(self, **arguments: Any) -> int:
        """One round; how many were looked at."""
        return int(self.do(advance, **arguments))

    def run(self, rounds: int = 50) -> None:
        """Advance until nothing is due."""
        for _ in range(rounds):
            if not self.advance():
                return
        raise AssertionError(f"Still moving after {rounds} rounds")

    def resume(self, slug: str = "journey", do: str = "send") -> int:
        """Let a paused journey go on, with one choice for everything that is stale; how many are in it."""
        choices: dict[str, dict[str, dict[str, str]]] = {}
        for row in self.do(preview_resume, slug).messages:
            choices.setdefault(str(row.version_id), {})[row.step] = {"do": do}
        count = int(self.do(resume, slug, choices))
        while self.do(settle_pauses):
            continue
        return count

    def pass_time(self, **length: int) -> None:
        """Let time pass, then advance until nothing is due."""
        self.now += dt.timedelta(**length)
        self.run()

    def happen(self, kind: str, patient_id: int, **facts: Any) -> None:
        """An event about a patient, with what it calls for."""
        self.do(lambda session, doing: emit(session, doing, kind, [{"patient_id": patient_id, **facts}]))

    def all(self, table: Any, **facts: Any) -> Sequence[Any]:
        """Rows of a table, oldest first."""
        with self.sessions() as session:
            return session.scalars(select(table).filter_by(**facts).order_by(table.id)).all()

    def enrolment(self, **facts: Any) -> Enrolment:
        """The one enrolment."""
        [found] = self.all(Enrolment, **facts)
        return found

    def walked(self, **facts: Any) -> list[str]:
        """`step>port` of everything walked so far, in order."""
        return [f"{row.step}>{row.port}" for row in self.all(EnrolmentHistory, **facts)]

    def kinds(self) -> list[str]:
        """The kinds of everything that happened, in order."""
        return [row.kind for row in self.all(Event)]


def furnish_database(url: str) -> None:
    """Fill a database with what most journeys refer to: a segment of everyone, a template, a queue and the stages."""
    engine = connect(url, WORKER)
    act(House(sessions(engine), react), Act(START, "test:clinic", EVERYWHERE), furnish)
    engine.dispose()


def furnish(session: Session, doing: Act) -> None:
    """What most journeys refer to."""
    ensure_zones(session, ["America/New_York", "UTC"])
    publish_plain(session, doing, "segment", "everyone", {"format": 1, "name": say("All"), "rule": EVERYONE})
    for slug in STAGES:
        publish_plain(session, doing, "stage", slug, {"format": 1, "name": say(slug)})
    make.template(session, "hello")
    hours = {str(day): [["08:00", "17:00"]] for day in range(1, 6)}
    calendar = BusinessCalendar(
        slug="weekdays", name=say("Weekdays"), zone="America/New_York", hours=hours, closed_days=[]
    )
    session.add(calendar)
    session.flush()
    write_out(session, calendar, START.date() - dt.timedelta(days=30))
    session.add(WebhookConnection(slug="lab", url="https://lab.example/waymark", secret="a key"))
    session.add(TaskQueue(slug="recall", name=say("Recall"), calendar_id=calendar.id))
