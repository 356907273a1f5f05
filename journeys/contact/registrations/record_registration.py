"""Writes down what a network says of a text that is registered with it; it holds at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import and_, any_, select, update
from sqlalchemy.orm import Session

from journeys.contact.deciding.reasons import AWAITING_APPROVAL
from journeys.contact.media import MEDIA
from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Missing, Problem, refuse_errors
from journeys.foundation.lanes import ALL_LANES, lock_lanes
from journeys.foundation.words import N_
from journeys.store.configuration import DefinitionVersion
from journeys.store.contact import Message
from journeys.store.putting_in_force.definitions import TEMPLATE, find
from journeys.store.text_registrations import APPROVED, STATES, TextRegistration

AHEAD = dt.timedelta(hours=14)
"""By so much the day is ahead of UTC where it begins first."""

LONGEST_CITATION = 500


@dataclass(frozen=True)
class Statement:
    """What a network says: of which version in which language, on which medium, as what it knows the text, since when,
    and where that can be read."""

    version: int
    language: str
    medium: str
    state: str
    said_on: dt.date
    number: str = ""
    citation: str = ""


def record_registration(session: Session, act: Act, slug: str, said: Statement) -> TextRegistration:
    """Return the statement; Missing without such a template, Invalid with every problem. What waited for an answer is
    decided anew."""
    definition = find(session, TEMPLATE, slug)
    version = session.scalar(
        select(DefinitionVersion).where(
            DefinitionVersion.definition_id == definition.id, DefinitionVersion.number == said.version
        )
    )
    refuse_errors(problems_of(act, version, said))
    if version is None:
        raise Missing(f"There is no version {said.version} of {slug}")
    row = TextRegistration(
        version_id=version.id,
        language=said.language,
        medium=said.medium,
        state=said.state,
        number=said.number or None,
        said_on=said.said_on,
        citation=said.citation or None,
        recorded_at=act.now,
        recorded_by=act.by,
    )
    decide_anew(session, version.id)
    session.add(row)
    session.flush()
    detail = {"template": slug, "version": said.version, "medium": said.medium, "state": said.state}
    audit.note(session, "C", TextRegistration.__tablename__, [row.id], detail=detail)
    ring_after_commit(session, "plan")
    return row


def decide_anew(session: Session, version_id: int) -> None:
    """Let messages that wait for the network's answer about a version be planned now.

    All lanes are held: whoever is just planning does not see the answer yet, and would put a message off after this
    looked.
    """
    lock_lanes(session, ALL_LANES)
    waited = and_(
        Message.status == "planned",
        Message.template_version_id == version_id,
        any_(Message.reasons) == AWAITING_APPROVAL,
    )
    session.execute(update(Message).where(waited).values(not_before=None).execution_options(synchronize_session=False))


def problems_of(act: Act, version: DefinitionVersion | None, said: Statement) -> Iterator[Problem]:
    """What is wrong with a statement."""
    if version is None or said.language not in version.content["texts"]:
        yield Problem("text", N_("Choose a version that has been published, in a language that it has"))
    medium = MEDIA.get(said.medium)
    if medium is None or not medium.register:
        yield Problem("medium", N_("No network of this medium registers texts"))
    elif (said.number or said.state == APPROVED) and not re.fullmatch(medium.registered_as, said.number):
        yield Problem("number", medium.number_wanted)
    if said.state not in STATES:
        yield Problem("state", N_("Choose one of: %(known)s"), {"known": ", ".join(STATES)})
    if said.said_on > (act.now + AHEAD).date():
        yield Problem("said_on", N_("Choose a day that has come"))
    if len(said.citation) > LONGEST_CITATION:
        yield Problem("citation", N_("Say it in at most %(most)s letters"), {"most": LONGEST_CITATION})
