"""Takes back the messages of some steps that a person does not want sent any more: they came too late."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import ARRAY, BigInteger, Text, any_, column, func, literal, update
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from journeys.contact.deciding.kept import message_events
from journeys.contact.sending.go_on import is_held_up
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.events import emit_from

Reasons = Mapping[tuple[int, str], str]
"""(version id, step) → reason code"""


def skip_steps(session: Session, act: Act, enrolments: Collection[int], reasons: Reasons) -> list[int]:
    """Hold what these enrolments were to send by these steps, each for its reason, and return the messages."""
    if not reasons or not enrolments:
        return []
    steps = func.unnest(
        literal([version for version, _ in reasons], ARRAY(BigInteger)),
        literal([step for _, step in reasons], ARRAY(Text)),
        literal(list(reasons.values()), ARRAY(Text)),
    ).table_valued(column("version_id", BigInteger), column("step", Text), column("reason", Text), name="skipped")
    skipped = steps.render_derived()
    statement = (
        update(Message)
        .where(
            Message.enrolment_id == any_(literal(list(enrolments), ARRAY(BigInteger))),
            Message.enrolment_id == Enrolment.id,
            Enrolment.version_id == skipped.c.version_id,
            Message.step == skipped.c.step,
            is_held_up(act.now),
        )
        .values(
            status="held",
            reasons=array([skipped.c.reason]),
            counted_at=None,
            not_before=None,
            decided_at=act.now,
        )
        .returning(Message.id, Message.patient_id)
    )
    rows = session.execute(statement.execution_options(synchronize_session=False)).all()
    held = [row.id for row in rows]
    if held:
        emit_from(session, act, "message.held", message_events(held, Message.reasons[1]))
        detail = {"skipped": sorted(set(reasons.values()))}
        audit.note(session, "U", "message", held, [row.patient_id for row in rows], detail)
    return held
