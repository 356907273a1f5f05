"""One plain, valid row for every table, made from the tables themselves: what constraints and policies are tried on."""

import datetime as dt
import re
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, Column, Connection, Table, insert
from sqlalchemy.types import ARRAY, Boolean, Date, DateTime, Integer, LargeBinary, Numeric, SmallInteger, Text, Uuid

from journeys.foundation.lanes import lane_of
from journeys.store import Base
from tests.make import NOON

Row = dict[str, Any]


def only_names_its_patient(table: Table) -> bool:
    """Whether a table has a patient's id that is no foreign key: its rows come last."""
    return "patient_id" in table.c and not table.c.patient_id.foreign_keys


TODAY = NOON.date()
TABLES: list[Table] = sorted(Base.metadata.sorted_tables, key=only_names_its_patient)
VALID: dict[str, Row] = {
    "fhir_client": {"scopes": ["system/Patient.r"]},
    "enrolment": {"status": "active", "step": "start"},
    "message": {"status": "planned", "direction": "outbound"},
    "definition": {"status": "draft"},
    "authority": {"purposes": ["care"]},
    # the database has written the first row of each referral's history itself
    "referral_history": {"number": 9},
    "patient_merge": {"kept_id": 1_000_000},
    "match_candidate": {"other_id": 1_000_000},
    "patient_link": {"other_id": 1_000_000},
    "calendar_stretch": {"closes_at": NOON + dt.timedelta(hours=8)},
    "due_item": {"recalled_at": NOON, "recalled_by": "test", "opens_on": TODAY, "due_on": TODAY, "overdue_on": TODAY},
    "due_change": {"to_status": "due"},
    "source_link": {"outside_id": "one"},
    "schedule": {"practitioner_id": 1, "slot_minutes": 30},
    "schedule_block": {"end_at": NOON + dt.timedelta(hours=1)},
    "staff_absence": {"until_at": NOON + dt.timedelta(hours=8)},
    "slot": {"end_at": NOON + dt.timedelta(minutes=30)},
    "backfill": {"end_at": NOON + dt.timedelta(minutes=30), "next_at": NOON},
    "waitlist_offer": {"expires_at": NOON + dt.timedelta(minutes=30)},
    "backfill_plan": {"minutes": 15, "soon_minutes": 30},
    "booking_link": {"good_until": NOON + dt.timedelta(days=1)},
    "risk_model": {"status": "failed"},
    "custom_value": {"type": "number", "value_number": 1, "record_kind": "appointment", "from_at": NOON},
}
"""What a table's checks want beyond one value of each column."""


def checks_of(table: Table) -> dict[str, CheckConstraint]:
    """The checks of a table by their full names."""
    return {str(each.name): each for each in table.constraints if isinstance(each, CheckConstraint)}


def listed_values(check: CheckConstraint) -> list[str]:
    """The values that a check of the form `column IN (…)` allows."""
    return re.findall(r"'([^']*)'", str(check.sqltext))


class Rows:
    """Inserts a row into every table about a patient of a number, each referring to the others of the same number."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.ids: dict[tuple[str, int], int] = {}

    def fill(self, number: int) -> None:
        """One row of every table."""
        for table in TABLES:
            statement = insert(table).values(**self.row(table, number))
            if "id" in table.c and table.name != "audit_entry":
                self.ids[table.name, number] = self.connection.execute(statement.returning(table.c.id)).scalar_one()
            else:
                self.connection.execute(statement.inline())

    def row(self, table: Table, number: int, /, **given: Any) -> Row:
        """A valid row of a table; `given` replaces values."""
        row = {column.name: self.value(column, number) for column in table.c if self.is_wanted(column)}
        for name, check in checks_of(table).items():
            column = name.removeprefix(f"ck_{table.name}_").removesuffix("_known")
            if name.endswith("_known") and column in row:
                # a key that is one of few words: each row has a word of its own
                row[column] = listed_values(check)[number - 1 if table.c[column].primary_key else 0]
        if "lane" in row and "patient_id" in row:
            row["lane"] = lane_of(row["patient_id"])
        for digest in {"hash", "body_hash", "jti_hash"} & row.keys():
            row[digest] = bytes([number]) * 32
        return {**row, **VALID.get(table.name, {}), **given}

    def is_wanted(self, column: Column[Any]) -> bool:
        """Whether a row cannot do without a value here."""
        if column.identity is not None or column.computed is not None or column.server_default is not None:
            return False
        return not column.nullable

    def value(self, column: Column[Any], number: int) -> Any:
        """Some value of the column's type; a reference leads to the row of the same number."""
        for key in column.foreign_keys:
            return self.ids[key.column.table.name, number]
        if column.name == "patient_id":
            return self.ids["patient", number]
        kind = column.type
        for known, value in (
            (ARRAY, []),
            (Boolean, True),
            (DateTime, NOON),
            (Date, NOON.date()),
            (Integer | SmallInteger | Numeric, number),
            (LargeBinary, f"{column.name}-{number}".encode()),
            (Uuid, uuid.uuid4()),
            (Text, f"{column.name}-{number}"),
        ):
            if isinstance(kind, known):
                naive = isinstance(kind, DateTime) and not kind.timezone
                return NOON.replace(tzinfo=None) if naive else value
        return {}


A_DAY = dt.timedelta(days=1)
