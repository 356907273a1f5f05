"""Takes what patients replied when they were asked whether their complaint is settled."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journeys.contact.replies.keywords import CONFIRM, DECLINE
from journeys.desk.complaints.ending import end, go_on
from journeys.desk.complaints.finding import the_complaint
from journeys.foundation.acting import Act
from journeys.store.complaints import ASKED, CONFIRMED, OPEN, Complaint
from journeys.store.contact import Message

BY_PATIENT = "patient-said-no"


def take_answers(session: Session, act: Act, events: Select[Any]) -> None:
    """A yes closes what waits for it; a no opens the case again, also when it had ended. The lanes of the patients are
    held. Said again, neither changes anything: a case that is opened again has no question until it is settled anew."""
    said = events.subquery("said")
    answers = (
        select(Complaint.uid, said.c.outcome)
        .join(Message, Message.id == said.c.subject_id)
        .join(Complaint, Complaint.asked_uid == Message.uid)
        .where(said.c.subject_kind == "message", Message.focus_kind == Complaint.__tablename__)
        .where(said.c.outcome.in_((CONFIRM, DECLINE)))
        .order_by(said.c.id)
    )
    for uid, outcome in session.execute(answers).all():
        row = the_complaint(session, uid)
        if outcome == CONFIRM and row.status == ASKED:
            end(session, act, row, CONFIRMED)
        elif outcome == DECLINE and row.status != OPEN:
            go_on(session, act, row, BY_PATIENT)
