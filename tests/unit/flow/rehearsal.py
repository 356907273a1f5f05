"""A clinic whose acts are never committed: every case of a spec plays on the same database and leaves nothing there."""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.replies.receive import Arrived, receive
from journeys.criteria.custom.set_custom_values import set_custom_values
from journeys.flow.events.react import react
from journeys.flow.text.focus import RECORDS
from journeys.flow.webhooks.record_calls import record_calls
from journeys.flow.webhooks.speaking import Said
from journeys.foundation.acting import BELLS, Act, enter
from journeys.foundation.calendars import BusinessCalendar
from journeys.foundation.ids import new_uid
from journeys.store.access import Appointment
from journeys.store.attendance import AttendanceRisk
from journeys.store.complaints import Complaint
from journeys.store.contact import Message
from journeys.store.conversations import Conversation, ConversationEntry
from journeys.store.custom_values import CustomValue
from journeys.store.enrolments import Enrolment, EnrolmentHistory
from journeys.store.events import Event
from journeys.store.importing.import_batch import import_batch
from journeys.store.importing.open_source import open_source
from journeys.store.importing.received import Received
from journeys.store.journey_requests import JourneyRequest
from journeys.store.organisation import Practitioner, PractitionerRole
from journeys.store.people import Patient, PatientTelecom
from journeys.store.plans import CarePlan
from journeys.store.rate_passes import RatePass
from journeys.store.referrals import Referral, ReferralHistory
from journeys.store.tasks import Task
from journeys.store.waitlist import Backfill, WaitlistOffer
from journeys.store.webhooks import WebhookCall
from journeys.work.complete_task import complete_task
from tests import make
from tests.unit.criteria.custom import made
from tests.unit.flow.clinic import Clinic

TABLES = {
    "appointment": Appointment,
    "backfill": Backfill,
    "waitlist_offer": WaitlistOffer,
    "complaint": Complaint,
    "conversation": Conversation,
    "conversation_entry": ConversationEntry,
    "message": Message,
    "task": Task,
    "enrolment": Enrolment,
    "patient": Patient,
    "history": EnrolmentHistory,
    "custom_value": CustomValue,
    "journey_request": JourneyRequest,
    "webhook_call": WebhookCall,
    "rate_pass": RatePass,
    "referral": Referral,
    "referral_history": ReferralHistory,
}

NUMBER = "+12125550123"


@dataclass
class Rehearsal(Clinic):
    """Verbs run in one open transaction, with their reactions."""

    session: Session | None = None

    cause: str | None = None

    def act(self, by: str = "test:clinic") -> Act:
        """An act that sees every branch, now, because of what is said to cause it."""
        return replace(super().act(by), cause=self.cause)

    def do(self, verb: Callable[..., Any], *args: Any, **arguments: Any) -> Any:
        """Run one verb with what it calls for."""
        assert self.session is not None
        doing = self.act()
        enter(self.session, doing)
        result = verb(self.session, doing, *args, **arguments)
        react(self.session, doing)
        self.session.flush()
        self.rung.extend(self.session.info.pop(BELLS, {}))
        return result

    def all(self, table: Any, **facts: Any) -> Sequence[Any]:
        """Rows of a table, oldest first, as they are in the database."""
        assert self.session is not None
        self.session.flush()
        chosen = select(table).filter_by(**facts).order_by(table.id)
        return self.session.scalars(chosen.execution_options(populate_existing=True)).all()


class Play:
    """Plays the lines of a case, each a mapping with one key; the methods below are the keys."""

    def __init__(self, clinic: Rehearsal, slug: str = "journey") -> None:
        self.clinic = clinic
        self.slug = slug
        self.patient_id = 0
        self.about: dict[str, Any] = {}

    def play(self, lines: Sequence[Mapping[str, Any]]) -> None:
        for number, line in enumerate(lines):
            [(key, value)] = line.items()
            try:
                getattr(self, key)(value)
            except AssertionError as error:
                raise AssertionError(f"line {number}, {key}: {error}") from error

    def patient(self, facts: Mapping[str, Any]) -> None:
        """A patient in New York; the one that the following lines are about."""
        [self.patient_id] = self.clinic.people(**facts)

    def branch(self, calendar: str) -> None:
        """The patient belongs to a branch that has this calendar."""

        def move(session: Session, _: Any) -> None:
            chosen = session.scalar(select(BusinessCalendar.id).where(BusinessCalendar.slug == calendar))
            branch = make.branch(session, calendar_id=chosen)
            session.get_one(Patient, self.patient_id).managing_location_id = branch.id

        self.clinic.do(move)

    def field(self, content: Mapping[str, Any]) -> None:
        """A custom field of patients in force."""
        given = dict(content)
        slug, kind = given.pop("slug"), given.pop("type")
        self.clinic.do(lambda session, _: made.publish(session, slug, kind, **given))

    def known(self, values: Mapping[str, Any]) -> None:
        """Staff record these values of custom fields of the patient, then everything that is due moves."""
        values = {slug: str(value) if isinstance(value, dt.date) else value for slug, value in values.items()}
        self.clinic.do(set_custom_values, "patient", self.patient_id, values, roles=made.STAFF)
        self.clinic.run()

    def arrives(self, facts: Mapping[str, Any]) -> None:
        """A FHIR Patient comes with an import."""
        resource = {"resourceType": "Patient", **facts}
        content = json.dumps(resource).encode()
        received = Received("here", resource, content, "Patient", facts["id"])
        self.clinic.cause = "import"
        landing = self.clinic.do(open_source, "emr")
        self.clinic.now += dt.timedelta(seconds=1)
        landing = replace(landing, started_at=self.clinic.now)
        tally = self.clinic.do(import_batch, landing, [received])
        assert not tally.rejections, tally.rejections
        self.clinic.cause = None

    def record(self, facts: Mapping[str, Any]) -> None:
        """A record of the patient, of the `kind` of a focus; `referral_id: true` is the last referral."""
        if facts.get("referral_id") is True:
            facts = {**facts, "referral_id": self.clinic.all(Referral)[-1].id}

        def make_it(session: Session, _: Any) -> int:
            values = {"patient_id": self.patient_id, **facts}
            kind = values.pop("kind")
            if kind == "care_plan_activity":
                care_plan = make.added(session, CarePlan(patient_id=self.patient_id, status="active"))
                values |= {"care_plan_id": care_plan.id, "position": 1, "status": "scheduled"}
            return int(make.added(session, RECORDS[kind](**values)).id)

        self.about = {"subject_kind": facts["kind"], "subject_id": self.clinic.do(make_it)}

    def foretold(self, risk: str) -> None:
        """The class of the record, an appointment."""
        about = {"appointment_id": self.about["subject_id"], "patient_id": self.patient_id}
        told = {"foretold_at": self.clinic.now, "risk": risk, "used": "points", "points": 3, "reasons": []}
        self.clinic.do(lambda session, _: make.added(session, AttendanceRisk(**about, **told)))

    def change(self, facts: Mapping[str, Any]) -> None:
        """The record gets other values; nobody is told yet."""
        table = RECORDS[self.about["subject_kind"]]
        self.set(table, self.about["subject_id"], facts)

    def change_patient(self, facts: Mapping[str, Any]) -> None:
        """The patient gets other values; nobody is told yet."""
        self.set(Patient, self.patient_id, facts)

    def set(self, table: Any, row_id: int, facts: Mapping[str, Any]) -> None:
        def set_it(session: Session, _: Any) -> None:
            row = session.get(table, row_id, populate_existing=True)
            for name, value in facts.items():
                setattr(row, name, value)

        self.clinic.do(set_it)

    def enrol(self, count: int) -> None:
        """So many are enrolled; then everything that is due moves."""
        found = self.clinic.enrol(self.slug)
        assert found == count, f"{found} are enrolled"
        self.clinic.run()

    def after(self, length: Mapping[str, int]) -> None:
        """Time passes, and everything that is due moves."""
        self.clinic.pass_time(**length)

    def happens(self, facts: Mapping[str, Any]) -> None:
        """An event about the patient, then everything that is due moves. `answers: true`: to the enrolment itself;
        `record: true`: about the record."""
        values = dict(facts)
        kind = values.pop("kind")
        if values.pop("answers", False):
            values["enrolment_id"] = self.clinic.all(Enrolment)[-1].id
        if values.pop("record", False):
            values |= self.about
        self.clinic.happen(kind, self.patient_id, **values)
        self.clinic.run()

    def complete(self, outcome: str) -> None:
        """The open task is done with an outcome, then everything that is due moves."""
        [task] = self.clinic.all(Task, status="requested")
        self.clinic.do(complete_task, task.uid, outcome)
        self.clinic.run()

    def sent(self, facts: Mapping[str, Any]) -> None:
        """The newest message went out as a text message, or became what is said of it; nobody is told yet."""

        def send(session: Session, _: Any) -> None:
            message = self.clinic.all(Message, direction="outbound")[-1]
            telecom = session.scalar(select(PatientTelecom).filter_by(patient_id=self.patient_id))
            telecom = telecom or make.telecom(session, session.get_one(Patient, self.patient_id), "sms", NUMBER)
            message.status, message.channel, message.telecom_id = "accepted", "phone_simulator", telecom.id
            message.sent_at = self.clinic.now
            for name, value in facts.items():
                setattr(message, name, value)

        self.clinic.do(send)

    def replies(self, text: str) -> None:
        """The patient writes back from that number, then everything that is due moves."""
        self.clinic.do(receive, Arrived("phone_simulator", str(new_uid()), NUMBER, text))
        self.clinic.run()

    def answers_first(self, outcome: str) -> None:
        """The first message was sent and is answered now, then everything that is due moves."""
        message = self.clinic.all(Message, direction="outbound")[0]
        now = self.clinic.now
        facts = {"status": "accepted", "channel": "sms", "sent_at": now, "answered_at": now, "answer": outcome}
        self.set(Message, message.id, facts)
        about = {"subject_kind": "message", "subject_id": message.id, "enrolment_id": message.enrolment_id}
        self.clinic.happen("message.answered", self.patient_id, outcome=outcome, **about)
        self.clinic.run()

    def fails(self, status: str) -> None:
        """The newest message will not go, then everything that is due moves."""
        message = self.clinic.all(Message, direction="outbound")[-1]
        self.set(Message, message.id, {"status": status, "sent_at": None, "reasons": ["NO_CONSENT"]})
        about = {"subject_kind": "message", "subject_id": message.id, "enrolment_id": message.enrolment_id}
        self.clinic.happen(f"message.{status}", self.patient_id, **about)
        self.clinic.run()

    def staff(self, everybody: Sequence[Mapping[str, Any]]) -> None:
        """People who work in every branch, each with a username and what else a practitioner has."""

        def employ(session: Session, _: Any) -> None:
            for each in everybody:
                person = make.added(session, Practitioner(**each))
                make.added(session, PractitionerRole(practitioner_id=person.id, code="every-branch"))

        self.clinic.do(employ)

    def sees(self, username: str) -> None:
        """The patient's last appointment was with this person."""

        def see(session: Session, _: Any) -> None:
            person = session.scalar(select(Practitioner.id).filter_by(username=username))
            began = self.clinic.now - dt.timedelta(days=1)
            facts = {"patient_id": self.patient_id, "status": "fulfilled", "start_at": began}
            make.added(session, Appointment(practitioner_id=person, **facts))

        self.clinic.do(see)

    def settle(self, facts: Mapping[str, Any]) -> None:
        """What became of the only call, then everything that is due moves."""
        [call] = self.clinic.all(WebhookCall)
        number = new_uid()
        self.set(WebhookCall, call.id, {"status": "sending", "claim": number, "claimed_until": self.clinic.now})
        self.clinic.do(record_calls, number, [Said(call.id, **facts)])
        self.clinic.run()

    def stands(self, facts: Mapping[str, Any]) -> None:
        """The newest enrolment is as said."""
        self.is_like(self.clinic.all(Enrolment)[-1], facts)

    def left_by(self, port: str | None) -> None:
        """The way by which the step was left; none when the enrolment still stands there."""
        ports = [row.port for row in self.clinic.all(EnrolmentHistory, step="step")]
        assert ports == ([] if port is None else [port]), f"it was left by {ports}"

    def told(self, count: int) -> None:
        """So many times it was said that the patient has changed."""
        found = len(self.clinic.all(Event, kind="patient.changed", patient_id=self.patient_id))
        assert found == count, f"it was said {found} times"

    def rows(self, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Exactly these rows are in the tables, as far as their values are said."""
        for name, wanted in tables.items():
            found = self.clinic.all(TABLES[name])
            assert len(found) == len(wanted), f"there are {len(found)} rows in {name}"
            for row, facts in zip(found, wanted, strict=True):
                self.is_like(row, facts)

    @staticmethod
    def is_like(row: Any, facts: Mapping[str, Any]) -> None:
        found = {name: getattr(row, name) for name in facts}
        found = {name: float(value) if isinstance(value, Decimal) else value for name, value in found.items()}
        wanted = {name: in_utc(value) for name, value in facts.items()}
        assert found == wanted, f"it is {found}"


def in_utc(value: Any) -> Any:
    """YAML reads a moment without a zone as naive; here such a moment is UTC."""
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        return value.replace(tzinfo=dt.UTC)
    return value
