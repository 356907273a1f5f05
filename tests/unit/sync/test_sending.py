"""What goes out: noted with the change, written as other readers read it, one at a time and in order, never lost."""

import asyncio
import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any

import hl7.mllp
import pytest
from sqlalchemy import select

from journeys.access.appointments.book_appointment import Booking, book_appointment
from journeys.access.appointments.cancel_appointment import cancel_appointment
from journeys.access.appointments.move_appointment import move_appointment
from journeys.access.appointments.taking import Asked
from journeys.access.schedules.keep_schedule import Plan as SchedulePlan
from journeys.access.schedules.keep_schedule import keep_schedule
from journeys.access.schedules.keep_type import Kind, keep_type
from journeys.access.schedules.lay_out_slots import lay_out_slots
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.foundation.errors import Invalid, Stale
from journeys.foundation.outgoing import Reach
from journeys.store import Appointment, OutgoingMessage, PatientIdentifier, PatientName, Practitioner, Slot
from journeys.store.organisation import Location
from journeys.sync.hl7.mapping.tell import tell
from journeys.sync.hl7.mapping.telling import Habits
from journeys.sync.hl7.reading import read_message
from journeys.sync.keep_connection import keep_connection
from journeys.sync.sending.claim_message import claim_message
from journeys.sync.sending.open_outgoing import open_outgoing
from journeys.sync.sending.receiver import Receiver
from journeys.sync.sending.retry_outgoing import retry_outgoing
from journeys.sync.sending.send_messages import send_messages
from journeys.sync.sending.settle_outgoing import settle_outgoing
from tests.make import added, person
from tests.spec.channel_cases import free_port
from tests.unit.sync.conftest import NOW, Emr, plan

pytestmark = pytest.mark.store

HOURS = {day: [["09:00", "17:00"]] for day in "12345"}
AUTHORITIES = {"CITY": "http://city.example/mrn"}


class Peer:
    """An independent receiver (`hl7`); `answers` are given in turn, the last one for ever; None closes the door."""

    def __init__(self, *answers: str | None) -> None:
        self.answers = list(answers) or ["AA"]
        self.heard: list[Any] = []
        self.port = free_port()
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self.serve())
        self.loop.close()

    async def serve(self) -> None:
        self.is_over = asyncio.Event()
        server = await hl7.mllp.start_hl7_server(self.take, "127.0.0.1", self.port, encoding="utf-8")
        self.ready.set()
        async with server:
            await self.is_over.wait()

    async def take(self, reader: Any, writer: Any) -> None:
        try:
            while True:
                message = await reader.readmessage()
                self.heard.append(message)
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if answer is None:
                    break
                writer.writemessage(message.create_ack(answer))
                await writer.drain()
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()
            await writer.wait_closed()

    def said(self, path: str) -> list[str]:
        return [str(each[path]) for each in self.heard]

    def __enter__(self) -> "Peer":
        self.thread.start()
        assert self.ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.is_over.set)
        self.thread.join(10)


class Clinic:
    """A clinic that books, and tells the receiver of its connection."""

    def __init__(self, emr: Emr) -> None:
        self.emr = emr
        self.now = NOW
        with emr.make.begin() as session:
            here = session.scalars(select(Location)).one()
            doctor = added(session, Practitioner(name="Dr. Rivera"))
            patient = person(session, at=here)
            session.add_all(
                [
                    PatientName(patient_id=patient.id, use="official", text="x", family="Mü|ller", given="Sarah Ann"),
                    PatientIdentifier(patient_id=patient.id, system=AUTHORITIES["CITY"], type_code="MR", value="100"),
                    PatientIdentifier(patient_id=patient.id, system="urn:ssa", type_code="SS", value="078051120"),
                ]
            )
            self.patient = patient.uid
            scheduled = SchedulePlan(
                "rivera", {"en": "Dr. Rivera"}, here.id, "America/New_York", HOURS, 30, ("visit",), doctor.id
            )
        self.do(keep_type, Kind("visit", {"en": "Visit & more"}, 30))
        self.do(keep_schedule, scheduled)
        self.do(lay_out_slots, "rivera")

    def act(self) -> Act:
        return Act(self.now, "user:nina", EVERYWHERE, "care")

    def do(self, verb: Callable[..., Any], *given: Any) -> Any:
        return act(self.emr.house, self.act(), verb, *given)

    def slot(self, place: int) -> Asked:
        with self.emr.make.begin() as session:
            chosen = select(Slot.uid).where(Slot.start_at > NOW + dt.timedelta(days=1)).order_by(Slot.start_at)
            return Asked(session.scalars(chosen.offset(place).limit(1)).one(), "visit")

    def book(self, place: int = 0) -> Any:
        self.do(book_appointment, Booking(self.patient), self.slot(place))
        return self.appointments()[-1]

    def appointments(self) -> list[Any]:
        with self.emr.make.begin() as session:
            rows = session.scalars(select(Appointment).order_by(Appointment.id)).all()
            session.expunge_all()
            return list(rows)

    def send(self, port: int, **other: Any) -> int:
        reach = Reach(frozenset({f"127.0.0.1:{port}"}), **{"seconds": 5.0, **other})
        return send_messages(self.emr.house, self.act, reach)

    def noted(self) -> list[OutgoingMessage]:
        with self.emr.make.begin() as session:
            rows = session.scalars(select(OutgoingMessage).order_by(OutgoingMessage.id)).all()
            session.expunge_all()
            return list(rows)

    def states(self) -> list[tuple[str, str]]:
        return [(each.event, each.status) for each in self.noted()]


@pytest.fixture
def clinic(emr: Emr) -> Clinic:
    return Clinic(emr)


@pytest.fixture
def peer(clinic: Clinic) -> Iterator[Peer]:
    yield from listening(clinic, Peer())


def listening(clinic: Clinic, peer: Peer) -> Iterator[Peer]:
    """A receiver that runs, and a connection that tells it."""
    tell_it(clinic, peer.port)
    with peer:
        yield peer


def tell_it(clinic: Clinic, port: int) -> None:
    receiver = Receiver("127.0.0.1", port, "EHR", "CITY", "WAYMARK", "CLINIC")
    clinic.do(keep_connection, plan(receiver=receiver, authorities=AUTHORITIES), 1)


def test_what_is_booked_moved_and_called_off_is_told_in_order(clinic: Clinic, peer: Peer) -> None:
    booked = clinic.book()
    clinic.do(move_appointment, booked.uid, clinic.slot(4))
    clinic.do(cancel_appointment, booked.uid, "pat")
    assert clinic.states() == [("S12", "waiting"), ("S13", "waiting"), ("S15", "waiting")]
    assert clinic.send(peer.port) == 3
    assert [str(each["MSH.F9.R1.C2"]) for each in peer.heard] == ["S12", "S13", "S15"]
    assert {str(each["SCH.F1.R1.C1"]) for each in peer.heard} == {booked.uid.hex}
    assert [each.status for each in clinic.noted()] == ["sent"] * 3
    assert clinic.send(peer.port) == 0


def test_our_own_reader_reads_what_goes_out(clinic: Clinic, peer: Peer) -> None:
    booked = clinic.book()
    clinic.send(peer.port)
    opened = clinic.do(open_outgoing, clinic.noted()[0].uid)
    message = read_message("\r".join(opened.segments).encode())
    told = tell(message, Habits(authorities=AUTHORITIES))
    assert not told.problems
    said = {each.resource_type: each.says for each in told.telling.statements.values()}
    assert said["Appointment"]["status"] == "booked"
    assert said["Appointment"]["start"] == booked.start_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert said["Appointment"]["end"] == booked.end_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert said["Patient"]["name"][0] == {"family": "Mü|ller", "given": ["Sarah", "Ann"]}
    assert [each["value"] for each in said["Patient"]["identifier"]] == ["100", clinic.patient.hex]
    assert said["Appointment"]["serviceType"][0]["coding"][0]["display"] == "Visit & more"
    assert "078051120" not in "".join(opened.segments)


def test_what_the_receiver_knows_already_is_not_told_again(clinic: Clinic, peer: Peer) -> None:
    booked = clinic.book()
    clinic.do(move_appointment, booked.uid, clinic.slot(4))
    clinic.send(peer.port)
    before = clinic.noted()[-1]
    with clinic.emr.make.begin() as session:
        session.add(
            OutgoingMessage(
                connection_id=before.connection_id,
                appointment_id=before.appointment_id,
                event="S13",
                start_at=before.start_at,
                not_before=NOW,
            )
        )
    clinic.send(peer.port)
    assert clinic.states()[-1] == ("S13", "unchanged")
    assert len(peer.heard) == 2


@pytest.mark.parametrize(("answer", "status", "error"), [("AR", "set-aside", "AR"), ("AE", "waiting", "AE")])
def test_a_refusal_is_for_a_person_and_an_error_for_later(clinic: Clinic, answer: str, status: str, error: str) -> None:
    for peer in listening(clinic, Peer(answer, "AA")):
        clinic.book()
        clinic.book(3)
        clinic.send(peer.port)
        first, second = clinic.noted()
        assert (first.status, first.error) == (status, error)
        assert second.status == ("sent" if answer == "AR" else "waiting")
        clinic.now += dt.timedelta(minutes=10)
        clinic.send(peer.port)
        ids = peer.said("MSH.F10")
        assert len(set(ids)) == 2
        assert ids == ([ids[0], ids[1]] if answer == "AR" else [ids[0], ids[0], ids[2]])


def test_who_always_answers_with_an_error_is_asked_six_times(clinic: Clinic) -> None:
    for peer in listening(clinic, Peer("AE")):
        clinic.book()
        for _ in range(8):
            clinic.send(peer.port)
            clinic.now += dt.timedelta(minutes=10)
        assert len(peer.heard) == 6
        assert clinic.states() == [("S12", "set-aside")]


def test_who_closes_without_an_answer_hears_the_same_again(clinic: Clinic) -> None:
    for peer in listening(clinic, Peer(None, None, "AA")):
        clinic.book()
        for _ in range(3):
            clinic.send(peer.port)
            clinic.now += dt.timedelta(minutes=10)
        assert len(set(peer.said("MSH.F10"))) == 1
        assert len({str(each) for each in peer.heard}) == 1
        assert clinic.states() == [("S12", "sent")]


def test_a_sender_that_dies_loses_nothing_and_nobody_else_sends_meanwhile(clinic: Clinic, peer: Peer) -> None:
    clinic.book()
    number = clinic.emr.connection
    claimed = clinic.do(claim_message, number)
    assert clinic.do(claim_message, number) is None
    assert clinic.send(peer.port) == 0
    clinic.now += dt.timedelta(minutes=10)
    again = clinic.do(claim_message, number)
    assert (again.control_id, again.data) == (claimed.control_id, claimed.data)


def test_nothing_is_said_unencrypted_to_who_is_not_excepted(clinic: Clinic, peer: Peer) -> None:
    clinic.book()
    send_messages(clinic.emr.house, clinic.act, Reach())
    assert (clinic.noted()[0].status, clinic.noted()[0].error) == ("waiting", "not-encrypted")
    assert peer.heard == []


def test_what_is_set_aside_is_sent_again_unless_something_newer_was_told(clinic: Clinic) -> None:
    for peer in listening(clinic, Peer("AR", "AR", "AA")):
        booked = clinic.book()
        clinic.send(peer.port)
        first = clinic.noted()[0].uid
        clinic.do(retry_outgoing, first)
        clinic.send(peer.port)
        clinic.do(cancel_appointment, booked.uid, "pat")
        with pytest.raises(Stale, match="newer"):
            clinic.do(retry_outgoing, first)
        clinic.do(settle_outgoing, first)
        clinic.send(peer.port)
        assert clinic.states() == [("S12", "settled"), ("S15", "sent")]
        with pytest.raises(Stale, match="already"):
            clinic.do(settle_outgoing, first)


def test_nothing_is_noted_where_nobody_is_told(clinic: Clinic) -> None:
    clinic.book()
    assert clinic.noted() == []


def test_a_receiver_that_cannot_be_is_refused(clinic: Clinic) -> None:
    wrong = Receiver("city example:25", 0, character_set="EBCDIC", own_application="")
    with pytest.raises(Invalid) as refused:
        clinic.do(keep_connection, plan(receiver=wrong), 1)
    assert {each.where for each in refused.value.problems} == {
        *("send_host", "send_port", "send_character_set", "send_own")
    }


def echo(clinic: Clinic, number: int = 0, **changed: str) -> str:
    """A message that was sent, as its receiver tells it back to all the world, with its own number for it."""
    opened = clinic.do(open_outgoing, clinic.noted()[number].uid)
    lines = []
    for segment in opened.segments:
        fields = segment.split("|")
        if fields[0] == "MSH":
            fields[2:6] = ["EHR", "CITY", "ALL", ""]
            fields[9] = f"echo-{number}-{len(clinic.emr.messages())}"
        if fields[0] == "SCH":
            fields[2] = "T-77^EHR"
            fields[25] = changed.get("status", fields[25])
            fields[11] = fields[11].replace(*changed["start"].split("=")) if "start" in changed else fields[11]
        lines.append("|".join(fields))
    return "\r".join(lines)


def test_what_comes_back_of_our_own_appointment_makes_no_second_one(clinic: Clinic, peer: Peer) -> None:
    booked = clinic.book()
    clinic.send(peer.port)
    clinic.emr.bring(echo(clinic))
    kept = clinic.emr.messages()[-1]
    assert (kept.status, kept.problems) == ("applied", [])
    assert {"code": "own-appointment", "where": "SCH"} in kept.findings
    assert [each.uid for each in clinic.appointments()] == [booked.uid]


def test_a_slow_echo_of_what_has_changed_since_is_no_news(clinic: Clinic, peer: Peer) -> None:
    booked = clinic.book()
    clinic.send(peer.port)
    clinic.do(move_appointment, booked.uid, clinic.slot(4))
    clinic.send(peer.port)
    clinic.emr.bring(echo(clinic, 0), echo(clinic, 1))
    assert [status for status, _ in clinic.emr.states()] == ["applied", "applied"]


@pytest.mark.parametrize(
    "changed", [{"status": "Cancelled"}, {"start": "20260602=20260603"}], ids=["called-off", "moved"]
)
def test_what_is_told_otherwise_of_our_own_appointment_is_for_a_person(
    clinic: Clinic, peer: Peer, changed: dict[str, str]
) -> None:
    booked = clinic.book()
    clinic.send(peer.port)
    clinic.emr.bring(echo(clinic, **changed))
    status, problems = clinic.emr.states()[-1]
    assert status == "set-aside"
    assert "booked here" in problems[0]
    assert [(each.status, each.start_at) for each in clinic.appointments()] == [("booked", booked.start_at)]
