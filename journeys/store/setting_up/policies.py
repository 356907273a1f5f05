"""Who may touch which rows: grants of the portal's and the worker's roles and row-level policies by branch.

Every table with a `patient_id` (and `patient` itself) is scoped for the portal role: a row is visible when the
patient belongs to a branch of the act's scope, or the scope is every branch. Without a scope nothing is visible. The
worker role is not scoped. The policies read typed columns only. A test walks the catalogue, so a new table with
patients' data cannot come unprotected."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Table

from journeys.foundation.database import PORTAL, WORKER
from journeys.foundation.tables import Base

BRANCHES = "(SELECT string_to_array(nullif(current_setting('waymark.locations', true), '*'), ',')::bigint[])::bigint[]"
"""Numbers already inside the sub-select, which is evaluated once: a cast outside would read the text for every row. The
second cast does nothing but tell ANY that this is an array and not a query."""

EVERY_BRANCH = "(SELECT current_setting('waymark.locations', true) = '*')"

APPEND_ONLY = ("audit_entry",)
"""Tables into which the roles may only insert."""

UNCHANGING = (
    "definition_version",
    "value_set_code",
    "version_pin",
    "event",
    "enrolment_history",
    "consent",
    "referral_history",
    "appointment_history",
    "message_candidate",
    "retention_run",
    "due_change",
    "text_registration",
    "supply_movement",
)
"""Tables whose rows these two roles never change or delete; the first two have a trigger besides. The keeper removes
what is old (`store.setting_up.keeper`)."""

QUEUES = ("fact_mark", "due_mark")
"""Tables of patients' ids alone, into which either role writes whoever changed: only the worker takes out."""

WORKED_OUT = ("patient_fact", "fact_column", "fact_zone", "attendance_risk")
"""Tables that only the worker's role writes, because they hold nothing but what it worked out."""

SEES_WITHHELD = "(SELECT sees_withheld())"
"""Whether who acts has the role *quality* today, asked once and only where a row is withheld. Staff without it, and
whoever is not known to be a part of this house, see nothing of what may be clinical harm."""

TAKEN_BY = "slot_taken_by(bigint, timestamptz, timestamptz, bigint)"
"""What lies on a slot, looked up with the rights of the tables' owner: no role may have a time that is another's only
because it does not see whose."""

UNSCOPED = ("audit_entry", *QUEUES)
"""Tables that hold patients' ids but are not scoped: not read by the portal role, or true only when read whole."""


def scoped_tables() -> list[Table]:
    """Every table whose rows belong to a patient."""
    tables = Base.metadata.sorted_tables
    return [table for table in tables if patient_column(table) is not None and table.name not in UNSCOPED]


def patient_column(table: Table) -> str | None:
    """The column that names the patient: `id` of the patient table, `patient_id` elsewhere, None where there is
    none."""
    if table.name == "patient":
        return "id"
    return "patient_id" if "patient_id" in table.c else None


def statements() -> Iterator[str]:
    """Every statement, in order; running them again changes nothing."""
    yield f"GRANT USAGE ON SCHEMA public TO {PORTAL}, {WORKER}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {PORTAL}, {WORKER}"
    for table in Base.metadata.sorted_tables:
        yield from grants(table.name)
    for table in scoped_tables():
        yield from policies(table)
    yield f"REVOKE ALL ON FUNCTION {TAKEN_BY} FROM PUBLIC"
    yield f"GRANT EXECUTE ON FUNCTION {TAKEN_BY} TO {PORTAL}, {WORKER}"


def grants(name: str) -> Iterator[str]:
    """What the two roles may do with a table."""
    roles = f"{PORTAL}, {WORKER}"
    yield f"REVOKE ALL ON {name} FROM {roles}"
    if name in APPEND_ONLY:
        yield f"GRANT INSERT ON {name} TO {roles}"
    elif name in UNCHANGING:
        yield f"GRANT SELECT, INSERT ON {name} TO {roles}"
    elif name in QUEUES:
        yield f"GRANT SELECT, INSERT ON {name} TO {roles}"
        yield f"GRANT DELETE ON {name} TO {WORKER}"
    elif name in WORKED_OUT:
        yield f"GRANT SELECT ON {name} TO {roles}"
        yield f"GRANT INSERT, UPDATE, DELETE ON {name} TO {WORKER}"
    else:
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {roles}"


def policies(table: Table) -> Iterator[str]:
    """Row-level security of one table, forced also on its owner."""
    name = table.name
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"
    for policy in ("portal_scope", "worker_all", "withheld"):
        yield f"DROP POLICY IF EXISTS {policy} ON {name}"
    yield f"CREATE POLICY worker_all ON {name} TO {WORKER} USING (true) WITH CHECK (true)"
    yield f"CREATE POLICY portal_scope ON {name} TO {PORTAL} USING ({visible(table)}) WITH CHECK ({visible(table)})"
    if "withheld" in table.c:
        yield f"CREATE POLICY withheld ON {name} AS RESTRICTIVE TO {PORTAL} USING (NOT withheld OR {SEES_WITHHELD})"


def visible(table: Table) -> str:
    """The condition under which the portal role sees a row."""
    if table.name == "patient_location":
        return f"{EVERY_BRANCH} OR location_id = ANY ({BRANCHES})"
    # a row without a patient may be that of one who has not arrived yet: only who sees every branch sees it
    mine = f"{table.name}.{patient_column(table)}"
    return (
        f"{EVERY_BRANCH} OR EXISTS (SELECT 1 FROM patient_location AS branch"  # noqa: S608
        f" WHERE branch.patient_id = {mine} AND branch.location_id = ANY ({BRANCHES}))"
    )
