"""Changes of a small world, made alike in its rows and in the database it was written into."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from journeys.store.organisation import Location
from journeys.store.people import Patient
from tests.oracle_parts import DAY, moved
from tests.unit.criteria import dice as st
from tests.unit.criteria import histories
from tests.world import COLUMNS, TABLES, Row, World, write_records

REFERENCES = set(histories.NAMES) - {"language", "plan_status"}
PLAIN = ("birth_date", "gender", "language", "payer_class", "preferred_channel", "deceased", "time_zone")
A_MOMENT = dt.timedelta(microseconds=1)
Drawer = Any


def change(draw: Drawer, world: World, session: Session) -> str:
    """One change of a drawn kind; its name, for who reads a failure."""
    ways = [remove_record, move_record, shift_record, add_record, change_patient, move_branch, merge_patient]
    way = draw(st.sampled_from(ways))
    way(draw, world, session)
    return str(way.__name__)


def a_record(draw: Drawer, world: World) -> tuple[str, Row] | None:
    """Some record of the world."""
    rows = [(table, row) for table, rows in sorted(world.records.items()) for row in rows if table != "enrolment"]
    return draw(st.sampled_from(rows)) if rows else None


def remove_record(draw: Drawer, world: World, session: Session) -> None:
    found = a_record(draw, world)
    if found:
        table, row = found
        session.execute(delete(TABLES[table]).where(TABLES[table].id == row["_id"]))
        world.records[table].remove(row)


def move_record(draw: Drawer, world: World, session: Session) -> None:
    found = a_record(draw, world)
    # a message stays in its patient's lane; of a guideline there is one open due item
    if found and found[0] not in {"message", "due_item"}:
        table, row = found
        row["patient"] = draw(st.sampled_from([each["name"] for each in world.patients]))
        values = {"patient_id": world.ids[row["patient"]]}
        session.execute(update(TABLES[table]).where(TABLES[table].id == row["_id"]).values(**values))


def shift_record(draw: Drawer, world: World, session: Session) -> None:
    """Give one of its dates another value; never so that it would end before it begins."""
    found = a_record(draw, world)
    if not found:
        return
    table, row = found
    starts = {
        "end_at",
        "until_at",
        "valid_until",
        "completed_at",
        "ended_at",
        "sent_at",
        "start_at",
        "from_at",
        "valid_from",
        "closed_at",
        "opened_at",
    }
    if row.get("status", "accepted") in {"accepted", "delivered"}:
        # a message that left was written with the time at which it was planned
        starts.add("planned_at")
    dates = [key for key, value in row.items() if isinstance(value, dt.datetime) and key not in starts]
    if dates:
        key = draw(st.sampled_from(dates))
        row[key] = draw(histories.instants(world.now))
        column = COLUMNS.get((table, key), key)
        session.execute(update(TABLES[table]).where(TABLES[table].id == row["_id"]).values(**{column: row[key]}))


def add_record(draw: Drawer, world: World, session: Session) -> None:
    tables = sorted(set(world.records) - {"enrolment"})
    if not tables:
        return
    table = draw(st.sampled_from(tables))
    make = {"consent": histories.consent, "telecom": histories.telecom}.get(table)
    row = make(draw, world.now) if make else histories.record(draw, world.now, histories.RECORDS[table])
    row = histories.mended(table, {key: value for key, value in row.items() if key not in REFERENCES})
    row["patient"] = draw(st.sampled_from([each["name"] for each in world.patients]))
    write_records(world, session, table, [row], {})
    world.records[table].append(row)


def change_patient(draw: Drawer, world: World, session: Session) -> None:
    """Let a patient have the facts of another drawn one."""
    row = draw(st.sampled_from(world.patients))
    drawn = histories.patient(draw, world.now, row["name"])
    for name in PLAIN:
        row.pop(name, None)
    row.update({name: drawn[name] for name in PLAIN if name in drawn})
    values = {name: drawn.get(name) for name in PLAIN}
    session.execute(update(Patient).where(Patient.id == world.ids[row["name"]]).values(**values))


def move_branch(draw: Drawer, world: World, session: Session) -> None:
    """Give a branch another zone."""
    slug = draw(st.sampled_from(sorted(world.branches)))
    world.branches[slug] = draw(st.sampled_from(histories.ZONES))
    session.execute(update(Location).where(Location.slug == slug).values(time_zone=world.branches[slug]))


def merge_patient(draw: Drawer, world: World, session: Session) -> None:
    """Merge a patient into another one."""
    if len(world.patients) < 3:
        return
    gone = draw(st.sampled_from(world.patients))
    world.patients.remove(gone)
    kept = world.ids[world.patients[0]["name"]]
    session.execute(update(Patient).where(Patient.id == world.ids[gone["name"]]).values(merged_into_id=kept))


def moments_after(draw: Drawer, world: World) -> Iterator[dt.datetime]:
    """Later moments, in order: at a date of a record or when a day begins that a rule may mean, or just beside that;
    and when a new day has begun."""
    beside = st.sampled_from([dt.timedelta(0), A_MOMENT, -A_MOMENT])
    dates = {value for rows in world.records.values() for row in rows for value in row.values()}
    instants = [each for each in dates if isinstance(each, dt.datetime)]
    edges = [begins for each in dates if isinstance(each, dt.date) for begins in beginnings(world, each)]
    for moments in draw(st.permutations([instants, edges])):
        later = sorted({each for each in moments if world.now < each < world.now + 800 * DAY})
        if later:
            yield draw(st.sampled_from(later)) + draw(beside)
            break
    yield world.now + dt.timedelta(days=draw(st.sampled_from([0, 1, 30])), hours=draw(st.integers(0, 26)))


def beginnings(world: World, date: dt.date) -> Iterator[dt.datetime]:
    """When the days a span before and after a date begin, and the ones after them, for somebody."""
    for zone in {zone_of(world, row) for row in world.patients}:
        day = date.astimezone(zone).date() if isinstance(date, dt.datetime) else date
        for span in histories.SPANS:
            for sign in (-1, 1):
                there = moved(day, {unit: sign * number for unit, number in span.items()})
                for each in (there, there + DAY):
                    yield dt.datetime.combine(each, dt.time(), zone).astimezone(dt.UTC)


def zone_of(world: World, patient: Row) -> ZoneInfo:
    """The zone in which a patient's days are counted."""
    return ZoneInfo(patient.get("time_zone") or world.branches.get(patient.get("branch", "")) or "UTC")
