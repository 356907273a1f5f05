"""A form of the clinic's website that all browser tests find published."""

from typing import Any

from sqlalchemy.orm import Session

from journeys.contact.forms.publish_form import publish_form
from journeys.foundation.acting import Act
from journeys.store.putting_in_force.definitions import FORM
from journeys.store.putting_in_force.save_draft import save_draft

SLUG = "write-to-us"
NAME = {"en": "Write to us", "es": "Escríbanos", "fa": "به ما بنویسید"}
CONTENT: dict[str, Any] = {
    "format": 1,
    "name": NAME,
    "intro": {"en": "We answer within a working day.", "es": "Respondemos en un día laborable."},
    "questions": [
        {"asks": "name", "needed": True},
        {"asks": "birth-date"},
        {"asks": "phone"},
        {"asks": "email"},
        {
            "asks": "reason",
            "choices": [
                {"code": "visit", "name": {"en": "An appointment", "es": "Una cita"}},
                {"code": "bill", "name": {"en": "A bill", "es": "Una factura"}},
            ],
        },
        {"asks": "text", "needed": True},
    ],
    "consents": [
        {
            "purpose": "care",
            "channel": "sms",
            "wording": {
                "en": "You may remind me of my care by text message. I can end that at any time.",
                "es": "Pueden recordarme mi atención por SMS. Puedo terminarlo en cualquier momento.",
            },
        }
    ],
}


def publish_a_form(session: Session, doing: Act) -> None:
    """Put it in force."""
    save_draft(session, doing, FORM, SLUG, NAME, CONTENT)
    publish_form(session, doing, SLUG)
