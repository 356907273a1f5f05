"""What is older than its rule goes, what something still needs stays, and what is said of both is true."""

import datetime as dt

import pytest
from sqlalchemy import func, select, text

from journeys.contact.ledger.balance import Period, balance
from journeys.flow.retention import walking
from journeys.flow.retention.change_rule import change_rule
from journeys.flow.retention.note_failure import note_failure
from journeys.flow.retention.preview_rule import preview_rule
from journeys.flow.retention.remove_old import BETWEEN_RUNS, GRACE, remove_old
from journeys.flow.seeing.why import ENDED, ENTERED, MESSAGE_HELD, NO_LONGER_KEPT, why
from journeys.flow.steps import SENDING
from journeys.foundation import advisory, audit
from journeys.store.enrolments import Enrolment, EnrolmentHistory
from journeys.store.events import Event
from journeys.store.retention import FLOORS
from tests.make import NOON
from tests.unit.flow.clinic import a_journey, a_step
from tests.unit.flow.retention.conftest import THEN, counts, rule, rules

pytestmark = pytest.mark.store

STEPS = {
    "hello": a_step("send_message", "pause", template="hello"),
    "pause": a_step("wait", "end", for_={"days": 1}),
    "end": a_step("end"),
}
AGAIN = a_journey(STEPS, reentry={"allowed": "after-exit"})
OF_JOURNEYS = ("message_candidate", "message", "enrolment", "enrolment_history", "event")

SETTLE = text("UPDATE message SET status = 'held', reasons = '{consent-missing}', decided_at = planned_at")
DECIDE = text(
    "INSERT INTO message_candidate (message_id, patient_id, channel, rung, decided_at, stage, rules_version, facts,"
    " failed, reasons, verdict) SELECT id, patient_id, 'sms', 0, planned_at, 'plan', '1', '{}', 1,"
    " '{consent-missing}', 'suppress' FROM message WHERE status = 'held'"
)


@pytest.fixture
def walked(old_clinic):
    """Three patients have walked the whole journey; what was decided about their messages is settled."""
    old_clinic.publish(AGAIN)
    old_clinic.people(3)
    old_clinic.enrol()
    old_clinic.run()
    old_clinic.pass_time(days=1)
    old_clinic.do(lambda session, _: (session.execute(SETTLE), session.execute(DECIDE)))
    assert counts(old_clinic, *OF_JOURNEYS)["enrolment_history"] == 9
    return old_clinic


@pytest.fixture
def and_one_waits(walked):
    """A fourth came later and has waited since; the others come no more."""
    walked.do(lambda session, _: session.execute(text("UPDATE patient SET active = false")))
    [late] = walked.people(1)
    walked.enrol()
    walked.run()
    walked.late = late
    walked.do(lambda session, _: session.execute(text("UPDATE enrolment SET due_at = NULL WHERE ended_at IS NULL")))
    return walked


def account(clinic):
    return clinic.do(balance, Period(THEN, THEN + dt.timedelta(days=30)), SENDING, "step")


def test_without_a_rule_nothing_goes(walked, keeper) -> None:
    before = counts(walked, *OF_JOURNEYS)
    keeper.work()
    assert counts(walked, *OF_JOURNEYS, "retention_run") == {**before, "retention_run": 0}


def test_everything_about_a_finished_journey_goes_in_one_day(walked, keeper) -> None:
    # the three who walked come in once more, because the journey allows it: they are under way
    walked.do(
        lambda session, _: session.execute(text("UPDATE definition SET status = 'retired', live_version_id = NULL"))
    )
    rules(walked)
    keeper.work()
    assert counts(walked, *OF_JOURNEYS) == dict.fromkeys(OF_JOURNEYS, 0)
    with walked.sessions() as session:
        assert session.scalar(text("SELECT to_regclass('event_2015_03')")) is None
        assert session.scalar(text("SELECT to_regclass('enrolment_history_2015_03')")) is None
        assert session.scalar(text("SELECT to_regclass('audit_entry_2015_03')")) is None
    assert [keeper.run_of(name).removed for name in OF_JOURNEYS[:4]] == [3, 3, 3, 9]
    assert keeper.run_of("enrolment_history").months[0] == "2015-03"
    assert account(walked).adds_up


def test_whoever_is_under_way_keeps_all_that_explains_them(and_one_waits, keeper) -> None:
    clinic = and_one_waits
    uid = clinic.enrolment(patient_id=clinic.late).uid
    explained = clinic.do(why, uid)
    rules(clinic)
    keeper.work()
    assert {row.patient_id for row in clinic.all(Enrolment)} == {clinic.late}
    assert {row.patient_id for row in clinic.all(EnrolmentHistory)} == {clinic.late}
    assert {row.patient_id for row in clinic.all(Event)} == {clinic.late}
    assert clinic.do(why, uid)[:-1] == explained[:-1]
    run = keeper.run_of("enrolment_history")
    assert (run.removed, run.kept, "2015-03" in run.months) == (9, {"under-way": 1}, False)
    assert keeper.run_of("message").kept == {"unsettled": 1}


def test_who_has_ended_long_ago_is_told_that_the_way_is_no_longer_kept(walked, keeper) -> None:
    uid = walked.all(Enrolment)[0].uid
    assert NO_LONGER_KEPT not in [line.says for line in walked.do(why, uid)]
    rule(walked, "enrolment_history", 13)
    keeper.work("enrolment_history")
    assert [line.says for line in walked.do(why, uid)] == [ENTERED, NO_LONGER_KEPT, MESSAGE_HELD, ENDED]


def test_the_ledger_adds_up_after_each_table_alone(and_one_waits, keeper) -> None:
    clinic = and_one_waits
    assert account(clinic).total.planned == 4
    rules(clinic)
    for name in FLOORS:
        keeper.work(name)
        found = account(clinic)
        assert found.total.adds_up, name
    assert found.adds_up
    assert found.total.planned == 1


@pytest.mark.parametrize(
    ("reentry", "year", "stays"),
    [
        ({"allowed": "never"}, 2026, True),
        ({"allowed": "cool-down", "days": 3_660}, 2024, True),
        ({"allowed": "cool-down", "days": 3_660}, 2026, False),
        ({"allowed": "after-exit"}, 2026, False),
    ],
)
def test_nobody_is_forgotten_who_would_come_in_again(old_clinic, keeper, reentry, year, stays) -> None:
    clinic = old_clinic
    clinic.publish(a_journey({"pause": STEPS["pause"], "end": STEPS["end"]}, reentry=reentry))
    clinic.people(2)
    clinic.enrol()
    clinic.run()
    clinic.pass_time(days=1)
    rule(clinic, "enrolment", 13)
    clinic.do(lambda session, _: session.execute(text("UPDATE retention_rule SET changed_at = '2016-01-01'")))
    keeper.now = NOON.replace(year=year)
    clinic.now = keeper.now
    could_enter = not stays
    keeper.work("enrolment")
    assert len(clinic.all(Enrolment)) == (2 if stays else 0)
    assert keeper.run_of("enrolment").kept == ({"re-entry": 2} if stays else {})
    assert (clinic.enrol() > 0) == could_enter


def test_a_rule_removes_nothing_for_a_day_and_can_be_taken_back(walked, keeper) -> None:
    walked.now = NOON
    walked.do(change_rule, "message_candidate", 72, 0)
    keeper.now = NOON + GRACE - dt.timedelta(seconds=1)
    keeper.work()
    assert counts(walked, "message_candidate") == {"message_candidate": 3}
    walked.do(change_rule, "message_candidate", None, 1)
    keeper.now = NOON + 3 * GRACE
    keeper.work()
    assert counts(walked, "message_candidate", "retention_run") == {"message_candidate": 3, "retention_run": 0}


def test_a_run_that_is_at_work_ends_when_the_rule_changes(walked, keeper, monkeypatch) -> None:
    monkeypatch.setattr(walking, "BATCH", 1)
    rule(walked, "message_candidate", 72)
    assert keeper.do(remove_old, "message_candidate")
    walked.now = NOON + dt.timedelta(minutes=1)
    walked.do(change_rule, "message_candidate", None, 1)
    keeper.now = NOON + dt.timedelta(minutes=2)
    keeper.work()
    run = keeper.run_of("message_candidate")
    assert (run.removed, run.ended_at) == (1, keeper.now)
    assert counts(walked, "message_candidate") == {"message_candidate": 2}


def test_each_batch_is_bounded_and_the_next_goes_on_where_it_ended(walked, keeper, monkeypatch) -> None:
    monkeypatch.setattr(walking, "BATCH", 2)
    rule(walked, "message_candidate", 72)
    left = []
    while keeper.do(remove_old, "message_candidate"):
        left.append(counts(walked, "message_candidate")["message_candidate"])
    assert (left, counts(walked, "message_candidate")) == ([1], {"message_candidate": 0})
    assert keeper.run_of("message_candidate").removed == 3
    keeper.now += BETWEEN_RUNS - dt.timedelta(seconds=1)
    assert not keeper.do(remove_old, "message_candidate")
    assert counts(walked, "retention_run") == {"retention_run": 1}


def test_what_is_removed_stands_in_the_audit_of_the_same_transaction(walked, keeper, owner) -> None:
    rule(walked, "message_candidate", 72)
    keeper.work("message_candidate")
    with owner.connect() as connection:
        found = connection.execute(
            text("SELECT verb, action, detail FROM audit_entry WHERE subject = 'message_candidate'")
        )
        [(verb, action, detail)] = [tuple(row) for row in found if row.action == "D"]
    assert (verb, action, detail["removed"], detail["kept"]) == ("flow.remove_old", "D", 3, {})


def test_without_the_audit_nothing_is_removed(walked, keeper, monkeypatch) -> None:
    rules(walked)
    before = counts(walked, *OF_JOURNEYS)

    def broken(*_: object) -> None:
        raise OSError("the audit cannot be written")

    monkeypatch.setattr(audit, "write", broken)
    for name in FLOORS:
        with pytest.raises(OSError, match="cannot be written"):
            keeper.do(remove_old, name)
    assert counts(walked, *OF_JOURNEYS, "retention_run") == {**before, "retention_run": 0}


def test_two_at_once_do_not_remove_the_same(walked, keeper) -> None:
    rules(walked)
    with walked.sessions.begin() as session:
        session.execute(select(func.pg_advisory_xact_lock(advisory.RETENTION)))
        assert not keeper.do(remove_old, "message_candidate")
    assert keeper.do(remove_old, "message_candidate") is False
    assert counts(walked, "message_candidate") == {"message_candidate": 0}


def test_whoever_works_on_a_table_is_not_made_to_wait_for_a_month(walked, keeper) -> None:
    rule(walked, "event", 13)
    with walked.sessions.begin() as session:
        session.execute(text("LOCK TABLE event IN ACCESS SHARE MODE"))
        with pytest.raises(Exception, match="lock timeout"):
            keeper.do(remove_old, "event")
    keeper.do(note_failure, "event", "OperationalError")
    keeper.work("event")
    assert keeper.run_of("event").error is None


@pytest.mark.parametrize("name", ["message_candidate", "message", "enrolment"])
def test_the_preview_says_what_the_run_does(and_one_waits, keeper, name: str) -> None:
    clinic = and_one_waits
    clinic.now = NOON
    seen = clinic.do(preview_rule, name, FLOORS[name].months)
    rule(clinic, name, FLOORS[name].months)
    keeper.work(name)
    run = keeper.run_of(name)
    assert (seen.rows, dict(seen.kept), seen.is_more) == (run.removed, run.kept, False)


def test_former_members_go_and_present_ones_stay(old_clinic, keeper) -> None:
    people = old_clinic.people(2)
    stay = text(
        "INSERT INTO segment_member (segment_id, patient_id, entered_at, left_at)"
        " SELECT min(id), :patient, :at, :left FROM definition"
    )
    old_clinic.do(
        lambda session, _: [
            session.execute(stay, {"patient": people[0], "at": THEN, "left": THEN + dt.timedelta(days=1)}),
            session.execute(stay, {"patient": people[1], "at": THEN, "left": None}),
        ]
    )
    rule(old_clinic, "segment_member", 13)
    old_clinic.now = NOON
    assert old_clinic.do(preview_rule, "segment_member", 13).rows == 1
    keeper.work("segment_member")
    with old_clinic.sessions() as session:
        assert session.scalars(text("SELECT patient_id FROM segment_member")).all() == [people[1]]
