"""The journeys that a merged record is in go on under the kept one, with whatever they did, and come back with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, cast

from sqlalchemy import ARRAY, BigInteger, Table, any_, column, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from journeys.store.configuration import Definition
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.journey_requests import JourneyRequest
from journeys.store.merges import IN_FORCE, MergeMove, PatientMerge
from journeys.store.moves import EnrolmentMove
from journeys.store.people import Patient
from journeys.store.rate_passes import RatePass
from journeys.store.setbacks import Setback
from journeys.store.tasks import OPEN_STATUSES, Task
from journeys.store.webhooks import WebhookCall

GO_WITH_IT = (EnrolmentMove, JourneyRequest, Message, RatePass, Setback, Task, WebhookCall)
"""What an enrolment asked for and sent; of tasks those that are open. Its history is only ever added to."""

MERGED = "merged"
TAKEN_BACK = ["journey-ended"]
STATE = ("status", "step", "stage", "visit", "due_at", "waits_for", "waiting_since", "step_entered_at")
MOMENTS = ("due_at", "waiting_since", "step_entered_at")
QUIET = {"synchronize_session": False}


def carry_over(session: Session, going: Mapping[int, int]) -> None:
    """Let enrolments (by id) go on for another record, where they stand; a merge by people keeps which they were."""
    if not going:
        return
    merge = (PatientMerge.patient_id == Enrolment.patient_id) & (PatientMerge.status == IN_FORCE)
    told = select(PatientMerge.id, literal(Enrolment.__tablename__), Enrolment.id).join(Enrolment, merge)
    told = told.where(Enrolment.id == any_(as_array(going)), PatientMerge.kept_id == any_(as_array(going.values())))
    kept = insert(MergeMove).from_select(["merge_id", "table_name", "row_id"], told)
    session.execute(kept.on_conflict_do_nothing())
    whose = func.unnest(as_array(going), as_array(going.values())).table_valued(
        column("enrolment_id", BigInteger), column("patient_id", BigInteger), name="going"
    )
    whose = whose.render_derived()
    session.execute(
        update(Enrolment)
        .where(Enrolment.id == whose.c.enrolment_id)
        .values(patient_id=whose.c.patient_id, lane=whose.c.patient_id.op("&")(255))
        .execution_options(**QUIET)
    )
    for each in GO_WITH_IT:
        follow(session, cast(Table, each.__table__), going)


def follow(session: Session, table: Table, ids: Collection[int]) -> None:
    """Let the rows of these enrolments be of the patient of their enrolment."""
    patient: Any = {"patient_id": Enrolment.patient_id}
    if "lane" in table.c:
        patient["lane"] = Enrolment.lane
    only = [table.c.status.in_(OPEN_STATUSES)] if table.name == Task.__tablename__ else []
    of_these = (table.c.enrolment_id == any_(as_array(ids)), table.c.enrolment_id == Enrolment.id)
    session.execute(update(table).values(**patient).where(*of_these, table.c.patient_id != Enrolment.patient_id, *only))


def remember(session: Session, doubles: Collection[int]) -> None:
    """Keep with the merges by people where these enrolments of merged records stand, which end because the kept record
    is in the same journey."""
    rows = session.execute(
        select(PatientMerge, Enrolment)
        .join(Enrolment, Enrolment.patient_id == PatientMerge.patient_id)
        .where(Enrolment.id == any_(as_array(doubles)), PatientMerge.status == IN_FORCE)
        .order_by(Enrolment.id)
    ).all()
    for merge, enrolment in rows:
        ended = {**merge.added.get("ended", {}), str(enrolment.id): state_of(enrolment)}
        merge.added = {**merge.added, "ended": ended}
    session.flush()


def state_of(enrolment: Enrolment) -> dict[str, Any]:
    """Where an enrolment stands, as JSON can hold it."""
    found = {name: getattr(enrolment, name) for name in STATE}
    return {name: each.isoformat() if isinstance(each, dt.datetime) else each for name, each in found.items()}


def bring_back(session: Session, merge: PatientMerge) -> tuple[list[int], list[int]]:
    """Give the merged record its journeys again: those that went over, as far as they have come since, and those that
    ended as doubles, where they stood. Returns the ids of either."""
    moved = session.scalars(
        select(MergeMove.row_id)
        .join(Enrolment, Enrolment.id == MergeMove.row_id)
        .where(
            MergeMove.merge_id == merge.id,
            MergeMove.table_name == Enrolment.__tablename__,
            Enrolment.patient_id == merge.kept_id,
        )
        .order_by(MergeMove.row_id)
    ).all()
    carry_over(session, dict.fromkeys(moved, merge.patient_id))
    revived = [int(each) for each, state in merge.added.get("ended", {}).items() if revive(session, int(each), state)]
    plan_again(session, merge, revived)
    return list(moved), revived


def revive(session: Session, enrolment_id: int, state: Mapping[str, Any]) -> bool:
    """Let a double stand again where it stood; not for who is not in use, in a journey that is over, or is in it."""
    other = aliased(Enrolment)
    again = exists().where(
        other.definition_id == Enrolment.definition_id,
        other.patient_id == Enrolment.patient_id,
        func.coalesce(other.focus_id, 0) == func.coalesce(Enrolment.focus_id, 0),
        other.ended_at.is_(None),
    )
    values = {
        name: dt.datetime.fromisoformat(each) if name in MOMENTS and each is not None else each
        for name, each in state.items()
    }
    found = session.scalar(
        update(Enrolment)
        .where(
            Enrolment.id == enrolment_id,
            Enrolment.ended_reason == MERGED,
            Patient.id == Enrolment.patient_id,
            Patient.active,
            ~Patient.deceased,
            Definition.id == Enrolment.definition_id,
            Definition.status != "retired",
            ~again,
        )
        # a journey that was paused then may go on by now; one that is paused holds it when it is due
        .values(**{**values, "status": "active"}, ended_at=None, ended_reason=None)
        .returning(Enrolment.id)
        .execution_options(**QUIET)
    )
    return found is not None


def plan_again(session: Session, merge: PatientMerge, enrolments: Collection[int]) -> None:
    """Let it be decided anew about the messages that were taken back with these enrolments as they ended."""
    session.execute(
        update(Message)
        .where(
            Message.enrolment_id == any_(as_array(enrolments)),
            Message.status == "held",
            Message.reasons == TAKEN_BACK,
            Message.decided_at == merge.answered_at,
        )
        .values(status="planned", reasons=[], decided_at=None)
        .execution_options(**QUIET)
    )


def as_array(ids: Collection[int]) -> Any:
    """SQL: ids as one array."""
    return literal(list(ids), ARRAY(BigInteger))
