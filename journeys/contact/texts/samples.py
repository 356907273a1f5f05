"""Example values of the merge fields, for texts that are looked at or tried out and are about nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from journeys.contact.texts.merge_fields import MergeField, day, time_of_day
from journeys.foundation.words import in_language

LINK = "https://portal.example/m/AAAAAAAB6q7xY2n0ZkT5fRhWc9sPdQ"

VISIT_LINK = "https://portal.example/a/AAAAAAAB6q7xY2n0ZkT5fRhWc9sPdQ"
BOOKING_LINK = "https://portal.example/b/AAAAAAAB6q7xY2n0ZkT5fRhWc9sPdQ"
OFFER_LINK = "https://portal.example/o/AAAAAAAB6q7xY2n0ZkT5fRhWc9sPdQ"

VISIT = dt.datetime(2026, 3, 3, 10, 0, tzinfo=dt.UTC)
DUE = dt.date(2026, 3, 6)

NAMES = {
    "patient.given_name": "Alexandra",
    "clinic.name": "Riverside Health",
    "clinic.phone": "+1 555 0100",
    "branch.name": "Riverside East",
    "branch.phone": "+1 555 0100",
    "appointment.branch": "Riverside East",
    "appointment.practitioner": "Dr. Rivera",
    "contact.choices": LINK,
    "appointment.link": VISIT_LINK,
    "booking.link": BOOKING_LINK,
    "offer.link": OFFER_LINK,
}


def samples(fields: Mapping[str, MergeField], language: str) -> dict[str, str]:
    """A value for every field; one that the clinic has made shows its own name in a language."""
    moments = {
        "appointment.date": day(VISIT, language) or "",
        "appointment.time": time_of_day(VISIT, language) or "",
        "focus.due_on": day(DUE, language) or "",
    }
    return {**{name: in_language(known.texts, language) for name, known in fields.items()}, **NAMES, **moments}
