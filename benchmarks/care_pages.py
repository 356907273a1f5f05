"""The pages of `care`: one patient with 5,000 entries among all the others, opened by somebody who works everywhere.

The bare side sends the very statements of one opening, with their values, over one connection of the same role, and
reads every row: no session, no rights, no forms, no words, no page. It keeps those prepared that the portal keeps.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from psycopg import Connection, connect
from sqlalchemy import Engine, event, text

from benchmarks.lists import give_branches, percentile
from journeys.foundation import database
from launcher.web import keep_what_is_there
from tests.figures import Figure, at_most, told
from tests.portal.house import sign_in

REQUESTS = 60
WARM = 5
MOST_OF_LIST = 1.0
MOST_OF_BARE = 3.0

AT = "CAST(:now AS timestamptz) - n * interval '7 hours'"
CODED = "'http://loinc.org', (ARRAY['8480-6', '4548-4', '29463-7', '718-7'])[1 + n % 4], 'Entry ' || n"
ENTRIES = {
    "observation": (2500, f"'final', {CODED}, {AT}, n % 90 + 70, 'mm[Hg]'", "effective_at, value_number, value_unit"),
    "encounter": (800, f"'finished', {CODED}, {AT}", "start_at"),
    "appointment": (700, f"'fulfilled', {CODED}, {AT}", "start_at"),
    "procedure": (400, f"'completed', {CODED}, {AT}", "performed_at"),
    "medication_request": (300, f"'active', {CODED}, {AT}", "authored_at"),
    "condition": (200, f"'active', {CODED}, {AT}", "onset_at"),
    "immunization": (100, f"'completed', {CODED}, {AT}", "occurrence_at"),
}
"""Table → how many, their values, and the columns after those that all have."""


@dataclass(frozen=True)
class Sent:
    """A statement as it was sent."""

    statement: str
    values: Any
    is_kept: bool


def give_entries(owner: Engine, patient_id: int, now: Any) -> None:
    """5,000 entries for one patient."""
    with owner.begin() as connection:
        for table, (count, values, columns) in ENTRIES.items():
            connection.execute(
                text(
                    f"INSERT INTO {table} (patient_id, status, code_system, code, display, {columns})"
                    f" SELECT :patient, {values} FROM generate_series(1, {count}) AS n"
                ),
                {"patient": patient_id, "now": now},
            )
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def of_pages(app: Flask, owner: Engine, now: Any) -> Iterator[Figure]:
    """The patient's page and its timeline beside the first page of the list, and beside their bare statements."""
    give_branches(owner)
    with owner.connect() as connection:
        patient_id, uid = connection.execute(text("SELECT id, uid FROM patient ORDER BY id OFFSET 999 LIMIT 1")).one()
    give_entries(owner, patient_id, now)
    carl = app.test_client()
    assert sign_in(carl, "carl") == 303
    part = {"X-Waymark-Partial": "1"}
    asks: dict[str, Callable[[], object]] = {
        "list": lambda: page_of(carl, "/patients/"),
        "page": lambda: page_of(carl, f"/patients/{uid}/"),
        "timeline": lambda: page_of(carl, f"/patients/{uid}/timeline", part),
    }
    sent = {name: statements_of(asks[name]) for name in ("page", "timeline")}
    keep_what_is_there()
    url = owner.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with connect(url, options=f"-c role={database.PORTAL}") as bare:
        asks |= {f"bare-{name}": lambda every=every: send(bare, every) for name, every in sent.items()}
        times = milliseconds(asks)
    yield from judged(times, {name: len(every) for name, every in sent.items()})


def judged(times: dict[str, list[float]], counts: dict[str, int]) -> Iterator[Figure]:
    """The figures of what was measured."""
    for name, measured in times.items():
        yield told(f"care.pages.{name}.p50", percentile(measured, 50))
        yield told(f"care.pages.{name}.p95", percentile(measured, 95))
    for name, count in counts.items():
        p95 = percentile(times[name], 95)
        yield told(f"care.pages.{name}.statements", count)
        yield at_most(f"care.pages.{name}.p95-of-list", p95 / percentile(times["list"], 95), MOST_OF_LIST)
        yield at_most(f"care.pages.{name}.p95-of-bare", p95 / percentile(times[f"bare-{name}"], 95), MOST_OF_BARE)


def milliseconds(asks: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Of each, round after round; the first rounds warm everything up."""
    times: dict[str, list[float]] = {name: [] for name in asks}
    for number in range(WARM + REQUESTS):
        for name, ask in asks.items():
            begin = time.perf_counter()
            ask()
            if number >= WARM:
                times[name].append(1000 * (time.perf_counter() - begin))
    return times


def page_of(client: FlaskClient, address: str, headers: dict[str, str] | None = None) -> None:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, (answer.status_code, address)


def statements_of(ask: Callable[[], object]) -> list[Sent]:
    """What one request sends, once everything is warm."""
    ask()
    with every_statement() as sent:
        ask()
    return sent


@contextmanager
def every_statement() -> Iterator[list[Sent]]:
    """Everything that any engine sends meanwhile."""
    sent: list[Sent] = []

    def keep(_connection, _cursor, statement, values, context, many) -> None:
        each = values if many else [values]
        is_kept = bool(context and "prepared" in context.execution_options)
        sent.extend(Sent(statement, dict(one) if one else None, is_kept) for one in each)

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", keep)


def send(bare: Connection, every: list[Sent]) -> None:
    """Send the statements in one transaction, and read what they find."""
    with bare.transaction(), bare.cursor() as cursor:
        for each in every:
            cursor.execute(each.statement, each.values, prepare=each.is_kept)
            if cursor.description is not None:
                cursor.fetchall()
