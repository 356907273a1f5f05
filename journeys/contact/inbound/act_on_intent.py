"""What a reply asks of staff besides what it answers: a task, and in an emergency an answer at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from journeys.contact.channels import CHANNELS
from journeys.contact.replies import intents, keywords
from journeys.contact.replies.understand import Understood
from journeys.contact.sending.unknown_outcomes import make_tasks
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.lanes import lane_of
from journeys.foundation.words import in_language
from journeys.store.contact import Message
from journeys.store.people import Patient

HIGHEST = 100
"""The priority of an answer that nothing but the patient's own will keeps back (`contact.sending.claim`)."""

WORDS: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
"""What staff are asked, by what the reply wants; and the answer in an emergency, sent or on the page itself."""

CANCEL, CANCEL_VISIT, WRONG_NUMBER, MAYBE, READ = "cancel", "cancel-visit", "wrong-number", "maybe", "read"
AGAIN = "again"
ASKED = {
    intents.EMERGENCY: "emergency",
    intents.RESCHEDULE: "reschedule",
    intents.MAYBE_STOP: MAYBE,
    intents.MAYBE_WRONG_NUMBER: MAYBE,
}
TO_READ = (intents.QUESTION, intents.FREE_TEXT)


def act_on_intent(session: Session, act: Act, row: Message, answered: Any, meaning: Understood) -> str | None:
    """Make the task that a reply calls for, and answer an emergency at once; what staff are asked, None where nothing
    is left for them."""
    asked = asked_of(answered, meaning)
    if asked is not None:
        words = WORDS["tasks"][asked]
        due_in = dt.timedelta(hours=words["due_in_hours"])
        make_tasks(session, act, [row.id], words["title"], words["instructions"], words["priority"], due_in)
    if meaning.intent == intents.EMERGENCY and not CHANNELS[row.channel or ""].has_page:
        answer_at_once(session, act, row)
    return asked


def asked_of(answered: Any, meaning: Understood) -> str | None:
    """What staff are asked; nothing where the reply is an answer, or a journey reads what is none."""
    if meaning.outcome == keywords.WRONG_NUMBER:
        return WRONG_NUMBER
    if meaning.outcome == keywords.START:
        return AGAIN
    if meaning.intent == intents.CANCEL and meaning.outcome != keywords.STOP:
        return CANCEL_VISIT
    if meaning.intent == intents.CANCEL:
        return CANCEL if answered is not None and answered.focus_kind == "appointment" else None
    if meaning.intent in TO_READ:
        is_of_journey = answered is not None and answered.enrolment_id is not None
        return None if is_of_journey else READ
    return ASKED.get(meaning.intent or "")


def answer_at_once(session: Session, act: Act, row: Message) -> None:
    """Say what to do in an emergency, on the channel on which the patient wrote; quiet hours do not hold it."""
    language = session.get_one(Patient, row.patient_id).language or "en"
    answer = Message(
        patient_id=row.patient_id,
        lane=lane_of(row.patient_id),
        status="released",
        purpose="transactional",
        channel=row.channel,
        channels=[row.channel],
        language=language,
        planned_at=act.now,
        decided_at=act.now,
        priority=HIGHEST,
        in_response_to_id=row.id,
        body=in_language(WORDS["answer"], language),
    )
    session.add(answer)
    session.flush()
    ring_after_commit(session, "deliver")
