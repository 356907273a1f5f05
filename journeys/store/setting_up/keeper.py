"""What the keeper may do, the role that removes what is older than its rule: read what it has to judge by, and delete
from fixed tables what is older than the least time for which each is kept.

The least time stands in the row-level policies, by the database's own clock: no rule, no code and no clock of a program
gets below it. Months of a partitioned table are dropped by a function of the tables' owner, which holds the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Table

from journeys.foundation.database import KEEPER, PORTAL, WORKER
from journeys.foundation.tables import Base
from journeys.store.retention import A_YEAR_AND_A_MONTH, FLOORS, GO_WITH_ENROLMENT, Floor

DROP_MONTH = "drop_month_of_history(text, date)"

JUDGED_BY = ("definition", "definition_version", "task", "retention_rule", "retention_run")
"""Tables that are only read, to know what must stay, and the keeper's own."""

DROPPED_ONLY = ("audit_entry",)
"""Tables of which the keeper can count the rows, nothing else: only whole months go."""


def statements() -> Iterator[str]:
    """Every grant and policy of the keeper; running them again changes nothing. They come after those of the others."""
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {KEEPER}"
    yield f"GRANT USAGE ON SCHEMA public TO {KEEPER}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {KEEPER}"
    yield f"GRANT INSERT ON audit_entry, fact_mark, retention_run TO {KEEPER}"
    yield f"GRANT UPDATE ON retention_run TO {KEEPER}"
    yield f"GRANT SELECT (id, at) ON audit_entry TO {KEEPER}"
    yield f"REVOKE ALL ON FUNCTION {DROP_MONTH} FROM PUBLIC"
    yield f"GRANT EXECUTE ON FUNCTION {DROP_MONTH} TO {KEEPER}"
    for name in JUDGED_BY:
        yield from reads(Base.metadata.tables[name])
    for name, floor in FLOORS.items():
        if name not in DROPPED_ONLY:
            yield from reads(Base.metadata.tables[name])
            yield from removes(name, is_beyond(floor))
    for name in GO_WITH_ENROLMENT:
        yield from reads(Base.metadata.tables[name])
        yield from removes(name, belongs_to_no_younger(name))


def reads(table: Table) -> Iterator[str]:
    """The keeper reads a table whole; one that is protected for the first time stays open to the other roles."""
    name = table.name
    yield f"GRANT SELECT ON {name} TO {KEEPER}"
    if "patient_id" in table.c:
        yield f"DROP POLICY IF EXISTS keeper_reads ON {name}"
        yield f"CREATE POLICY keeper_reads ON {name} FOR SELECT TO {KEEPER} USING (true)"
    elif name in FLOORS:
        for policy in ("everything", "keeper_reads"):
            yield f"DROP POLICY IF EXISTS {policy} ON {name}"
        yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
        yield f"CREATE POLICY everything ON {name} TO {PORTAL}, {WORKER} USING (true) WITH CHECK (true)"
        yield f"CREATE POLICY keeper_reads ON {name} FOR SELECT TO {KEEPER} USING (true)"


def removes(name: str, condition: str) -> Iterator[str]:
    """The keeper deletes rows for which a condition holds."""
    yield f"GRANT DELETE ON {name} TO {KEEPER}"
    yield f"DROP POLICY IF EXISTS keeper_removes ON {name}"
    yield f"CREATE POLICY keeper_removes ON {name} FOR DELETE TO {KEEPER} USING ({condition})"


def is_beyond(floor: Floor) -> str:
    """SQL: whether a row is older than it must be kept at least."""
    return f"{floor.at} < now() - interval '{floor.months} months'"


def belongs_to_no_younger(name: str) -> str:
    """SQL: whether the enrolment of a row has ended, longer ago than it must be kept at least."""
    return (
        "NOT EXISTS (SELECT 1 FROM enrolment AS whole WHERE"  # noqa: S608
        f" whole.id = {name}.enrolment_id AND (whole.ended_at IS NULL"
        f" OR whole.ended_at >= now() - interval '{A_YEAR_AND_A_MONTH} months'))"
    )
