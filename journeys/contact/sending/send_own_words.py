"""Staff answer a patient in words of their own: a message with a text of its own, judged by contact rules as any other.

Nobody has approved such a text before. So whoever writes it says how much it reveals (content level 0 to 3), which
decides where it may be read; protected kinds of care that it names are found by the list that templates are proved by.
"""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.contact.media import MEDIA
from journeys.contact.sending.send_reply import SOON, to_answer
from journeys.contact.template_checks.health_words import LEVEL, protected_words
from journeys.contact.texts.saved_replies import medium_of, newest_of
from journeys.contact.texts.sms_text import MOST_PARTS, measure
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Problem, refuse_errors
from journeys.foundation.lanes import lane_of
from journeys.foundation.words import N_
from journeys.store.contact import Message
from journeys.store.organisation import Location, Organization
from journeys.store.people import Patient

LONGEST = 4_000
PURPOSE = "transactional"
"""Whoever asks is answered; what is written of one's own accord has templates."""
ENGLISH = "en"
UNWRITTEN = frozenset({"Cc", "Cn", "Co", "Cs"})
"""Categories of Unicode that no text has: controls, what is not assigned, private and half letters."""

NOTHING = N_("Write something first")
TOO_LONG = N_("At most %(most)s characters")
TOO_MANY_PARTS = N_("It would become %(parts)s text messages; at most %(most)s may be sent at once. Write less")
UNSEEN = N_("It holds characters that no screen shows: write it anew")
NAMES_CARE = N_("“%(word)s” names a protected kind of care: say that it tells about health, or write it without")


@dataclass(frozen=True)
class OwnWords:
    """What somebody wrote, and how much they say that it reveals (0 to 3)."""

    text: str = field(repr=False)
    level: int

    @property
    def plain(self) -> str:
        """The text as it goes: its lines as the wire has them, nothing around it."""
        return self.text.replace("\r\n", "\n").strip()


def send_own_words(session: Session, act: Act, patient_uid: uuid.UUID, words: OwnWords, delivery: uuid.UUID) -> Message:
    """The message, on the medium on which the patient wrote last (the usual ones without). `delivery` is one for each
    form: sent twice it plans once.

    Missing for a patient outside the scope, Invalid (fields `own_words` and `reveals`) where it cannot be sent so.
    """
    patient, before = to_answer(session, patient_uid, delivery)
    if before is not None:
        audit.nothing_happened(session)
        return before
    theirs = newest_of(session, patient.id)
    medium = medium_of(theirs.channel if theirs is not None else None)
    language = patient.language or ENGLISH
    refuse_errors(problems_of(words, language, medium))
    message = Message(
        uid=delivery,
        patient_id=patient.id,
        lane=lane_of(patient.id),
        purpose=PURPOSE,
        language=language,
        content_level=words.level,
        channels=[medium] if medium else [],
        planned_at=act.now,
        priority=SOON,
        in_response_to_id=theirs.id if theirs is not None else None,
    )
    message.body = words.plain
    message.subject = subject_of(session, patient, theirs)
    session.add(message)
    session.flush()
    audit.note(session, "C", "message", [message.id], [patient.id], {"own words": words.level})
    ring_after_commit(session, "plan")
    return message


def problems_of(words: OwnWords, language: str, medium: str) -> Iterable[Problem]:
    """Why this cannot be sent to somebody who reads a language on a medium; on the usual ones where none is known."""
    text = words.plain
    if not 0 <= words.level <= LEVEL:
        yield Problem("reveals", N_("Content levels go from 0 to %(highest)s"), {"highest": LEVEL})
    if not text:
        yield Problem("own_words", NOTHING)
    if len(text) > LONGEST:
        yield Problem("own_words", TOO_LONG, {"most": LONGEST})
    if any(unicodedata.category(letter) in UNWRITTEN and letter not in "\n\t" for letter in text):
        yield Problem("own_words", UNSEEN)
    parts = measure(text).parts
    if (medium not in MEDIA or MEDIA[medium].counts_parts) and parts > MOST_PARTS:
        yield Problem("own_words", TOO_MANY_PARTS, {"parts": parts, "most": MOST_PARTS})
    if words.level < LEVEL:
        for word in protected_words(text, language):
            yield Problem("reveals", NAMES_CARE, {"word": word})


def subject_of(session: Session, patient: Patient, theirs: Message | None) -> str | None:
    """What stands above it where there is such a line: that of the patient's own letter, else the clinic's name."""
    if theirs is not None and theirs.subject:
        return theirs.subject
    clinic = (
        select(func.coalesce(Organization.name, Location.name))
        .select_from(Location)
        .outerjoin(Organization, Organization.id == Location.organization_id)
        .order_by(Location.id != func.coalesce(patient.managing_location_id, 0), Location.id)
    )
    return session.scalar(clinic.limit(1))
