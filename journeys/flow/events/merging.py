"""Hands over to the kept record what is still to be done for a record that was merged into it: by staff, by journeys.

A journey goes on where it stands. Where the kept record is in it as well, its own goes on and the other one ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, case, func, literal, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from journeys.contact.deciding.replan import replan
from journeys.flow.running.batch import QUIET
from journeys.flow.running.relation import one_of_ids
from journeys.flow.running.versions import published
from journeys.flow.text.definition import PER_FOCUS
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.store.complaints import CLOSED as ENDED_COMPLAINT
from journeys.store.complaints import Complaint, ComplaintEntry
from journeys.store.conversations import (
    CLOSED,
    Conversation,
    ConversationDraft,
    ConversationEntry,
    ConversationMention,
    ConversationMove,
)
from journeys.store.due import DueItem
from journeys.store.enrolments import Enrolment
from journeys.store.events import emit_from
from journeys.store.identity.running import bring_back, carry_over, remember
from journeys.store.merges import UNDONE, PatientMerge
from journeys.store.people import Patient
from journeys.store.tasks import OPEN_STATUSES, Task
from journeys.store.waitlist import WAITING, WaitlistEntry

CHANGED = "patient.changed"
MOVED = {"what": "moved to the kept record"}


def hand_over(session: Session, act: Act, patients: Select[Any]) -> None:
    """Move the open tasks of merged `patients` to the records that are kept, and have those looked at.

    A task stays whose it is and keeps what it is about. Nothing goes to a record that has died or is not in use.
    """
    kept = kept_records(patients).subquery("kept")
    moved = session.execute(
        update(Task)
        .where(Task.patient_id == kept.c.merged_id, Task.status.in_(OPEN_STATUSES))
        .values(
            patient_id=kept.c.kept_id,
            location_id=func.coalesce(kept.c.location_id, Task.location_id),
            row_version=Task.row_version + 1,
        )
        .returning(Task.id, Task.patient_id)
        .execution_options(**QUIET)
    ).all()
    if moved:
        audit.note(session, "U", "task", [row.id for row in moved], [row.patient_id for row in moved], MOVED)
    hand_over_conversations(session, kept)
    hand_over_recalls(session, kept)
    hand_over_waiting(session, kept)
    hand_over_complaints(session, kept)
    hand_over_journeys(session, act, kept)
    about = select(
        kept.c.kept_id.label("patient_id"),
        literal(Patient.__tablename__).label("subject_kind"),
        kept.c.kept_id.label("subject_id"),
    )
    if emit_from(session, act, CHANGED, about.distinct()):
        ring_after_commit(session, "enrol")


def hand_over_journeys(session: Session, act: Act, kept: Any) -> None:
    """Let the kept records go on with the open journeys, each once: with their own, else with the one begun first.
    What was released to either is decided anew, by what both records say."""
    both = Enrolment.patient_id.in_(select(kept.c.merged_id).union(select(kept.c.kept_id)))
    open_ones = (both, Enrolment.ended_at.is_(None))
    versions = session.scalars(select(Enrolment.version_id).where(*open_ones).distinct()).all()
    if not versions:
        return
    about = case((Enrolment.definition_id.in_(per_focus(session, versions)), func.coalesce(Enrolment.focus_id, 0)))
    of_one = (Enrolment.definition_id, func.coalesce(kept.c.kept_id, Enrolment.patient_id), about)
    first = (kept.c.kept_id.is_not(None), Enrolment.entered_at, Enrolment.id)
    place = func.row_number().over(partition_by=of_one, order_by=first)
    found = session.execute(
        select(Enrolment.id, kept.c.kept_id, place.label("place"))
        .outerjoin(kept, kept.c.merged_id == Enrolment.patient_id)
        .where(*open_ones)
        .order_by(Enrolment.id)
    ).all()
    theirs = [row for row in found if row.kept_id is not None]
    going = {row.id: row.kept_id for row in theirs if row.place == 1}
    remember(session, [row.id for row in theirs if row.place != 1])
    carry_over(session, going)
    if going:
        audit.note(session, "U", "enrolment", sorted(going), sorted(set(going.values())), MOVED)
        ring_after_commit(session, "advance")
    replan(session, act, select(kept.c.kept_id))


def per_focus(session: Session, versions: Sequence[int]) -> set[int]:
    """The journeys (definitions) of these versions that somebody may be in about several records at once."""
    journeys = published(session, versions).values()
    once = {each.definition_id for each in journeys if each.journey.head.reentry.allowed not in PER_FOCUS}
    return {each.definition_id for each in journeys} - once


def give_back_journeys(session: Session, act: Act, patients: Select[Any]) -> None:
    """Let those of `patients` whose merge was taken back just now go on with their journeys by themselves."""
    just_now = (PatientMerge.status == UNDONE, PatientMerge.undone_at == act.now)
    merges = select(PatientMerge).where(PatientMerge.patient_id.in_(patients), *just_now).order_by(PatientMerge.id)
    for merge in session.scalars(merges).all():
        went_over, revived = bring_back(session, merge)
        look_again(session, act, revived)
        back = [*went_over, *revived]
        if back:
            audit.note(session, "U", "enrolment", back, [merge.patient_id], {"what": "given back"})
            ring_after_commit(session, "advance")
            ring_after_commit(session, "plan")
        replan(session, act, [merge.patient_id, merge.kept_id])


def look_again(session: Session, act: Act, doubles: Sequence[int]) -> None:
    """Have doubles that stand again looked at now: what they asked for may have been done under the kept record, and
    that woke nobody. Not those whose wait simply ends at its time: they would leave too early."""
    at = tuple_(Enrolment.version_id, Enrolment.step)
    here = one_of_ids(Enrolment.id, doubles)
    places = [
        (row.version_id, row.step)
        for row in session.execute(select(Enrolment.version_id, Enrolment.step).where(here).distinct())
    ]
    journeys = published(session, [version_id for version_id, _ in places])
    nodes = {(version_id, step): journeys[version_id].journey.nodes.get(step) for version_id, step in places}
    asked = [place for place, node in nodes.items() if node is not None and node.step.stays]
    looking = update(Enrolment).where(here, at.in_(asked)).values(due_at=func.least(Enrolment.due_at, act.now))
    if asked:
        session.execute(looking.execution_options(**QUIET))


def hand_over_conversations(session: Session, kept: Any) -> None:
    """Move the conversations that are not closed, with all that happened in them: somebody has to answer."""
    moved = session.execute(
        update(Conversation)
        .where(Conversation.patient_id == kept.c.merged_id, Conversation.status != CLOSED)
        .values(patient_id=kept.c.kept_id, row_version=Conversation.row_version + 1)
        .returning(Conversation.id, Conversation.patient_id)
        .execution_options(**QUIET)
    ).all()
    if not moved:
        return
    ids = [row.id for row in moved]
    for of_it in (ConversationEntry, ConversationMention, ConversationDraft):
        theirs = update(of_it).where(of_it.conversation_id == Conversation.id, Conversation.id.in_(ids))
        session.execute(theirs.values(patient_id=Conversation.patient_id).execution_options(**QUIET))
    moves = update(ConversationMove).where(ConversationMove.into_id == Conversation.id, Conversation.id.in_(ids))
    session.execute(moves.values(patient_id=Conversation.patient_id).execution_options(**QUIET))
    audit.note(session, "U", "conversation", ids, [row.patient_id for row in moved], MOVED)


def hand_over_recalls(session: Session, kept: Any) -> None:
    """Move the open recalls; what guidelines ask of the kept record is worked out for itself."""
    moved = session.execute(
        update(DueItem)
        .where(DueItem.patient_id == kept.c.merged_id, DueItem.guideline_id.is_(None), DueItem.closed_at.is_(None))
        .values(patient_id=kept.c.kept_id, row_version=DueItem.row_version + 1)
        .returning(DueItem.id, DueItem.patient_id)
        .execution_options(**QUIET)
    ).all()
    if moved:
        audit.note(session, "U", "due_item", [row.id for row in moved], [row.patient_id for row in moved], MOVED)


def hand_over_waiting(session: Session, kept: Any) -> None:
    """Move those who wait for a time; what they are being asked about stays theirs until it is answered or runs out."""
    moved = session.execute(
        update(WaitlistEntry)
        .where(WaitlistEntry.patient_id == kept.c.merged_id, WaitlistEntry.status == WAITING)
        .values(patient_id=kept.c.kept_id, row_version=WaitlistEntry.row_version + 1)
        .returning(WaitlistEntry.id, WaitlistEntry.patient_id)
        .execution_options(**QUIET)
    ).all()
    if moved:
        audit.note(session, "U", "waitlist_entry", [row.id for row in moved], [row.patient_id for row in moved], MOVED)


def hand_over_complaints(session: Session, kept: Any) -> None:
    """Move the complaints that are not closed, with their history: somebody is owed an answer."""
    moved = session.execute(
        update(Complaint)
        .where(Complaint.patient_id == kept.c.merged_id, Complaint.status != ENDED_COMPLAINT)
        .values(patient_id=kept.c.kept_id, row_version=Complaint.row_version + 1)
        .returning(Complaint.id, Complaint.patient_id)
        .execution_options(**QUIET)
    ).all()
    if not moved:
        return
    ids = [row.id for row in moved]
    theirs = update(ComplaintEntry).where(ComplaintEntry.complaint_id == Complaint.id, Complaint.id.in_(ids))
    session.execute(theirs.values(patient_id=Complaint.patient_id).execution_options(**QUIET))
    audit.note(session, "U", "complaint", ids, [row.patient_id for row in moved], MOVED)


def kept_records(patients: Select[Any]) -> Select[Any]:
    """SELECT merged_id, kept_id, location_id (the kept record's branch) of those of `patients` who were merged.

    Follows merges of merges to the end; records that were merged in a circle have no kept one.
    """
    merged = Patient.merged_into_id.is_not(None)
    followed = (
        select(Patient.id.label("merged_id"), Patient.merged_into_id.label("kept_id"))
        .where(Patient.id.in_(patients), merged)
        .cte("followed", recursive=True)
    )
    further = aliased(Patient)
    followed = followed.union(
        select(followed.c.merged_id, further.merged_into_id)
        .join(further, further.id == followed.c.kept_id)
        .where(further.merged_into_id.is_not(None))
    )
    person = aliased(Patient)
    return (
        select(followed.c.merged_id, followed.c.kept_id, person.managing_location_id.label("location_id"))
        .join(person, person.id == followed.c.kept_id)
        .where(person.merged_into_id.is_(None), person.active, ~person.deceased)
    )
