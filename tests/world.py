"""Small worlds for rules: patients and what happened to them, drawn as tables or generated, written into a database.

A world speaks the language of rules: its rows have a rule's names (`branch`, `class`, `value`), and this module alone
knows which columns they go to. `tests/oracle.py` reads the same rows, so the two never share the engine's code.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, Numeric, Uuid, insert, select
from sqlalchemy.orm import Session

from journeys.criteria.custom.facts import FieldInRules
from journeys.criteria.known import Known, ValueSet
from journeys.foundation.zones import ensure_zones
from journeys.store import (
    Appointment,
    CarePlan,
    CarePlanActivity,
    Condition,
    Consent,
    Definition,
    DefinitionVersion,
    Department,
    DiagnosticReport,
    DueItem,
    Encounter,
    Enrolment,
    Episode,
    Immunization,
    KeptRecord,
    Location,
    MedicationRequest,
    Message,
    Observation,
    Organization,
    Patient,
    PatientLocation,
    PatientTelecom,
    Practitioner,
    Procedure,
    Programme,
    Referral,
    Request,
    ServiceLine,
    Source,
    SourceLink,
    SourceRecord,
    Task,
    TaskQueue,
    TreatmentCourse,
    ValueSetCode,
)

Row = dict[str, Any]

KEPT = {
    "allergy": "AllergyIntolerance",
    "communication": "Communication",
    "coverage": "Coverage",
    "device_request": "DeviceRequest",
    "document": "DocumentReference",
    "medication_administration": "MedicationAdministration",
    "medication_dispense": "MedicationDispense",
    "medication_statement": "MedicationStatement",
    "outside_task": "Task",
    "service_request": "ServiceRequest",
}
"""The kinds of records that are kept whole, with the resources that they are."""

TABLES = {
    "appointment": Appointment,
    "care_plan_activity": CarePlanActivity,
    "condition": Condition,
    "consent": Consent,
    "diagnostic_report": DiagnosticReport,
    "due_item": DueItem,
    "encounter": Encounter,
    "enrolment": Enrolment,
    "episode": Episode,
    "immunization": Immunization,
    "medication_request": MedicationRequest,
    "message": Message,
    "observation": Observation,
    "procedure": Procedure,
    "referral": Referral,
    "request": Request,
    "task": Task,
    "telecom": PatientTelecom,
    "treatment_course": TreatmentCourse,
    **dict.fromkeys(KEPT, KeptRecord),
}

REASONED = ("procedure", "immunization", "medication_request", "observation", *KEPT)
"""The tables that say why something was or was not done."""

COLUMNS = {
    ("encounter", "class"): "class_code",
    ("observation", "value"): "value_number",
    ("observation", "unit"): "value_unit",
    ("patient", "branch"): "managing_location_id",
    ("appointment", "branch"): "location_id",
    ("encounter", "branch"): "location_id",
    ("referral", "branch"): "from_location_id",
    ("appointment", "department"): "department_id",
    ("appointment", "service_line"): "service_line_id",
    ("encounter", "service_line"): "service_line_id",
    ("referral", "service_line"): "service_line_id",
    ("task", "queue"): "queue_id",
    ("enrolment", "journey"): "definition_id",
    ("appointment", "practitioner"): "practitioner_id",
    ("encounter", "practitioner"): "practitioner_id",
    ("encounter", "organization"): "organization_id",
    ("referral", "organization"): "to_organization_id",
    ("episode", "programme"): "programme_id",
    ("request", "branch"): "location_id",
    ("referral", "to_branch"): "to_location_id",
    ("due_item", "guideline"): "guideline_id",
    ("due_item", "about"): "about_id",
    ("encounter", "discharge"): "discharge_code",
    **{(table, "reason"): "reason_code" for table in REASONED},
}
"""Where a name of the rule language is not the name of the column."""

REFERENCES = (
    "branch",
    "to_branch",
    "department",
    "service_line",
    "queue",
    "journey",
    "practitioner",
    "organization",
    "programme",
    "guideline",
    "about",
)
"""What rows refer to by a name."""

NAMING = ("named", "names", "visit")
"""How a row is called by others, whom it names (`based_on: letter`), and the visit that it belongs to."""

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)

DEFAULTS: Mapping[str, Row] = {
    "appointment": {"status": "booked"},
    "care_plan_activity": {"status": "scheduled"},
    "condition": {"status": "active"},
    "consent": {"decision": "permit", "from_at": LONG_AGO, "source": "test", "recorded_by": "test"},
    "diagnostic_report": {"status": "final", "needs_review": False},
    "due_item": {
        "status": "satisfied",
        "reason": "anchor",
        "severity": "moderate",
        "opened_at": LONG_AGO,
        "status_at": LONG_AGO,
    },
    "encounter": {"status": "finished"},
    "enrolment": {
        "status": "active",
        "step": "first",
        "entered_at": LONG_AGO,
        "step_entered_at": LONG_AGO,
        "entered_by": "test",
    },
    "episode": {"status": "active"},
    "immunization": {"status": "completed"},
    "medication_request": {"status": "active"},
    "message": {
        "direction": "outbound",
        "status": "accepted",
        "purpose": "care",
        "channel": "sms",
        "planned_at": LONG_AGO,
    },
    "observation": {"status": "final"},
    "procedure": {"status": "completed"},
    "referral": {"status": "sent", "priority": "routine", "direction": "outgoing"},
    "request": {"kind": "appointment", "status": "active", "priority": "routine", "received_at": LONG_AGO},
    "task": {"status": "requested", "priority": "routine", "title": {}, "outcomes": [], "created_at": LONG_AGO},
    "telecom": {"system": "phone", "status": "usable", "value_sealed": b""},
    "treatment_course": {"status": "active", "sessions_done": 0},
    **{table: {"status": "active"} for table in KEPT},
}


@dataclass
class World:
    """Everything there is at `now`. Each patient has a `name`; each record says whose it is in `patient`."""

    now: dt.datetime
    patients: list[Row]
    records: dict[str, list[Row]] = field(default_factory=dict)
    branches: dict[str, str | None] = field(default_factory=dict)
    """Slug → zone."""
    value_sets: dict[str, list[tuple[str | None, str]]] = field(default_factory=dict)
    """Slug → (code system, code)."""
    segments: dict[str, Row] = field(default_factory=dict)
    custom: Mapping[str, FieldInRules] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    """Name of a patient → id, once written."""
    version_ids: dict[str, int] = field(default_factory=dict)
    """Slug of a value set → id of its version, once written."""

    @property
    def known(self) -> Known:
        """What rules may name in this world."""
        sets = {slug: ValueSet(slug, self.version_ids.get(slug, 0), {"en": slug}, 0) for slug in self.value_sets}
        return Known(self.segments, sets, self.custom)

    def of(self, table: str, name: str) -> list[Row]:
        """The records of one patient, with what is not said filled in."""
        rows = [{**DEFAULTS[table], **row} for row in self.records.get(table, []) if row["patient"] == name]
        if table != "service_request":
            return rows
        answers = self.of("diagnostic_report", name)
        orders = [{**row, "_answers": answers} for row in rows]
        return [{**row, "_beside": orders} for row in orders]


def drawn(text: str, table: str) -> list[Row]:
    """Rows of a table drawn with `|` between its columns; an empty cell is not known, `#` begins a comment."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip() and not line.strip().startswith("#")]
    heads, *rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    assert all(len(row) == len(heads) for row in rows), f"A row of {table} has not as many cells as its head"
    return [{head: read(cell, table, head) for head, cell in zip(heads, row, strict=True) if cell} for row in rows]


def read(cell: str, table: str, name: str) -> Any:
    """A cell as the kind of value that its column holds."""
    if name in {"name", "patient", "plan_status", "plan_code", *NAMING, *REFERENCES}:
        return cell
    if name == "known_at":
        return [slug.strip() for slug in cell.split(",")]
    mapped = Patient if table == "patient" else TABLES[table]
    kind = mapped.__table__.c[COLUMNS.get((table, name), name)].type
    if isinstance(kind, DateTime):
        moment = dt.datetime.fromisoformat(cell)
        return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    if isinstance(kind, Date):
        return dt.date.fromisoformat(cell)
    if isinstance(kind, Uuid):
        return uuid.UUID(cell)
    if isinstance(kind, Boolean):
        return {"yes": True, "no": False}[cell]
    if isinstance(kind, Numeric):
        return Decimal(cell)
    return int(cell) if kind.python_type is int else cell


def write(world: World, session: Session) -> None:
    """Write a world into an empty database and remember the patients' ids."""
    zones = {row["time_zone"] for row in world.patients if row.get("time_zone")}
    ensure_zones(session, zones | {zone for zone in world.branches.values() if zone})
    references = write_places(world, session)
    write_value_sets(world, session)
    for row in world.patients:
        values = {key: value for key, value in row.items() if key not in {"name", "branch", "known_at"}}
        if "branch" in row:
            values["managing_location_id"] = references["branch", row["branch"]]
        patient = Patient(**values)
        session.add(patient)
        session.flush()
        world.ids[row["name"]] = patient.id
        belongs = [references["branch", slug] for slug in row.get("known_at", [])]
        session.add_all([PatientLocation(patient_id=patient.id, location_id=each) for each in belongs])
    for table, rows in world.records.items():
        if rows:
            write_records(world, session, table, rows, references)
    write_names(world, session)


def write_places(world: World, session: Session) -> dict[tuple[str, str], int]:
    """Write the branches, queues and journeys that rows refer to; (kind, slug) → id."""
    made: dict[tuple[str, str], Any] = {}
    for slug, zone in world.branches.items():
        made["branch", slug] = Location(slug=slug, name=slug, time_zone=zone)
    home = Location(slug="the-departments", name="Home of departments")
    made.update({("to_branch", slug): made["branch", slug] for slug in world.branches})
    session.add_all([*made.values(), home])
    session.flush()
    for rows in world.records.values():
        for row in rows:
            for kind in REFERENCES[2:]:
                if kind in row and (kind, row[kind]) not in made:
                    made[kind, row[kind]] = place(kind, row[kind], home)
    session.add_all(made.values())
    session.flush()
    return {key: thing.id for key, thing in made.items()}


def place(kind: str, slug: str, home: Location) -> Any:
    """Something that rows refer to by its slug."""
    if kind == "department":
        return Department(slug=slug, name={}, location_id=home.id)
    if kind == "service_line":
        return ServiceLine(slug=slug, name={})
    if kind == "queue":
        return TaskQueue(slug=slug, name={})
    if kind == "programme":
        return Programme(slug=slug, name={})
    if kind == "organization":
        return Organization(name=slug)
    if kind == "practitioner":
        return Practitioner(uid=uuid.UUID(slug)) if is_uid(slug) else Practitioner(username=slug)
    kind = "guideline" if kind in {"guideline", "about"} else "journey"
    return Definition(kind=kind, slug=slug, name={}, changed_by="test")


def is_uid(slug: str) -> bool:
    """Whether somebody without a username is meant."""
    return slug.count("-") == 4


def write_value_sets(world: World, session: Session) -> None:
    """Write the value sets with their codes, and remember their versions."""
    for slug, codes in world.value_sets.items():
        definition = Definition(kind="value-set", slug=slug, name={}, changed_by="test")
        version = version_of(made(session, definition), 1)
        world.version_ids[slug] = made(session, version)
        session.add_all(
            [
                ValueSetCode(version_id=version.id, position=place, system=system, code=code)
                for place, (system, code) in enumerate(codes)
            ]
        )
    session.flush()


def version_of(definition_id: int, number: int) -> DefinitionVersion:
    """A version of a definition whose content does not matter."""
    more = {"format": 1, "content": {}, "checksum": "", "published_at": LONG_AGO, "published_by": "test"}
    return DefinitionVersion(definition_id=definition_id, number=number, **more)


def write_records(
    world: World, session: Session, table: str, rows: Sequence[Row], references: Mapping[tuple[str, str], int]
) -> None:
    """Write the records of one table; `_id` of each row is the id it got."""
    for row in rows:
        values: Row = {**DEFAULTS[table], "patient_id": world.ids[row["patient"]]}
        for key, value in row.items():
            if key in {"patient", "_id", "plan_status", "plan_code", *NAMING}:
                continue
            is_reference = (key, value) in references if isinstance(value, str) else False
            values[COLUMNS.get((table, key), key)] = references[key, value] if is_reference else value
        values.update(needed(session, table, row, values))
        statement = insert(TABLES[table]).values(**values).returning(TABLES[table].id)
        row["_id"] = session.scalar(statement)


def write_names(world: World, session: Session) -> None:
    """Write which rows name which others, and which visit they belong to."""
    placed = [(table, row) for table, rows in world.records.items() for row in rows]
    called = {row["named"]: (table, row) for table, row in placed if "named" in row}
    for table, row in placed:
        mine = TABLES[table].__table__
        if "visit" in row:
            _, visit = called[row["visit"]]
            session.execute(mine.update().where(mine.c.id == row["_id"]).values(encounter_id=visit["_id"]))
        if "names" in row:
            name, target = row["names"].split(": ")
            record = session.get_one(SourceRecord, source_record_of(session, table, row))
            named = session.get_one(SourceRecord, source_record_of(session, *called[target]))
            link = {"resource_type": named.resource_type, "outside_id": named.outside_id, "source_id": named.source_id}
            made(session, SourceLink(source_record_id=record.id, name=name, **link))


def source_record_of(session: Session, table: str, row: Row) -> int:
    """The source record of a row; made where it has none."""
    mine = TABLES[table].__table__
    found = session.scalar(select(mine.c.source_record_id).where(mine.c.id == row["_id"]))
    if found is None:
        found = made_record(session, KEPT.get(table, table))
        session.execute(mine.update().where(mine.c.id == row["_id"]).values(source_record_id=found))
    return int(found)


def made_record(session: Session, resource_type: str) -> int:
    """A record of a source with an id of its own."""
    source = session.scalar(select(Source.id)) or made(session, Source(slug="a-source", name={}))
    content = {"hash": bytes(32), "raw_sealed": b""}
    record = SourceRecord(source_id=source, resource_type=resource_type, outside_id=str(uuid.uuid4()), **content)
    return made(session, record)


def needed(session: Session, table: str, row: Row, values: Row) -> Row:
    """What the constraints of a table ask for beside what the world says."""
    if table == "message":
        is_sent = values["status"] in {"accepted", "delivered"}
        sent = {"sent_at": values.get("sent_at") or values["planned_at"]} if is_sent else {}
        asked = {"asks": {"type": "number"}} if "question" in values and "asks" not in values else {}
        return {"lane": values["patient_id"] & 255, **sent, **asked}
    if table == "task":
        done = {"completed_at": values.get("completed_at") or LONG_AGO, "completed_by": "test"}
        queue = {} if "queue_id" in values else {"queue_id": made(session, TaskQueue(slug="any", name={}))}
        return {**queue, **(done if values["status"] == "completed" else {})}
    if table == "care_plan_activity":
        plan = CarePlan(
            patient_id=values["patient_id"], status=row.get("plan_status", "active"), code=row.get("plan_code")
        )
        return {"care_plan_id": made(session, plan), "position": 1}
    if table in KEPT:
        return {"resource_type": KEPT[table], "source_record_id": made_record(session, KEPT[table])}
    if table == "diagnostic_report":
        return needed_of_report(row)
    if table == "due_item":
        return needed_of_due(session, row, values)
    return needed_of_enrolment(session, values) if table == "enrolment" else {}


def needed_of_due(session: Session, row: Row, values: Row) -> Row:
    """A version of the guideline, records that say so; what has ended has been satisfied, and counts from one."""
    more: Row = {"queue": row.get("queue", "recall")}
    more.update({"tier": values["tier"] - 1} if "tier" in values else {})
    more.update({"step": values["step"] - 1} if "step" in values else {})
    if "guideline_id" in values:
        number = session.query(DefinitionVersion).filter_by(definition_id=values["guideline_id"]).count() + 1
        more["version_id"] = made(session, version_of(values["guideline_id"], number))
    if "recalled_at" in values:
        more["recalled_by"] = "test"
    if "met_on" in values:
        more.update({"met": 0, "met_record_id": 1})
    if values["reason"] == "exclusion":
        more["excluded_by"] = 0
    if values["status"] == "ended":
        ended = {"closed_at": values.get("closed_at") or LONG_AGO, "outcome": values.get("outcome", "left")}
        more.update({"status": "satisfied", **ended})
    return more


def needed_of_report(row: Row) -> Row:
    """Who acknowledged it, and who told the patient."""
    acknowledged = {"acknowledged_by": "test"} if "acknowledged_at" in row else {}
    return {**acknowledged, **({"informed_by": "test", "informed_how": "call"} if "informed_at" in row else {})}


def needed_of_enrolment(session: Session, values: Row) -> Row:
    """A journey with a version; an ended enrolment stands at no step and has a reason."""
    journey = values.get("definition_id") or made(
        session, Definition(kind="journey", slug=f"journey-{values['patient_id']}", name={}, changed_by="test")
    )
    number = session.query(DefinitionVersion).filter_by(definition_id=journey).count() + 1
    version = version_of(journey, number)
    more: Row = {"definition_id": journey, "version_id": made(session, version), "lane": values["patient_id"] & 255}
    if values["status"] in {"completed", "revoked", "entered-in-error"}:
        ended = {"ended_at": values.get("ended_at") or LONG_AGO, "ended_reason": values.get("ended_reason", "end")}
        more.update({"step": None, **ended})
    return more


def made(session: Session, row: Any) -> int:
    """The id of a row that something refers to."""
    if isinstance(row, TaskQueue):
        known = session.query(TaskQueue).filter_by(slug=row.slug).one_or_none()
        if known is not None:
            return int(known.id)
    session.add(row)
    session.flush()
    return int(row.id)
