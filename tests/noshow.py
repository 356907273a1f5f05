"""The public file of appointments of Vitória as visits of the store's shape; for tests and benchmarks, never shipped.

Every `*.csv` and `*.csv.gz` in the folder is read. Where there are several, the days after all earlier files are those
to judge on.
"""

import csv
import datetime as dt
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from journeys.access.risk.visits import COLUMNS, KEPT, MISSED

FOLDER = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "noshow"
TABLE = "visit_elsewhere"
OUTCOMES = {"Yes": MISSED, "No": KEPT}

Row = dict[str, str]


class Files(NamedTuple):
    """The rows of all files, each appointment once, and the first day to judge on where there is a later file."""

    rows: list[Row]
    judged_from: dt.date | None


def folder() -> Path | None:
    """Where the files are; None where there are none."""
    found = [FOLDER, Path("/work/shared/data/noshow")]
    return next((each for each in found if each.is_dir() and files_in(each)), None)


def files_in(place: Path) -> list[Path]:
    """The files, whatever their names."""
    return [*place.glob("*.csv"), *place.glob("*.csv.gz")]


def read(place: Path) -> Files:
    """All files, in the order of their last days."""
    ordered = sorted((rows_in(file) for file in files_in(place)), key=last_day)
    by_id = {row["AppointmentID"]: row for rows in ordered for row in rows}
    before = max(map(last_day, ordered[:-1]), default=None)
    is_later = before is not None and last_day(ordered[-1]) > before
    return Files(list(by_id.values()), before + dt.timedelta(days=1) if before and is_later else None)


def rows_in(file: Path) -> list[Row]:
    """One file."""
    with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as lines:
        return list(csv.DictReader(lines))


def last_day(rows: list[Row]) -> dt.date:
    """The latest day of a visit."""
    return max(moment_of(row["AppointmentDay"]).date() for row in rows)


def moment_of(said: str) -> dt.datetime:
    """A moment as the file says it; what it calls Z is the clock of Vitória, which does here as well."""
    return dt.datetime.fromisoformat(said.replace("Z", "+00:00"))


def load(connection: Connection, rows: list[Row]) -> None:
    """Write them into a temporary table with the columns of visits."""
    shape = ", ".join(f"{each.name} {each.type.compile(connection.dialect)}" for each in COLUMNS)
    connection.execute(text(f"CREATE TEMPORARY TABLE {TABLE} ({shape})"))
    names = ", ".join(each.name for each in COLUMNS)
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY {TABLE} ({names}) FROM STDIN") as copy:
        for values in visits(rows):
            copy.write_row(values)
    connection.execute(text(f"CREATE INDEX ON {TABLE} (patient_id)"))
    connection.execute(text(f"ANALYZE {TABLE}"))


def visits(rows: list[Row]) -> Iterator[tuple[Any, ...]]:
    """Each row in the order of the columns. Where it was, at what time of day and for what, the file does not say."""
    people: dict[str, int] = {}
    for row in rows:
        starts, booked = moment_of(row["AppointmentDay"]), moment_of(row["ScheduledDay"])
        patient = people.setdefault(row["PatientId"], len(people) + 1)
        age = int(row["Age"]) if int(row["Age"]) >= 0 else None
        minute = booked.hour * 60 + booked.minute
        aided = "aided" if row["Scholarship"] == "1" else "not-aided"
        outcome = OUTCOMES[row["No-show"]]
        when = (starts.date(), None, starts, booked, booked.date(), minute, None)
        yield (int(row["AppointmentID"]), patient, None, *when, outcome, age, None, aided)
