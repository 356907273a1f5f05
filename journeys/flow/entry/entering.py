"""Puts patients at the start of a journey: what enrolling by segment and by event share."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, literal, not_, null, or_, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session, aliased

from journeys.criteria.compile import condition
from journeys.criteria.subject import Subject
from journeys.flow.entry.holding_back import is_held_back
from journeys.flow.running.batch import Batch
from journeys.flow.running.executing import arrive
from journeys.flow.running.relation import know_zones, one_of_ids
from journeys.flow.running.versions import PublishedJourney
from journeys.flow.text.catalogue import Defaults
from journeys.flow.text.definition import PER_FOCUS, Reentry
from journeys.foundation.acting import Act, ring_after_commit
from journeys.store.enrolments import Enrolment
from journeys.store.events import emit_from
from journeys.store.people import Patient

STARTED = "enrolment.started"

AFTER_EXIT = ("after-exit", "per-focus-after-exit")

MOST_MERGES = 2
"""How many merges are followed back: people here join two records, a source may join what was joined before."""


def candidates(act: Act, published: PublishedJourney, chosen: Select[Any], lanes: list[int] | None) -> Select[Any]:
    """SELECT patient_id, focus_id of those of `chosen` (the same columns) who may come in now.

    Nobody comes in who has died, whose record was merged into another, who has reached a goal or an exit already, or
    whom a journey of higher priority in the same group holds back.
    """
    found = chosen.subquery("chosen")
    head = published.journey.head
    columns = (found.c.patient_id, found.c.focus_id)
    select_from = select(*columns).select_from(found).join(Patient, Patient.id == found.c.patient_id)
    allowed = select_from.where(
        Patient.active,
        ~Patient.deceased,
        Patient.merged_into_id.is_(None),
        may_come_in(act, published, head.reentry, found),
        not_(is_held_back(published, found)),
        *(not_(already) for already in has_left_already(act, published, found)),
    )
    if lanes is not None:
        allowed = allowed.where(Patient.lane.in_(lanes))
    if head.reentry.allowed in PER_FOCUS:
        return allowed.order_by(*columns)
    return allowed.ext(distinct_on(found.c.patient_id)).order_by(*columns)


def may_come_in(act: Act, published: PublishedJourney, reentry: Reentry, found: Any) -> ColumnElement[bool]:
    """The re-entry rule, as a condition on former enrolments in the same journey, whatever their version and whichever
    record of the person was in it."""
    former = aliased(Enrolment)
    mine = [former.definition_id == published.definition_id, former.status != "entered-in-error"]
    if reentry.allowed in PER_FOCUS:
        mine.append(former.focus_id == found.c.focus_id)
    if reentry.allowed in AFTER_EXIT:
        mine.append(former.ended_at.is_(None))
    elif reentry.allowed == "cool-down":
        rest_over = act.now - dt.timedelta(days=reentry.days or 0)
        mine.append(or_(former.ended_at.is_(None), former.ended_at > rest_over))
    own = select(former.id).where(former.patient_id == found.c.patient_id, *mine)
    # apart, and not by an OR or an array: both stay joins, which a segment of a million needs
    ways = [own, *(of_merged(former, found, times).where(*mine) for times in range(1, MOST_MERGES + 1))]
    return and_(*(~way.correlate(found).exists() for way in ways))


def of_merged(former: Any, found: Any, times: int) -> Select[Any]:
    """SELECT the former enrolments of records that became the patient's by so many merges, one after the other."""
    gone = [aliased(Patient) for _ in range(times)]
    chain = select(former.id).select_from(former).join(gone[0], gone[0].id == former.patient_id)
    for one, next_one in pairwise(gone):
        chain = chain.join(next_one, next_one.id == one.merged_into_id)
    return chain.where(gone[-1].merged_into_id == found.c.patient_id)


def has_left_already(act: Act, published: PublishedJourney, found: Any) -> list[ColumnElement[bool]]:
    """The rules of goals and exits: whoever meets one would leave before the first step."""
    subject = Subject(
        patient_id=found.c.patient_id,
        now=act.now,
        focus_kind=published.journey.head.focus,
        focus_id=found.c.focus_id,
        patient=Patient,
    )
    rules = [ending.rule for _, _, ending in published.journey.endings() if ending.rule is not None]
    return [condition(rule, subject, published.known) for rule in rules]


def let_in(session: Session, act: Act, defaults: Defaults, published: PublishedJourney, who: Select[Any]) -> list[int]:
    """Enrol the patients of `who` (patient_id, focus_id) at the start, and return the new enrolments.

    Whoever is in already, about the same record, is left as they are.
    """
    coming = who.subquery("coming")
    head = published.journey.head
    values: dict[str, Any] = {
        "patient_id": coming.c.patient_id,
        "lane": coming.c.patient_id.op("&")(255),
        "focus_kind": null() if head.focus is None else case((coming.c.focus_id.is_not(None), head.focus)),
        "focus_id": coming.c.focus_id if head.focus is not None else null(),
        "definition_id": literal(published.definition_id),
        "version_id": literal(published.version_id),
        "step": literal(head.start),
        "entered_at": literal(act.now),
        "entered_by": literal(act.by),
        "step_entered_at": literal(act.now),
        "waiting_since": literal(act.now),
        "due_at": literal(act.now),
    }
    rows = select(*(value.label(name) for name, value in values.items())).select_from(coming)
    # the defaults of the database, row by row: one from Python (a uid) would be the same for every row
    statement = insert(Enrolment).from_select(list(values), rows, include_defaults=False)
    new = list(session.scalars(statement.on_conflict_do_nothing().returning(Enrolment.id)))
    if new:
        start(Batch(session, act, defaults, published, new))
    return new


def start(batch: Batch) -> None:
    """Let new enrolments stand at the first step, and say that they have begun."""
    patients = select(Enrolment.patient_id).where(one_of_ids(Enrolment.id, batch.ids))
    know_zones(batch.session, patients, batch.defaults)
    rows = batch.rows()
    first = batch.node(batch.published.journey.head.start)
    arrive(batch, first, rows, since=rows.began, visits=0)
    about: Any = select(
        Enrolment.patient_id.label("patient_id"),
        literal(Enrolment.__tablename__).label("subject_kind"),
        Enrolment.id.label("subject_id"),
        literal(batch.published.slug).label("code"),
    )
    emit_from(batch.session, batch.act, STARTED, about.where(one_of_ids(Enrolment.id, batch.ids)))
    ring_after_commit(batch.session, "advance")
