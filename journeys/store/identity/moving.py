"""Takes the rows of a merged record over to the kept one, writes down which, and gives back exactly those."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from sqlalchemy import ColumnElement, Table, and_, literal, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.foundation.tables import Base
from journeys.store.merged import GOES_OVER
from journeys.store.merges import IN_FORCE, MergeMove, PatientMerge
from journeys.store.people import Patient
from journeys.store.tasks import OPEN_STATUSES


def tables() -> list[Table]:
    """The tables whose rows go over, in an order that does not change."""
    return [Base.metadata.tables[name] for name in sorted(GOES_OVER)]


def bring_over(session: Session, of: ColumnElement[bool]) -> int:
    """Take whatever stands under the merged records of these merges to the kept ones; how many rows it were.

    One statement a table, however many merges and rows; asked again it takes what has arrived since.
    """
    return sum(bring_rows(session, table, of) for table in tables())


def bring_rows(session: Session, table: Table, of: ColumnElement[bool]) -> int:
    """The same of one table."""
    is_theirs = table.c.patient_id == PatientMerge.patient_id
    moved = (
        update(table)
        .values(patient_id=PatientMerge.kept_id)
        .where(is_theirs, PatientMerge.status == IN_FORCE, of, which(table))
        .returning(PatientMerge.id.label("merge_id"), table.c.id.label("row_id"))
        .cte("moved")
    )
    told = insert(MergeMove).from_select(
        ["merge_id", "table_name", "row_id"], select(moved.c.merge_id, literal(table.name), moved.c.row_id)
    )
    kept = told.on_conflict_do_update(
        index_elements=["merge_id", "table_name", "row_id"], set_={"row_id": told.excluded.row_id}
    )
    return len(session.execute(kept.returning(MergeMove.row_id)).all())


def which(table: Table) -> ColumnElement[bool]:
    """Which rows of a table go over: of tasks those that somebody still has to do, of what is due the open recalls."""
    if table.name == "due_item":
        return and_(table.c.guideline_id.is_(None), table.c.closed_at.is_(None))
    return table.c.status.in_(OPEN_STATUSES) if table.name == "task" else true()


def send_back(session: Session, merge: PatientMerge) -> int:
    """Give back every row that a merge took over and that is still the kept record's; how many it were."""
    count = 0
    for table in tables():
        is_its = and_(
            MergeMove.merge_id == merge.id, MergeMove.table_name == table.name, MergeMove.row_id == table.c.id
        )
        back = update(table).values(patient_id=merge.patient_id).where(is_its, table.c.patient_id == merge.kept_id)
        count += len(session.execute(back.returning(table.c.id)).all())
    return count


def kept_of(session: Session, patients: Collection[int]) -> dict[int, int]:
    """Of these records, those that people merged here, with the records that are kept."""
    if not patients:
        return {}
    of_these = PatientMerge.patient_id.in_(sorted(patients))
    merges = select(PatientMerge.patient_id, PatientMerge.kept_id).where(of_these, PatientMerge.status == IN_FORCE)
    return {row.patient_id: row.kept_id for row in session.execute(merges)}


def hold_merges(session: Session, merged: Collection[int]) -> int:
    """Keep these records merged whatever a source sent of them, and take over what arrived; how many rows it were.

    A source that does not know of a merge says with every record that there is none.
    """
    if not merged:
        return 0
    record = cast(Table, Patient.__table__)
    of_these = PatientMerge.patient_id.in_(sorted(merged))
    session.execute(
        update(record)
        .values(merged_into_id=PatientMerge.kept_id)
        .where(
            record.c.id == PatientMerge.patient_id,
            of_these,
            PatientMerge.status == IN_FORCE,
            record.c.merged_into_id.is_distinct_from(PatientMerge.kept_id),
        )
    )
    return bring_over(session, of_these)
