"""What the database itself refuses, whatever a rule or a program says."""

import datetime as dt
import itertools

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from app.views.retention_words import NEVER
from journeys.flow.retention.histories import HISTORIES
from journeys.foundation.database import KEEPER, PORTAL, WORKER
from journeys.store import Base
from journeys.store.retention import FLOORS, GO_WITH_ENROLMENT, NEVER_REMOVED, months_before
from journeys.store.setting_up.keeper import DROPPED_ONLY
from journeys.store.setting_up.partitions import PARTITIONED, ensure_partitions
from tests.make import NOON
from tests.unit.flow.retention.conftest import THEN
from tests.unit.store.rows import Rows

pytestmark = pytest.mark.store

MAY = text("SELECT has_table_privilege(:role, :table, :right)")
BY_ROWS = [name for name in FLOORS if name not in DROPPED_ONLY]
DROP = text("SELECT drop_month_of_history(:table, :month)")


def rights(connection: Connection, right: str) -> set[str]:
    """The tables on which the keeper has a right."""
    asked = {"role": KEEPER, "right": right}
    return {name for name in Base.metadata.tables if connection.scalar(MAY, {**asked, "table": name})}


def test_every_table_that_a_rule_can_be_given_to_is_known_to_both_sides() -> None:
    assert list(HISTORIES) == list(FLOORS)
    assert {name for name, history in HISTORIES.items() if history.is_by_month} == set(PARTITIONED)


def test_how_long_it_is_kept_is_said_of_each_table_once() -> None:
    said = [*FLOORS, *GO_WITH_ENROLMENT, *itertools.chain(*NEVER_REMOVED.values())]
    assert sorted(said) == sorted(Base.metadata.tables)
    assert set(NEVER) == set(NEVER_REMOVED)


def test_the_keeper_deletes_from_fixed_tables_and_changes_nothing_but_its_runs(owner: Engine) -> None:
    with owner.connect() as connection:
        assert rights(connection, "DELETE") == {*BY_ROWS, *GO_WITH_ENROLMENT}
        assert rights(connection, "UPDATE") == {"retention_run"}
        assert rights(connection, "INSERT") == {"audit_entry", "fact_mark", "retention_run"}
        assert rights(connection, "TRUNCATE") == set()
        for kept in ("consent", "definition_version", "definition_review", "patient", "patient_name", "custom_value"):
            assert not connection.scalar(MAY, {"role": KEEPER, "table": kept, "right": "DELETE"})


def test_the_law_keeps_consent_policies_audit_and_decisions_six_years() -> None:
    assert {name for name, floor in FLOORS.items() if floor.months >= 72} == {
        "audit_entry",
        "message",
        "message_candidate",
    }
    assert not {"consent", "definition", "definition_version", "version_pin", "definition_review"} & set(FLOORS)


def test_young_rows_do_not_go_even_when_asked_outright(keeper, clinic) -> None:
    with clinic.sessions.begin() as session:
        Rows(session.connection()).fill(1)
        # the database goes by its own clock
        session.execute(text("UPDATE webhook_call SET planned_at = now() - interval '89 days'"))
    for name in [*BY_ROWS, *GO_WITH_ENROLMENT]:
        with keeper.house.sessions.begin() as session:
            assert session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() > 0
            assert session.execute(text(f"DELETE FROM {name}")).rowcount == 0, name


@pytest.mark.parametrize("name", FLOORS)
def test_no_rule_goes_below_the_floor(owner: Engine, name: str) -> None:
    insert = text("INSERT INTO retention_rule VALUES (:name, :months, now(), 'test', 1)")
    with pytest.raises(IntegrityError, match="keep_months_at_least"), owner.begin() as connection:
        connection.execute(insert, {"name": name, "months": FLOORS[name].months - 1})
    with owner.begin() as connection:
        connection.execute(insert, {"name": name, "months": FLOORS[name].months})


@pytest.mark.parametrize("table", PARTITIONED)
def test_only_a_month_that_is_old_as_a_whole_is_dropped(keeper, owner: Engine, table: str) -> None:
    with owner.begin() as connection:
        youngest = connection.scalar(text("SELECT now()"))
        floor = months_before(youngest, FLOORS[table].months).date()
        ensure_partitions(connection, months_before(youngest, FLOORS[table].months + 2).date())
    within = floor.replace(day=1)
    before = (within - dt.timedelta(days=1)).replace(day=1)
    with pytest.raises(DBAPIError, match="kept longer"), keeper.house.sessions.begin() as session:
        session.execute(DROP, {"table": table, "month": within})
    with keeper.house.sessions.begin() as session:
        session.execute(DROP, {"table": table, "month": before})
        gone = session.scalar(text(f"SELECT to_regclass('{table}_{before:%Y_%m}')"))
        kept = session.scalar(text(f"SELECT to_regclass('{table}_{within:%Y_%m}')"))
    assert (gone, kept) == (None, f"{table}_{within:%Y_%m}")


@pytest.mark.parametrize(
    ("table", "month", "says"),
    [
        ("message", "2015-01-01", "no month of history"),
        ("event", "2015-01-02", "no month of history"),
        ("event; DROP TABLE consent", "2015-01-01", "no month of history"),
        ("event", "1999-01-01", "no such month"),
    ],
)
def test_nothing_else_can_be_dropped(keeper, table: str, month: str, says: str) -> None:
    with pytest.raises(DBAPIError, match=says), keeper.house.sessions.begin() as session:
        session.execute(DROP, {"table": table, "month": dt.date.fromisoformat(month)})


@pytest.mark.parametrize("role", [PORTAL, WORKER])
def test_only_the_keeper_may_have_a_month_dropped(database, owner: Engine, role: str) -> None:
    with owner.begin() as connection:
        ensure_partitions(connection, THEN.date())
    with pytest.raises(ProgrammingError, match="permission denied"), owner.begin() as connection:
        connection.execute(text(f"SET LOCAL ROLE {role}"))
        connection.execute(DROP, {"table": "event", "month": THEN.date().replace(day=1)})


def test_months_before_stop_at_the_end_of_a_shorter_month() -> None:
    assert months_before(dt.datetime(2024, 3, 31, tzinfo=dt.UTC), 13) == dt.datetime(2023, 2, 28, tzinfo=dt.UTC)
    assert months_before(NOON, 12) == NOON.replace(year=NOON.year - 1)
    assert months_before(dt.datetime(2024, 1, 15, tzinfo=dt.UTC), 1) == dt.datetime(2023, 12, 15, tzinfo=dt.UTC)
