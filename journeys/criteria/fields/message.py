"""Messages."""

from __future__ import annotations

from journeys.criteria.fields.base import Record, code, day, instant, number
from journeys.foundation.words import N_
from journeys.store.contact import Message as Table


class Message(Record):
    """A message that went out or came in; windows look at when it was sent.

    One that is still planned, was held back or never went out does not count.
    """

    label = N_("a message")
    singular = N_("message")
    plural = N_("messages")
    table = Table
    when = "sent_at"
    not_counted = ("planned", "held", "released", "not-done")
    attributes = {
        "sent_at": instant("sent_at", N_("time"), otherwise="planned_at"),
        "delivered_at": instant("delivered_at", N_("time of delivery")),
        "answered_at": instant("answered_at", N_("time of the answer")),
        "direction": code(
            "direction",
            N_("direction"),
            {
                "outbound": N_("to the patient"),
                "inbound": N_("from the patient"),
            },
        ),
        "status": code(
            "status",
            N_("status"),
            {
                "sending": N_("being sent"),
                "accepted": N_("accepted"),
                "delivered": N_("delivered"),
                "undeliverable": N_("undeliverable"),
                "unknown": N_("unknown"),
                "received": N_("received"),
            },
        ),
        "channel": code("channel", N_("channel")),
        "purpose": code(
            "purpose",
            N_("purpose"),
            {
                "transactional": N_("this appointment"),
                "care": N_("care"),
                "experience": N_("experience"),
                "promotional": N_("promotion"),
            },
        ),
        "answer": code("answer", N_("answer")),
        "question": code("question", N_("question")),
        "answer_number": number("answer_number", N_("number answered")),
        "answer_date": day("answer_date", N_("day answered")),
    }
