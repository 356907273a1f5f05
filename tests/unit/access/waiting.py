"""A front desk with a waitlist: people who wait, a time that comes free, and the rounds of the worker."""

import datetime as dt
import itertools
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.access.appointments.cancel_appointment import cancel_appointment
from journeys.access.waitlist.add_entry import add_entry
from journeys.access.waitlist.answer_offer import answer_offer
from journeys.access.waitlist.due_backfills import due_backfills
from journeys.access.waitlist.entries import Wish
from journeys.access.waitlist.keep_plan import keep_plan
from journeys.access.waitlist.look_at import look_at, stretch_of
from journeys.access.waitlist.plans import Plan
from journeys.access.waitlist.ranking import ranking
from journeys.access.waitlist.take_up_freed import take_up_freed
from journeys.access.waitlist.tell_losers import tell_losers
from journeys.foundation.acting import Act
from journeys.store import Message, Patient
from journeys.store.waitlist import Backfill, WaitlistEntry, WaitlistOffer
from tests.make import person, template
from tests.unit.access.conftest import Front, at

SOON = at(11)
"""Tomorrow at eleven: three are asked at once."""

NUMBERS = itertools.count(10_000)


def one_by_one(session: Session, act: Act) -> None:
    """One after the other, a quarter of an hour each, whenever it is; a visit is worth 80 dollars."""
    for slug in ("visit", "long"):
        keep_plan(session, act, slug, Plan(soon_hours=0, price=Decimal(80), currency="USD"))


@dataclass
class Waiting:
    """The verbs of the waitlist at one front desk."""

    front: Front

    def __post_init__(self) -> None:
        session = self.front.session
        answers = {"1": "confirm", "2": "decline"}
        said = {"en": {"body": "A time is free: {{appointment.date}} {{appointment.time}}. 1 yes, 2 no"}}
        template(session, "waitlist-offer", texts=said, purpose="transactional", answers=answers, content_level=1)
        for slug in ("waitlist-booked", "waitlist-taken"):
            told = {"en": {"body": "{{appointment.date}}"}}
            template(session, slug, texts=told, purpose="transactional", answers={}, content_level=1)

    def waits(self, days: float = 10, **wish: Any) -> WaitlistEntry:
        """Somebody waits since so many days."""
        front = self.front
        patient = wish.pop("patient", None) or self.somebody()
        since = front.now - dt.timedelta(days=days)
        made: WaitlistEntry = front.do(
            add_entry, Wish(patient, wish.pop("type", "visit"), (front.here.id,), since=since, **wish)
        )
        return made

    def somebody(self, **facts: Any) -> Any:
        """A patient with a number of their own."""
        return person(self.front.session, sms=f"+121255{next(NUMBERS)}", at=self.front.here, **facts).uid

    def free(self, start: dt.datetime = SOON, kind: str = "visit") -> Backfill:
        """A visit is booked and called off: its time is taken up."""
        booked = self.front.book(start, kind)
        self.front.do(cancel_appointment, booked.uid, "pat")
        self.front.do(take_up_freed)
        return self.stretch(start)

    def stretch(self, start: dt.datetime = SOON) -> Backfill:
        """The newest stretch that begins then."""
        chosen = select(Backfill).where(Backfill.start_at == start).order_by(Backfill.id.desc()).limit(1)
        return self.front.session.scalars(chosen).one()

    def round(self, minutes: float = 0) -> None:
        """What the worker does, some minutes later."""
        front = self.front
        front.now += dt.timedelta(minutes=minutes)
        front.do(take_up_freed)
        front.do(tell_losers)
        for each in front.do(due_backfills):
            front.do(look_at, each)

    def order(self, stretch: Backfill) -> list[int]:
        """Who would be asked, the first first."""
        front = self.front
        return [
            row.entry_id for row in front.session.execute(ranking(stretch_of(front.session, stretch.id), front.now))
        ]

    def offers(self, stretch: Backfill) -> dict[int, str]:
        """Entry → what became of its offer, in the order in which they were made."""
        chosen = select(WaitlistOffer).where(WaitlistOffer.backfill_id == stretch.id).order_by(WaitlistOffer.id)
        return {each.entry_id: each.status for each in self.front.session.scalars(chosen)}

    def offer(self, entry: WaitlistEntry) -> WaitlistOffer:
        """The newest offer to somebody."""
        chosen = select(WaitlistOffer).where(WaitlistOffer.entry_id == entry.id).order_by(WaitlistOffer.id.desc())
        return self.front.session.scalars(chosen.limit(1)).one()

    def says(self, entry: WaitlistEntry, is_yes: bool = True) -> str:
        """They answer."""
        said: str = self.front.do(answer_offer, self.offer(entry).uid, is_yes)
        return said

    def told(self, entry: WaitlistEntry) -> list[str]:
        """The names of the texts that were planned for somebody, in order."""
        from_it = "SELECT d.slug FROM message m JOIN definition_version v ON v.id = m.template_version_id"
        by = " JOIN definition d ON d.id = v.definition_id WHERE m.patient_id = :id ORDER BY m.id"
        return [
            row[0].removeprefix("waitlist-")
            for row in self.front.session.connection().exec_driver_sql(
                (from_it + by).replace(":id", "%(id)s"), {"id": entry.patient_id}
            )
        ]

    def sent(self) -> None:
        """Everything that was planned has left."""
        for each in self.front.session.scalars(select(Message).where(Message.status == "planned")):
            each.status, each.channel, each.sent_at = "accepted", "sms", self.front.now
        self.front.session.flush()

    def patient(self, entry: WaitlistEntry) -> Patient:
        return self.front.session.get_one(Patient, entry.patient_id)
