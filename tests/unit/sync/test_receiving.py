"""What comes over a connection: kept once, answered, applied in the order of sending, set aside with a reason."""

import datetime as dt
import itertools
import json
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from journeys.foundation.acting import act
from journeys.foundation.errors import Invalid, Stale
from journeys.store import (
    Appointment,
    DiagnosticReport,
    Encounter,
    InterfaceEffect,
    InterfaceMessage,
    Location,
    Observation,
    Patient,
    PatientIdentifier,
    PatientTelecom,
    Referral,
)
from journeys.store.importing.load import Choices, load
from journeys.sync.keep_connection import keep_connection
from journeys.sync.retry_message import retry_message
from journeys.sync.settle_message import settle_message
from tests.servers import Database
from tests.unit.sync.conftest import NOW, Emr, bytes_of, plan
from tests.unit.sync.messages import SARAH, booked, header, merged, ordered, registered, reported

pytestmark = pytest.mark.store

Read = Callable[..., Any]
RACERS = 8


def test_a_message_is_kept_sealed_and_applied(emr: Emr, read: Read) -> None:
    emr.bring(registered())
    message = emr.messages()[0]
    assert (message.sender, message.control_id, message.kind) == ("EHR|CITY", "A1", "ADT^A28")
    assert message.sent_at == dt.datetime(2026, 5, 1, 14, tzinfo=dt.UTC)
    assert b"Mitchell" not in message.raw_sealed
    assert message.raw == bytes_of(registered()).decode()
    assert emr.states() == [("applied", [])]
    assert emr.rung == ["interfaces", *emr.rung[1:]]
    ((sarah,),) = read(select(Patient))
    assert (sarah.name, sarah.birth_date, sarah.gender) == ("Sarah Ann Mitchell", dt.date(1974, 3, 5), "female")
    assert phones(read) == [("+12125550123", "usable")]
    ((known,),) = read(select(PatientIdentifier))
    assert (known.value, known.system, known.type_code) == ("100", "urn:hl7-v2:CITY", "MR")
    assert read(select(Location.slug).where(Location.id == sarah.managing_location_id)) == [("riverside",)]


def test_the_same_message_again_changes_nothing(emr: Emr, read: Read) -> None:
    first, again = emr.send(registered(), registered())
    assert (first.is_new, again.is_new, again.refusal) == (True, False, None)
    emr.bring()
    emr.bring(registered())
    assert [(each.status, each.repeats) for each in emr.messages()] == [("applied", 2)]
    assert len(read(select(InterfaceEffect))) == 1


def test_another_message_under_the_same_control_id_is_taken_and_marked(emr: Emr) -> None:
    emr.bring(registered(), registered(patient=SARAH.replace("Ann", "Amy"), at="20260501110000"))
    assert [each.reuses_control_id for each in emr.messages()] == [False, True]
    assert [each.status for each in emr.messages()] == ["applied", "applied"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("MSH|^~", "has a header that is too short to say how it is cut"),
        (SARAH, "does not begin with a header (MSH)"),
        (header("", "X"), "does not say what kind of message it is (MSH-9)"),
        (header("QBP^Q11", "X"), "is of a kind that is not taken here (MSH-9)"),
        (registered().replace("|P|2.5.1", "|D|2.5.1"), "is not meant for care (MSH-11)"),
        (registered().replace("|P|2.5.1", "|P|3.0"), "is of a version that is not taken here (MSH-12)"),
    ],
)
def test_what_can_never_be_taken_is_refused_and_kept(emr: Emr, text: str, says: str) -> None:
    (taken,) = emr.send(text)
    assert taken.refusal is not None
    assert taken.refusal.says == says
    assert emr.states() == [("refused", [says])]


def test_only_known_applications_may_send(emr: Emr) -> None:
    act(emr.house, emr.an_act(), keep_connection, plan(senders=("LAB|MAIN",)), 1)
    (taken,) = emr.send(registered())
    assert taken.refusal is not None
    assert "MSH-3" in taken.refusal.says


def test_who_has_no_number_waits_for_a_person_who_settles_it(emr: Emr) -> None:
    emr.bring(registered(patient="PID|1||||Doe^John"))
    assert emr.states() == [("set-aside", ["names no patient by a number of theirs (PID-3)"])]
    uid = emr.messages()[0].uid
    act(emr.house, emr.an_act(), settle_message, uid)
    with pytest.raises(Stale):
        act(emr.house, emr.an_act(), retry_message, uid)
    assert [each.settled_by for each in emr.messages()] == ["test:emr"]


def test_what_was_set_aside_goes_in_when_it_is_tried_again(emr: Emr, read: Read, make: sessionmaker[Session]) -> None:
    emr.bring(registered())
    with make.begin() as session:
        row = session.scalars(select(InterfaceMessage)).one()
        row.status, row.applied_at, row.problems = "set-aside", None, [{"says": "test"}]
    act(emr.house, emr.an_act(), retry_message, emr.messages()[0].uid)
    emr.bring()
    assert emr.states() == [("applied", [])]
    assert len(read(select(Patient))) == 1


def test_a_referral_its_appointment_and_its_result_find_each_other(emr: Emr, read: Read) -> None:
    emr.bring(registered(), ordered(), booked(), reported())
    assert emr.states() == [("applied", [])] * 4
    ((referral,),) = read(select(Referral))
    ((visit,),) = read(select(Appointment))
    ((report,),) = read(select(DiagnosticReport))
    ((finding,),) = read(select(Observation))
    assert (visit.referral_id, report.referral_id) == (referral.id, referral.id)
    assert (visit.status, visit.start_at) == ("booked", dt.datetime(2026, 5, 20, 14, 30, tzinfo=dt.UTC))
    assert visit.end_at == dt.datetime(2026, 5, 20, 15, tzinfo=dt.UTC)
    assert (report.status, report.severity) == ("final", "abnormal")
    assert (finding.value_number, finding.value_unit, finding.code) == (Decimal("7.1"), "%", "4548-4")


SEVEN = (
    registered(),
    registered("A2", "20260501103000", SARAH.replace("5550123", "5550199")),
    ordered(),
    booked(),
    booked("S2", "20260502090000", "S13", "202605211030"),
    reported("R1", "20260520110000", "P", "7.0"),
    reported("R2", "20260520120000", "C", "7.2"),
)


def state_of(read: Read) -> list[Any]:
    """What is known in the end, without the numbers of rows."""
    columns = (
        select(Patient.birth_date, Patient.gender),
        select(
            *(Appointment.status, Appointment.start_at, Appointment.end_at, Appointment.display),
            Appointment.referral_id.is_not(None),
        ),
        select(DiagnosticReport.status, DiagnosticReport.severity, DiagnosticReport.referral_id.is_not(None)),
        select(Observation.status, Observation.value_number),
        select(Referral.priority, Referral.ordered_at, Referral.source_status),
    )
    return [*(read(each) for each in columns), [each for each in phones(read) if each[1] == "usable"]]


def phones(read: Read) -> list[tuple[str, str]]:
    """The phone numbers that are known, and what is known of them."""
    found = read(select(PatientTelecom).where(PatientTelecom.system == "phone").order_by(PatientTelecom.id))
    return [(row.value, row.status) for (row,) in found]


def orders() -> list[tuple[int, ...]]:
    """Ten of the 5,040 orders, spread evenly over all of them."""
    return list(itertools.islice(itertools.permutations(range(7)), 0, None, 504))


def test_whatever_the_order_of_arrival_the_end_is_the_same(emr: Emr, read: Read, make: sessionmaker[Session]) -> None:
    emr.bring(*SEVEN)
    wanted = state_of(read)
    assert wanted[3] == [("corrected", Decimal("7.2"))]
    assert wanted[5] == [("+12125550199", "usable")]
    for number, order in enumerate(orders()):
        city = f"C{number}"
        other = Emr.__new__(Emr)
        other.__dict__ = {**emr.__dict__}
        other.connection = act(emr.house, emr.an_act(), keep_connection, plan(slug=f"city-{number}"))
        before = {model: {row.id for (row,) in read(select(model))} for model in MODELS}
        other.bring(*(SEVEN[place].replace("CITY", city) for place in order))
        fresh = fresh_state(read, before)
        assert fresh == wanted, order


MODELS = (Patient, Appointment, DiagnosticReport, Observation, Referral, PatientTelecom)


def fresh_state(read: Read, before: dict[Any, set[int]]) -> list[Any]:
    """The same of rows that were not there before."""

    def limited(statement: Any) -> Any:
        model = statement.column_descriptions[0]["entity"]
        return read(statement.where(model.id.not_in(before[model])))

    return state_of(limited)


def test_an_empty_field_changes_nothing_and_a_null_takes_away(emr: Emr, read: Read) -> None:
    emr.bring(registered())
    emr.bring(registered("A2", "20260502100000", "PID|1||100^^^CITY^MR||Mitchell^Sarah||||||||"))
    ((sarah,),) = read(select(Patient))
    assert sarah.birth_date == dt.date(1974, 3, 5)
    emr.bring(registered("A3", "20260503100000", 'PID|1||100^^^CITY^MR||Mitchell^Sarah||""||||||""'))
    ((sarah,),) = read(select(Patient))
    assert sarah.birth_date is None
    assert [status for _, status in phones(read)] != ["usable"]


@pytest.mark.parametrize(("said", "language"), [("spa^Spanish^ISO639", "es"), ("EN", "en"), ("por-br", "pt-BR")])
def test_languages_are_named_as_texts_name_them(emr: Emr, read: Read, said: str, language: str) -> None:
    emr.bring(registered(patient=f"{SARAH}||{said}"))
    assert read(select(Patient.language)) == [(language,)]


def test_a_clock_in_the_future_does_not_outlast_what_comes_after(emr: Emr, read: Read) -> None:
    emr.bring(registered("A1", "20990101000000", SARAH.replace("|F|", "|M|")), registered("A2", "20260531100000"))
    emr.bring(registered("A3", "20260601110000"))
    assert read(select(Patient.gender)) == [("female",)]


def test_names_that_no_index_holds_are_cut_and_answered_whole(emr: Emr) -> None:
    long = "x" * 5_000
    (taken,) = emr.send(registered(long))
    assert taken.message is not None
    assert taken.message.control_id == long
    assert [len(each.control_id) for each in emr.messages()] == [200]


def test_a_number_of_more_digits_than_json_has_stays_a_text(emr: Emr, read: Read) -> None:
    emr.bring(registered(), reported(value="1" * 400), reported("R2", "20260520130000", value="7.5"))
    assert emr.states() == [("applied", [])] * 3
    assert read(select(Observation.value_number)) == [(Decimal("7.5"),)]


def test_a_laboratory_never_changes_who_a_patient_is(emr: Emr, read: Read) -> None:
    emr.bring(registered(), reported().replace("Sarah^Ann", "Sally"))
    assert [row.name for (row,) in read(select(Patient))] == ["Sarah Ann Mitchell"]


def test_merged_records_are_one_whoever_comes_first(emr: Emr, read: Read) -> None:
    double = SARAH.replace("100^", "200^")
    emr.bring(registered(), merged(), registered("A2", "20260501100500", double))
    people = {row.name: row for (row,) in read(select(Patient))}
    assert len(people) <= 2
    gone = [row for row in (each for (each,) in read(select(Patient))) if row.merged_into_id is not None]
    assert len(gone) == 1
    assert not gone[0].active


def test_what_moves_between_people_waits_for_a_person(emr: Emr) -> None:
    emr.bring(merged().replace("A40", "A43"))
    assert [status for status, _ in emr.states()] == ["set-aside"]


def visit(said: dict[int, str]) -> str:
    """A PV1 of one visit, with what is said besides."""
    fields = {1: "1", 2: "O", 3: "CLINIC^^^CITY", 19: "V5^^^CITY^VN", **said}
    return "|".join(["PV1", *(fields.get(number, "") for number in range(1, 46))])


def test_a_visit_ends_and_a_correction_of_it_does_not_open_it_again(emr: Emr, read: Read) -> None:
    begun = f"{header('ADT^A04', 'V1')}\n{SARAH}\n{visit({44: '202605011000'})}"
    ended = f"{header('ADT^A03', 'V2', '20260501110000')}\n{SARAH}\n{visit({44: '202605011000', 45: '202605011030'})}"
    corrected = f"{header('ADT^A08', 'V3', '20260501120000')}\n{SARAH}\n{visit({})}"
    emr.bring(begun, ended, corrected)
    ((seen,),) = read(select(Encounter))
    assert (seen.status, seen.class_code) == ("finished", "AMB")
    assert seen.start_at == dt.datetime(2026, 5, 1, 14, tzinfo=dt.UTC)
    assert seen.end_at == dt.datetime(2026, 5, 1, 14, 30, tzinfo=dt.UTC)


def test_a_code_means_what_the_connection_says(emr: Emr, read: Read) -> None:
    codes = {"http://loinc.org|4548-4": "http://loinc.org|17856-6"}
    act(emr.house, emr.an_act(), keep_connection, plan(codes=codes), 1)
    emr.bring(reported())
    assert [row.code for (row,) in read(select(Observation))] == ["17856-6"]


def test_two_ways_of_one_system_know_one_patient(emr: Emr, read: Read, tmp_path: Any, database: Database) -> None:
    known = {"system": "http://city.example/mrn", "value": "100"}
    resource = {"resourceType": "Patient", "id": "emr-7", "identifier": [known], "gender": "female"}
    (tmp_path / "patients.ndjson").write_text(json.dumps(resource))
    load(emr.house, NOW - dt.timedelta(days=1), "test:fhir", [tmp_path], Choices(source="city", branch="riverside"))
    act(emr.house, emr.an_act(), keep_connection, plan(authorities={"CITY": "http://city.example/mrn"}), 1)
    emr.bring(registered(), reported())
    ((sarah,),) = read(select(Patient))
    assert sarah.name == "Sarah Ann Mitchell"
    assert [row.patient_id for (row,) in read(select(Observation))] == [sarah.id]


def test_of_many_who_open_a_connection_of_one_name_one_does_and_the_others_read_that_it_is_there(emr: Emr) -> None:
    together = threading.Barrier(RACERS)

    def race(_: int) -> str:
        together.wait()
        try:
            act(emr.house, emr.an_act(), keep_connection, plan(slug="clinic-lab"))
        except Invalid as refused:
            return refused.problems[0].where
        return "kept"

    with ThreadPoolExecutor(RACERS) as racers:
        ends = Counter(racers.map(race, range(RACERS)))
    assert ends == {"kept": 1, "slug": RACERS - 1}


def test_whoever_is_added_after_a_deletion_is_there_again(emr: Emr, read: Read) -> None:
    deleted = f"{header('ADT^A29^ADT_A21', 'D1', '20260501110000')}\n{SARAH}"
    emr.bring(registered(), deleted)
    assert [row.active for (row,) in read(select(Patient))] == [False]
    emr.bring(registered("A2", "20260501120000"))
    assert [row.active for (row,) in read(select(Patient))] == [True]


def test_a_plan_that_cannot_be_kept_says_everything_that_is_wrong(emr: Emr) -> None:
    wrong = plan(
        slug="No", name={"en": ""}, branch="nowhere", zone="Mars/Base", port=80, region="XX", character_set="EBCDIC"
    )
    with pytest.raises(Invalid) as refused:
        act(emr.house, emr.an_act(), keep_connection, wrong)
    assert {each.where for each in refused.value.problems} == {
        *("slug", "name", "branch", "zone", "port", "region", "character_set")
    }


def test_two_connections_never_listen_at_one_place(emr: Emr) -> None:
    act(emr.house, emr.an_act(), keep_connection, plan(slug="one", port=2575))
    with pytest.raises(Invalid, match="listens there"):
        act(emr.house, emr.an_act(), keep_connection, plan(slug="two", port=2575))
