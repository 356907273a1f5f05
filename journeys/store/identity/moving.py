"""Takes the rows of a merged record over to the kept one, writes down which, and gives back exactly those."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, delete, literal, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.foundation.tables import Base
from journeys.store.merged import GOES_OVER
from journeys.store.merges import IN_FORCE, MergeMove, PatientMerge
from journeys.store.people import Patient, PatientLocation, PatientToken
from journeys.store.tasks import OPEN_STATUSES

Added = dict[str, Any]


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
    """Which rows of a table go over: of tasks those that somebody still has to do."""
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


def add_aliases(session: Session, merge: PatientMerge) -> Added:
    """Let the kept record be found as the merged one was, and belong to its branches; what was not there before."""
    branches = session.scalars(
        insert(PatientLocation)
        .from_select(
            ["patient_id", "location_id"],
            select(literal(merge.kept_id), PatientLocation.location_id).where(
                PatientLocation.patient_id == merge.patient_id
            ),
        )
        .on_conflict_do_nothing()
        .returning(PatientLocation.location_id)
    ).all()
    tokens = session.execute(
        insert(PatientToken)
        .from_select(
            ["kind", "token", "patient_id"],
            select(PatientToken.kind, PatientToken.token, literal(merge.kept_id)).where(
                PatientToken.patient_id == merge.patient_id
            ),
        )
        .on_conflict_do_nothing()
        .returning(PatientToken.kind, PatientToken.token)
    ).all()
    return {
        "branches": sorted(branches),
        "tokens": sorted([kind, bytes(token).hex()] for kind, token in tokens),
    }


def take_aliases(session: Session, merge: PatientMerge) -> None:
    """Take away what `add_aliases` added."""
    given = merge.added
    session.execute(
        delete(PatientLocation).where(
            PatientLocation.patient_id == merge.kept_id, PatientLocation.location_id.in_(given.get("branches", []))
        )
    )
    tokens = [(kind, bytes.fromhex(token)) for kind, token in given.get("tokens", [])]
    by_kind: dict[str, list[bytes]] = {}
    for kind, token in tokens:
        by_kind.setdefault(kind, []).append(token)
    is_added = [and_(PatientToken.kind == kind, PatientToken.token.in_(some)) for kind, some in by_kind.items()]
    if is_added:
        session.execute(delete(PatientToken).where(PatientToken.patient_id == merge.kept_id, or_(*is_added)))


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
