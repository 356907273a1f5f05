"""Which patients the events of a transaction let into a journey that is entered by events."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Select, cast, literal, null, or_, select
from sqlalchemy.orm import aliased

from journeys.criteria.compile import condition
from journeys.criteria.subject import Subject
from journeys.flow.running.versions import PublishedJourney
from journeys.flow.steps.base import RECORDED, EventFilter
from journeys.flow.text.times import Duration
from journeys.foundation.acting import Act
from journeys.store.events import Event

NEWS = Duration(days=7)
"""How long ago a record may have happened to let its patient in, where the journey does not say."""


def chosen_by_events(act: Act, journey: PublishedJourney, events: Select[Any]) -> Select[Any]:
    """SELECT patient_id, focus_id of the patients of matching events; the focus is the event's record."""
    head = journey.journey.head
    event: Any = aliased(Event, events.subquery("entering"))
    oldest = act.now - (head.entry.within or NEWS).length()
    focus_id = event.subject_id if head.focus is not None else cast(null(), BigInteger)
    chosen = (
        select(event.patient_id.label("patient_id"), focus_id.label("focus_id"))
        .where(
            event.kind == head.entry.heard,
            (head.entry.where or EventFilter()).matches(event),
            or_(~event.kind.endswith(RECORDED), event.at >= literal(oldest)),
        )
        .distinct()
    )
    if head.entry.form is not None:
        chosen = chosen.where(event.code == head.entry.form)
    if head.focus is not None:
        chosen = chosen.where(event.subject_kind == head.focus)
    if head.entry.rule is not None:
        subject = Subject(patient_id=event.patient_id, now=act.now, focus_kind=head.focus, focus_id=focus_id)
        chosen = chosen.where(condition(head.entry.rule, subject, journey.known))
    return chosen
