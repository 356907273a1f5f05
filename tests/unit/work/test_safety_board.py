"""The board: what is past its limit, by the calendar of the place, once each, the worst first, within the scope."""

import datetime as dt

import pytest
from sqlalchemy import update

from journeys.foundation.acting import Act, House, Scope, act
from journeys.foundation.audit import AuditEntry
from journeys.foundation.calendars import BusinessCalendar, write_out
from journeys.foundation.database import OWNER, PORTAL, connect, sessions
from journeys.store.clinical import DiagnosticReport
from journeys.store.configuration import Definition
from journeys.store.referrals import Referral
from journeys.store.tasks import Task, TaskQueue
from journeys.work.clocks.safety_board import Wanted, safety_board
from tests import make
from tests.make import NOON
from tests.unit.work.watching import DAY, HOUR, RESULT, SENT, STILL, referral, result, standing, watch

pytestmark = pytest.mark.store

FRIDAY = dt.datetime(2026, 2, 27, 17, 0, tzinfo=dt.UTC)
"""Noon of the Friday before NOON, a Tuesday: two working days end when that Tuesday's work does, at 22:00 UTC."""
TUESDAY_EVENING = dt.datetime(2026, 3, 3, 22, 0, tzinfo=dt.UTC)


def test_working_days_are_those_of_the_queue_and_end_when_its_work_does(clinic):
    watch(clinic, "sent", SENT)
    friday = referral(clinic, FRIDAY)
    [kind] = clinic.do(safety_board).kinds
    [line] = kind.lines
    assert (line.subject_id, line.deadline, line.since) == (friday, TUESDAY_EVENING, FRIDAY)
    assert (kind.late, kind.soon) == (0, 1)
    clinic.now = TUESDAY_EVENING
    assert clinic.do(safety_board).kinds[0].late == 1


def test_working_days_are_those_of_the_branch_before_the_queue_s(clinic):
    def open_on_saturdays(session, _):
        hours = {str(day): [["08:00", "12:00"]] for day in range(1, 7)}
        calendar = BusinessCalendar(
            slug="six", name={"en": "Six days"}, zone="America/New_York", hours=hours, closed_days=[]
        )
        make.added(session, calendar)
        write_out(session, calendar, NOON.date() - 30 * DAY)
        place = make.branch(session, calendar_id=calendar.id)
        return standing(session, Referral, at=place, status="sent", status_at=FRIDAY)

    watch(clinic, "sent", SENT)
    clinic.do(open_on_saturdays)
    [line] = clinic.do(safety_board).kinds[0].lines
    assert line.deadline == dt.datetime(2026, 3, 2, 17, 0, tzinfo=dt.UTC)


def test_without_a_calendar_a_working_day_is_a_day(clinic):
    watch(clinic, "sent", SENT)
    clinic.do(lambda session, _: session.execute(update(TaskQueue).values(calendar_id=None)))
    referral(clinic, NOON - 3 * DAY)
    assert clinic.do(safety_board).kinds[0].lines[0].deadline == NOON - DAY


def test_the_first_limit_that_fits_holds(clinic):
    watch(clinic, "result", RESULT)
    critical = result(clinic, NOON - 2 * HOUR, severity="critical")
    abnormal = result(clinic, FRIDAY, severity="abnormal")
    result(clinic, NOON - 2 * HOUR)
    [kind] = clinic.do(safety_board).kinds
    assert [line.subject_id for line in kind.lines] == [critical, abnormal]
    assert [line.deadline for line in kind.lines] == [NOON - HOUR, TUESDAY_EVENING - DAY]
    assert [line.risk for line in kind.lines] == [2, 1]


def test_only_what_the_clock_is_about(clinic):
    watch(clinic, "sent", {**SENT, "limit": {"hours": 4}, "where": {"priority": ["urgent", "stat"]}})
    urgent = referral(clinic, NOON - 5 * HOUR, priority="urgent")
    referral(clinic, NOON - 5 * HOUR)
    assert [line.subject_id for line in clinic.do(safety_board).kinds[0].lines] == [urgent]


def test_one_thing_stands_there_once_by_the_clock_that_matters_most(clinic):
    watch(clinic, "sent", SENT)
    watch(clinic, "still", STILL)
    old, young = referral(clinic, NOON - 50 * DAY), referral(clinic, NOON - 9 * DAY)
    [kind] = clinic.do(safety_board).kinds
    assert [(line.subject_id, line.clock.slug, line.clocks) for line in kind.lines] == [
        (old, "still", 2),
        (young, "sent", 1),
    ]
    assert (kind.late, kind.high) == (2, 1)


def test_a_hard_limit_makes_it_red(clinic):
    watch(clinic, "sent", {**SENT, "limit": {"days": 2}, "hard_limit": {"days": 5}})
    hard, soft = referral(clinic, NOON - 6 * DAY), referral(clinic, NOON - 4 * DAY)
    lines = clinic.do(safety_board).kinds[0].lines
    assert [(line.subject_id, line.risk, line.hard_at) for line in lines] == [
        (hard, 2, NOON - DAY),
        (soft, 0, NOON + DAY),
    ]


def test_a_row_goes_only_when_the_thing_itself_says_so(clinic):
    watch(clinic, "sent", SENT)
    number = referral(clinic, NOON - 9 * DAY)
    assert clinic.do(safety_board).late == 1
    task = {"focus_kind": "referral", "focus_id": number, "title": {"en": "Call"}, "outcomes": [], "created_at": NOON}

    def work_on_it(session, _):
        patient = session.get(Referral, number).patient_id
        queue = session.query(TaskQueue).one().id
        return make.added(
            session, Task(patient_id=patient, queue_id=queue, owner="nina", status="accepted", **task)
        ).uid

    uid = clinic.do(work_on_it)
    [line] = clinic.do(safety_board).kinds[0].lines
    assert (line.task, line.owner) == (uid, "nina")
    clinic.do(lambda session, _: session.execute(update(Task).values(status="cancelled")))
    [line] = clinic.do(safety_board).kinds[0].lines
    assert (line.task, line.owner) == (None, None)
    clinic.do(lambda session, _: session.execute(update(Referral).values(status="cancelled")))
    assert clinic.do(safety_board).kinds == ()


def test_filters_narrow_and_sums_follow(clinic):
    watch(clinic, "sent", SENT)
    watch(clinic, "result", RESULT)

    def at_two_branches(session, _):
        for slug in ("riverside", "harbour"):
            standing(session, Referral, at=make.branch(session, slug), status="sent", status_at=NOON - 9 * DAY)
        standing(session, DiagnosticReport, status="final", needs_review=True, received_at=NOON - 20 * DAY)

    clinic.do(at_two_branches)
    boards = {
        name: clinic.do(safety_board, Wanted(**each))
        for name, each in {
            "all": {},
            "kind": {"entity": "result"},
            "place": {"location": "harbour"},
            "queue": {"queue": "recall"},
            "nobody": {"owner": "nobody"},
            "nina": {"owner": "nina"},
            "old": {"days": 10},
            "high": {"risk": 2},
        }.items()
    }
    found = {"all": 3, "kind": 1, "place": 1, "queue": 3, "nobody": 3, "nina": 0, "old": 1, "high": 0}
    assert {name: board.late for name, board in boards.items()} == found
    assert boards["place"].kinds[0].lines[0].location == "Harbour"


def test_one_kind_is_walked_through_page_by_page(clinic, monkeypatch):
    monkeypatch.setattr("journeys.work.clocks.safety_board.MANY", 2)
    watch(clinic, "sent", SENT)
    watch(clinic, "still", STILL)
    numbers = [referral(clinic, NOON - days * DAY) for days in (60, 50, 9, 9, 7)]
    seen, after, sums = [], None, set()
    while True:
        [kind] = clinic.do(safety_board, Wanted("referral", after=after)).kinds
        seen += [line.subject_id for line in kind.lines]
        sums.add((kind.late, kind.high))
        after = kind.after
        if after is None:
            break
    assert seen == numbers
    assert sums == {(5, 2)}
    assert clinic.do(safety_board, Wanted("referral", after=(5, NOON, "z", 1))).kinds == ()


def test_a_kind_shows_its_first_lines_and_counts_the_rest(clinic, monkeypatch):
    monkeypatch.setattr("journeys.work.clocks.safety_board.FEW", 1)
    watch(clinic, "sent", SENT)
    for days in (8, 9):
        referral(clinic, NOON - days * DAY)
    [kind] = clinic.do(safety_board).kinds
    assert (len(kind.lines), kind.late, kind.after) == (1, 2, kind.lines[0].place)


def test_it_is_one_statement_however_much_there_is(clinic):
    counts = []
    watch(clinic, "sent", SENT)
    watch(clinic, "result", RESULT)
    for _ in range(2):
        for _ in range(4):
            referral(clinic, NOON - 9 * DAY)
        clinic.do(safety_board)
        counts.append(len([each for each in clinic.statements if "FROM referral" in each]))
        assert (
            len([each for each in clinic.statements if each.startswith(("SELECT definition", "WITH", "SELECT"))]) <= 4
        )
    assert counts == [1, 1]


def test_nothing_is_in_force_and_nothing_stands_still(clinic):
    assert not clinic.do(safety_board).has_clocks
    watch(clinic, "sent", SENT)
    board = clinic.do(safety_board)
    assert (board.kinds, board.has_clocks, board.late) == ((), True, 0)
    retired = update(Definition).where(Definition.kind == "safety-clock").values(status="retired")
    clinic.do(lambda session, _: session.execute(retired.values(live_version_id=None)))
    assert not clinic.do(safety_board).has_clocks


def test_a_branch_sees_its_own_and_the_audit_says_whose_names_were_shown(clinic, database):
    watch(clinic, "sent", SENT)

    def at_two_branches(session, _):
        places = [make.branch(session, slug) for slug in ("riverside", "harbour")]
        for place in places:
            standing(session, Referral, at=place, status="sent", status_at=NOON - 9 * DAY)
        return places[0].id

    here = clinic.do(at_two_branches)
    engine = connect(database.url, PORTAL)
    board = act(House(sessions(engine)), Act(NOON, "user:nina", Scope(frozenset({here}))), safety_board)
    [line] = board.kinds[0].lines
    assert (board.late, line.location, line.patient.name) == (1, "Riverside", "Ada Example")
    engine.dispose()
    owner = connect(database.url, OWNER)
    with sessions(owner)() as session:
        [row] = session.query(AuditEntry).filter_by(verb="work.safety_board", actor="user:nina").all()
    owner.dispose()
    assert (row.action, row.patient_ids) == ("R", [line.patient.id])
