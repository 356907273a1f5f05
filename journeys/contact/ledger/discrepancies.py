"""What contradicts the contact ledger, looked for in the history of steps and not in the ledger's own sums.

A step that sends plans its message in the transaction that writes its history, so each must have the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Text, cast, column, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from journeys.contact.ledger.ledger_columns import standing_in
from journeys.foundation.words import N_
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment, EnrolmentHistory
from journeys.store.people import Patient

MOST = 50
WENT_ON = "next"

NO_MESSAGE = N_("The step was taken, but there is no message of it")
NO_STEP = N_("There is a message, but its step was not taken")
NO_COLUMN = N_("The message stands in no column")


@dataclass(frozen=True)
class Discrepancy:
    """One row that does not add up: what is wrong (a message id), where, when, and whose it is."""

    says: str
    at: dt.datetime
    journey: dict[str, str] | None
    step: str | None
    patient_uid: Any


def discrepancies(
    session: Session, since: dt.datetime, until: dt.datetime, journey: str | None, sending: Sequence[str]
) -> list[Discrepancy]:
    """The first rows of a period that contradict the ledger, over the patients of this scope.

    `sending` are the types of steps that plan a message whenever a patient goes on from them.
    """
    found: list[Discrepancy] = []
    for says, statement in (
        (NO_MESSAGE, steps_without_message(since, until, sending)),
        (NO_STEP, messages_without_step(since, until)),
        (NO_COLUMN, messages_in_no_column(since, until)),
    ):
        narrowed = statement if journey is None else statement.where(Definition.slug == journey)
        rows = session.execute(narrowed.limit(MOST)).all()
        found += [Discrepancy(says, row.at, row.name, row.step, row.uid) for row in rows]
    return found


def steps_of_types(types: Sequence[str]) -> Any:
    """SQL: (version_id, step) of every step of these types."""
    step = func.jsonb_each(cast(DefinitionVersion.content["steps"], JSONB)).table_valued(
        column("key", Text), column("value", JSONB), name="step"
    )
    return (
        select(DefinitionVersion.id.label("version_id"), step.c.key.label("step"))
        .join(Definition, Definition.id == DefinitionVersion.definition_id)
        .join(step, literal(True))
        .where(Definition.kind == "journey", step.c.value["type"].astext.in_(types))
        .subquery("sending")
    )


def steps_without_message(since: dt.datetime, until: dt.datetime, sending_types: Sequence[str]) -> Select:
    """SELECT the steps that were taken and left no message."""
    taken = EnrolmentHistory
    sending = steps_of_types(sending_types)
    message = select(Message.id).where(
        Message.enrolment_id == taken.enrolment_id, Message.step == taken.step, Message.visit == taken.visit
    )
    named = select(taken.left_at.label("at"), Definition.name, taken.step, Patient.uid)
    return (
        named.select_from(taken)
        .join(sending, (sending.c.version_id == taken.version_id) & (sending.c.step == taken.step))
        .join(DefinitionVersion, DefinitionVersion.id == taken.version_id)
        .join(Definition, Definition.id == DefinitionVersion.definition_id)
        .join(Patient, Patient.id == taken.patient_id)
        .where(taken.left_at >= since, taken.left_at < until, taken.port == WENT_ON, ~message.exists())
    )


def messages_without_step(since: dt.datetime, until: dt.datetime) -> Select:
    """SELECT the messages of journeys whose step is not in the history, and is not where the patient stands either."""
    taken = EnrolmentHistory
    step = select(taken.id).where(
        taken.enrolment_id == Message.enrolment_id,
        taken.step == Message.step,
        taken.visit == Message.visit,
        taken.left_at >= since,
    )
    stands_there = (Enrolment.step == Message.step) & (Enrolment.visit == Message.visit)
    missing = ~step.exists() & stands_there.is_not(True)
    return of_messages(since, until).where(Message.enrolment_id.is_not(None), missing)


def messages_in_no_column(since: dt.datetime, until: dt.datetime) -> Select:
    """SELECT the messages whose status the ledger does not know."""
    return of_messages(since, until).where(standing_in().is_(None))


def of_messages(since: dt.datetime, until: dt.datetime) -> Select:
    """SELECT the messages of a period with what names them."""
    named = select(Message.planned_at.label("at"), Definition.name, Message.step, Patient.uid)
    return (
        named.select_from(Message)
        .join(Patient, Patient.id == Message.patient_id)
        .outerjoin(Enrolment, Enrolment.id == Message.enrolment_id)
        .outerjoin(Definition, Definition.id == Enrolment.definition_id)
        .where(Message.direction == "outbound", Message.planned_at >= since, Message.planned_at < until)
    )
