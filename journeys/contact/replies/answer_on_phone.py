"""Answers on the simulated phone, as the patient would: the text comes in by the same way as from any provider."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.contact.replies.phone import CHANNEL, number_of
from journeys.contact.replies.receive import Arrived, Received, receive
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_

LONGEST = 1600


def answer_on_phone(session: Session, act: Act, patient_id: int, text: str, outside_id: str) -> Received:
    """Receive `text` from the patient's number; `outside_id` (one for each press of the button) makes a repetition
    harmless."""
    number = number_of(session, patient_id)
    if number is None:
        raise Invalid([Problem("number", N_("The patient has no phone number"))])
    if not text.strip() or len(text) > LONGEST:
        raise Invalid([Problem("text", N_("Write an answer of at most %(longest)s characters"), {"longest": LONGEST})])
    return receive(session, act, Arrived(CHANNEL, outside_id, number, text))
