"""The states of a referral, as the database keeps them: what may follow what, the history, what counts as progress."""

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from journeys.foundation.acting import enter
from journeys.foundation.database import OWNER, connect
from journeys.store import Referral, ReferralHistory
from journeys.store.referrals import CHAIN, MOVES, OVER, REFERRAL_STATUSES
from journeys.store.setting_up.setup import ensure_roles, migrate, prepare
from tests.make import NOON, added, an_act, person
from tests.servers import Database

pytestmark = pytest.mark.store

A_DAY = dt.timedelta(days=1)
Make = sessionmaker[Session]
Read = Callable[..., Any]


def a_referral(session: Session, status: str = "draft", **facts: Any) -> Referral:
    values = {"patient_id": person(session).id, "status_at": NOON, "ordered_at": NOON}
    return added(session, Referral(status=status, **{**values, **facts}))


def move(session: Session, referral_id: int, status: str, at: dt.datetime = NOON, **facts: Any) -> None:
    moved = update(Referral).where(Referral.id == referral_id).values(status=status, status_at=at, **facts)
    session.execute(moved.execution_options(synchronize_session=False))


def test_the_database_allows_the_moves_of_the_table_and_no_other(make: Make) -> None:
    wrong = []
    with make.begin() as session:
        patient_id = person(session).id
        for old, new in itertools.permutations(REFERRAL_STATUSES, 2):
            referral = added(session, Referral(patient_id=patient_id, status=old, status_at=NOON))
            try:
                with session.begin_nested():
                    move(session, referral.id, new)
                is_allowed = True
            except IntegrityError as error:
                assert "move_allowed" in str(error.orig)
                is_allowed = False
            if is_allowed != (new in MOVES[old]):
                wrong.append((old, new, is_allowed))
    assert wrong == []


def test_every_state_leads_to_the_end() -> None:
    for start in REFERRAL_STATUSES:
        reached, ahead = {start}, [start]
        while ahead:
            new = set(MOVES[ahead.pop()]) - reached
            reached |= new
            ahead.extend(new)
        assert "closed" in reached, start


def test_nothing_is_closed_that_nobody_reviewed() -> None:
    before = {state for state, following in MOVES.items() if "closed" in following}
    assert before == {"patient-informed"}
    assert {state for state, following in MOVES.items() if "patient-informed" in following} == {"reviewed"}
    assert {state for state, following in MOVES.items() if "reviewed" in following} == {"results-received"}


def test_every_change_of_a_state_is_written_down(make: Make, read: Read) -> None:
    with make.begin() as session:
        enter(session, an_act(by="user:nina"))
        referral = a_referral(session)
        move(session, referral.id, "sent", NOON + A_DAY)
        move(session, referral.id, "sent", NOON + 2 * A_DAY, due_at=NOON)
    rows = read(select(ReferralHistory.number, ReferralHistory.from_status, ReferralHistory.to_status))
    assert sorted(rows) == [(1, None, "draft"), (2, "draft", "sent")]
    assert set(read(select(ReferralHistory.by))) == {("user:nina",)}
    assert read(select(Referral.moves)) == [(2,)]


def test_who_moves_it_with_a_reason_writes_the_row(make: Make, read: Read) -> None:
    with make.begin() as session:
        referral = a_referral(session, "sent")
        told = ReferralHistory(
            referral_id=referral.id, patient_id=referral.patient_id, number=2, at=NOON, by="user:nina"
        )
        told.from_status, told.to_status, told.why, told.note = "sent", "declined", "full", "No room before May"
        added(session, told)
        move(session, referral.id, "declined")
    kept = read(select(ReferralHistory).where(ReferralHistory.number == 2))
    assert [(row.why, row.note) for (row,) in kept] == [("full", "No room before May")]
    with pytest.raises(IntegrityError, match="tells another move"), make.begin() as session:
        told = ReferralHistory(referral_id=referral.id, patient_id=referral.patient_id, number=3, at=NOON, by="x")
        told.from_status, told.to_status = "declined", "cancelled"
        added(session, told)
        move(session, referral.id, "sent")


def test_to_and_fro_is_no_progress(make: Make, read: Read) -> None:
    ways = ["sent", "accepted", "scheduled", "no-show", "scheduled", "accepted", "scheduled"]
    with make.begin() as session:
        referral = a_referral(session, "draft")
        for days, status in enumerate(ways, 1):
            move(session, referral.id, status, NOON + days * A_DAY)
    assert read(select(Referral.last_progress_at)) == [(NOON + 3 * A_DAY,)]


def test_a_result_that_leads_back_begins_the_time_anew(make: Make, read: Read) -> None:
    with make.begin() as session:
        referral = a_referral(session, "closed")
        move(session, referral.id, "results-received", NOON + A_DAY)
        move(session, referral.id, "reviewed", NOON + 2 * A_DAY)
    assert read(select(Referral.last_progress_at, Referral.reached)) == [
        (NOON + 2 * A_DAY, CHAIN.index("reviewed") + 1)
    ]


def test_nobody_says_more_than_there_was(make: Make, read: Read) -> None:
    with make.begin() as session:
        a_referral(session, "sent", moves=7, reached=9)
    assert read(select(Referral.moves, Referral.reached)) == [(1, 2)]


REFERRALS = """
WITH somebody AS (
    INSERT INTO patient (uid, name_sealed, deceased) VALUES (gen_random_uuid(), NULL, false) RETURNING id
)
INSERT INTO referral (patient_id, status, ordered_at, status_at)
SELECT id, status, '2026-01-01', changed::timestamptz
FROM somebody, (VALUES ('rejected', '2026-02-01'), ('scheduled', NULL)) AS given(status, changed)
"""


def test_referrals_of_before_have_a_history_and_the_new_words(empty_database: Database) -> None:
    engine = connect(empty_database.owner_url, OWNER)
    with engine.begin() as connection:
        ensure_roles(connection)
        migrate(connection, "0048")
        connection.execute(text(REFERRALS))
    prepare(empty_database.owner_url)
    with engine.connect() as connection:
        kept = connection.execute(
            select(Referral.status, Referral.last_progress_at, Referral.reached).order_by("status")
        )
        assert kept.all() == [
            ("declined", dt.datetime(2026, 2, 1, tzinfo=dt.UTC), 0),
            ("scheduled", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), 5),
        ]
        told = select(ReferralHistory.number, ReferralHistory.to_status).order_by(ReferralHistory.to_status)
        assert connection.execute(told).all() == [(1, "declined"), (1, "scheduled")]
    with engine.begin() as connection, pytest.raises(DBAPIError, match="move_allowed"):
        connection.execute(text("UPDATE referral SET status = 'closed' WHERE status = 'declined'"))
    engine.dispose()
    assert set(OVER) < set(REFERRAL_STATUSES)
