"""Opens a form for whoever has its address; nothing of any patient is read."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.contact.forms.content import Form, form_in_force
from journeys.foundation import audit
from journeys.foundation.acting import Act


def open_form(session: Session, act: Act, slug: str) -> Form:
    """The form in force; Missing where there is none."""
    audit.nothing_happened(session)
    return form_in_force(session, slug)
