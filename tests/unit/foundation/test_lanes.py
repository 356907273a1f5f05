"""Every patient has one lane, and two who want the same lanes take turns instead of waiting for each other."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from journeys.foundation.database import WORKER, connect, sessions
from journeys.foundation.lanes import ALL_LANES, LANES, LOCK_CLASS, lane_of, lanes_of_share, lock_lanes
from journeys.store import Patient
from tests.locks import HELD_OF_CLASS
from tests.make import person
from tests.servers import Database


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = connect(database.url, WORKER)
    yield engine
    engine.dispose()


@given(st.integers(1, 2**62))
def test_a_lane_is_one_of_all(patient_id: int) -> None:
    assert lane_of(patient_id) in ALL_LANES


@given(st.integers(1, LANES))
def test_shares_cover_every_lane_once(shares: int) -> None:
    lanes = [lane for share in range(shares) for lane in lanes_of_share(share, shares)]
    assert sorted(lanes) == list(ALL_LANES)


@pytest.mark.store
def test_the_database_agrees_on_the_lane(engine: Engine) -> None:
    with sessions(engine).begin() as session:
        for _ in range(3):
            person(session, sms=None)
        rows = session.execute(select(Patient.id, Patient.lane)).all()
    assert [lane for _, lane in rows] == [lane_of(number) for number, _ in rows]


@pytest.mark.store
def test_lanes_are_held_until_the_transaction_ends(engine: Engine) -> None:
    with sessions(engine)() as session:
        lock_lanes(session, [9, 3, 3, 200])
        assert session.scalars(HELD_OF_CLASS, {"of": LOCK_CLASS}).all() == [3, 9, 200]
        session.commit()
        assert session.scalars(HELD_OF_CLASS, {"of": LOCK_CLASS}).all() == []
        lock_lanes(session, [])


@pytest.mark.store
def test_two_who_want_the_same_lanes_in_other_orders_both_get_them(engine: Engine) -> None:
    failures: list[BaseException] = []
    together = threading.Barrier(2, timeout=120)

    def work(lanes: list[int]) -> None:
        try:
            together.wait()
            for _ in range(20):
                with sessions(engine).begin() as session:
                    lock_lanes(session, lanes)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(lanes,)) for lanes in ([1, 2, 3, 4], [4, 3, 2, 1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
