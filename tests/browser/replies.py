"""Saved replies of the clinic behind the browser tests."""

from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from tests.make import template

HOURS = {
    "en": {"body": 'Hello {{patient.given_name | default:"there"}}, we are open on weekdays from 8 to 5.'},
    "es": {"body": 'Hola {{patient.given_name | default:""}}, abrimos entre semana de 8 a 17.'},
}


def keep_replies(session: Session, doing: Act) -> None:
    """One in force."""
    template(
        session,
        "reply-hours",
        name={"en": "Opening hours"},
        purpose="transactional",
        uses=["reply"],
        answers={},
        texts=HOURS,
    )
