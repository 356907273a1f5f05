"""A patient chooses, by the link in a message, about what we write and on which channel."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.contact.consent.choices import Choice, is_too_old, opened, patient_of, state, writes_to
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_


def choose(session: Session, act: Act, token: str, wanted: Collection[Choice]) -> int:
    """Write on these and on no others; how many statements that made. What is chosen already makes none.

    Missing for letters that are no link of ours. Invalid where an old link would give consent: it takes back only.
    """
    link = opened(session, token)
    patient = patient_of(session, link)
    now = writes_to(session, act, patient, person=link.person)
    gives = any(choice in wanted and not writes for choice, writes in now.items())
    if gives and is_too_old(act, link.message):
        raise Invalid([Problem("", N_("This link is too old to begin anything. Use one from a newer message."))])
    changed = state(session, act, link, patient, {choice: choice in wanted for choice in now})
    if not changed:
        audit.nothing_happened(session)
    return len(changed)
