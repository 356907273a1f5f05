"""The clock of a life: walks from day to day, doing whatever becomes due at the moment at which it does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, false, func, or_, select, true
from sqlalchemy.orm import Session

from journeys.access.risk.foretell import foretell
from journeys.care.guidelines.refresh_guideline import refresh_guideline
from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Channel, Envelope, Outcome
from journeys.contact.deciding.plan import plan
from journeys.contact.media import MEDIA
from journeys.contact.sending.deliver import deliver
from journeys.criteria.refresh_segment import refresh_segment
from journeys.flow.entry.enrol import enrol
from journeys.flow.running.advance import advance
from journeys.flow.steps.attendance_risk import AttendanceRisk
from journeys.flow.text.definition import PER_FOCUS
from journeys.foundation import audit
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.store import DefinitionVersion, Enrolment, JourneyListener, Message, Patient
from journeys.store.putting_in_force.definitions import GUIDELINE, JOURNEY, SEGMENT, live_versions

BY = "life"
MORNING = dt.time(6)
"""When of each day (UTC) the segments are looked at; on the days of the life they are looked at too."""

MOST_ROUNDS = 200
"""More rounds at one moment than any sound journey needs."""


class NeverQuiet(Exception):
    """At one moment there is always more to do: a journey that runs in a circle."""


class Postbox(Channel):
    """Takes e-mail and sends none."""

    label = "Postbox"
    medium = MEDIA["email"]
    address_systems = ("email",)
    batch = 500
    repeatable = True

    def send(self, envelopes: Sequence[Envelope]) -> list[Outcome]:
        """Accept everything."""
        return [Outcome(each.message_id, "accepted", reference=str(each.uid)) for each in envelopes]


def channels_of_lives() -> Mapping[str, Channel]:
    """The phone simulator, and an e-mail that stays in the house."""
    postbox = Postbox()
    postbox.name = "email"  # type: ignore[misc]
    return {"phone_simulator": CHANNELS["phone_simulator"](), "email": postbox}


class Walk:
    """One walk through time in one house."""

    def __init__(self, house: House, begin: dt.datetime) -> None:
        """Stand at the beginning; nothing has been done yet."""
        self.house = house
        self.channels = channels_of_lives()
        self.now = begin

    def act(self) -> Act:
        """An act of this moment."""
        return Act(self.now, BY, EVERYWHERE, purpose="test")

    def until(self, moment: dt.datetime) -> None:
        """Go to a moment, stopping wherever something is due, and do what is due there too."""
        while (stop := self.next_stop(moment)) < moment:
            self.now = stop
            if stop.time() == MORNING:
                self.let_in()
            self.work()
        self.now = moment
        self.let_in(is_day=True)
        self.work()

    def next_stop(self, moment: dt.datetime) -> dt.datetime:
        """The next morning, enrolment or message that is due before a moment; else the moment."""
        morning = dt.datetime.combine(self.now.astimezone(dt.UTC), MORNING, dt.UTC)
        if morning <= self.now:
            morning += dt.timedelta(days=1)
        with self.house.sessions() as session:
            waiting = select(func.min(Enrolment.due_at)).where(Enrolment.due_at > self.now)
            put_off = select(func.min(Message.not_before))
            put_off = put_off.where(Message.status == "planned", Message.not_before > self.now)
            stops = [session.scalar(waiting), session.scalar(put_off), morning, moment]
        return min(stop.astimezone(dt.UTC) for stop in stops if stop is not None)

    def let_in(self, *, is_day: bool = False) -> None:
        """Whoever comes into a journey by its segment; segments and guidelines where a journey listens to them.

        On the days of the life (`is_day`) guidelines are looked at anyway: something may be to be seen of them.
        """
        entries = act(self.house, self.act(), look_at_entries, is_day=is_day)
        for slug in entries.guidelines:
            act(self.house, self.act(), refresh_guideline, slug)
        for slug in entries.segments:
            act(self.house, self.act(), refresh_segment, slug)
        if entries.foretells:
            act(self.house, self.act(), foretell)
        for slug in entries.journeys:
            act(self.house, self.act(), enrol, slug)

    def work(self) -> None:
        """Everything that is due at this moment, until nothing is."""
        for _ in range(MOST_ROUNDS):
            due = act(self.house, self.act(), look_for_work)
            if due.to_advance:
                act(self.house, self.act(), advance)
            if due.to_plan:
                act(self.house, self.act(), plan, channels=tuple(self.channels))
            if due.to_send:
                deliver(self.house, self.act, self.channels)
            if not (due.to_advance or due.to_plan or due.to_send):
                return
        raise NeverQuiet(f"At {self.now} there is always more to do")


@dataclass(frozen=True)
class Due:
    """What there is to do at one moment."""

    to_advance: bool
    to_plan: bool
    to_send: bool


def look_for_work(session: Session, act: Act) -> Due:
    """Ask before working: a verb that finds nothing costs as much as one that finds something."""
    audit.nothing_happened(session)
    standing = exists().where(Enrolment.due_at <= act.now, Enrolment.status == "active")
    planned = exists().where(
        Message.status == "planned", or_(Message.not_before.is_(None), Message.not_before <= act.now)
    )
    released = exists().where(
        Message.status == "released", or_(Message.not_before.is_(None), Message.not_before <= act.now)
    )
    return Due(*session.execute(select(standing, planned, released)).one())


@dataclass(frozen=True)
class Entries:
    """The slugs of the segments and guidelines to bring up to date and of the journeys to let people into, and whether
    a journey asks for what is foretold of visits."""

    segments: list[str]
    guidelines: list[str]
    journeys: list[str]
    foretells: bool


def look_at_entries(session: Session, act: Act, is_day: bool) -> Entries:
    """Journeys that somebody could still come into; the segments only when some journey listens to them."""
    audit.nothing_happened(session)
    listens = session.scalar(select(exists().where(JourneyListener.event_kind.startswith("segment."))))
    segments = list(live_versions(session, SEGMENT)) if listens else []
    journeys = live_versions(session, JOURNEY)
    waits = is_day or session.scalar(select(exists().where(JourneyListener.event_kind.startswith("due."))))
    guidelines = list(live_versions(session, GUIDELINE)) if waits else []
    steps = (step for version in journeys.values() for step in version.content["steps"].values())
    foretells = any(step["type"] == AttendanceRisk.name for step in steps)
    entered = [slug for slug, version in journeys.items() if is_open(session, act, version)]
    return Entries(segments, guidelines, entered, foretells)


def is_open(session: Session, act: Act, version: DefinitionVersion) -> bool:
    """Whether anybody alive may come into the journey now: asking is cheap, and most days nobody may."""
    reentry = version.content.get("reentry", {})
    rest_over = act.now - dt.timedelta(days=reentry.get("days") or 0)
    keeps_out = {
        "after-exit": Enrolment.ended_at.is_(None),
        "cool-down": or_(Enrolment.ended_at.is_(None), Enrolment.ended_at > rest_over),
        **dict.fromkeys(PER_FOCUS, false()),
    }
    former = exists().where(
        Enrolment.patient_id == Patient.id,
        Enrolment.definition_id == version.definition_id,
        keeps_out.get(reentry.get("allowed", "never"), true()),
    )
    return session.scalar(select(Patient.id).where(~former, ~Patient.deceased).limit(1)) is not None
