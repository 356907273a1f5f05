"""A patient, or their mail program for them, ends one kind of e-mail by the link in it (RFC 8058)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.contact.consent.choices import medium_of, opened, patient_of, state
from journeys.contact.consent.consents import media_asked_for
from journeys.foundation import audit
from journeys.foundation.acting import Act


def stop_by_link(session: Session, act: Act, token: str) -> bool:
    """Write nothing more for the purpose of that message on its medium; whether that changed anything.

    A second time changes nothing. Missing for letters that are no link of ours; a link never gets too old for this.
    """
    link = opened(session, token)
    medium = medium_of(link.message)
    media = media_asked_for(session) if medium is None else (medium,)
    wanted = {(link.message.purpose, each): False for each in media}
    changed = state(session, act, link, patient_of(session, link), wanted)
    if not changed:
        audit.nothing_happened(session)
    return bool(changed)
