"""What a patient may choose by the link in a message: about what we write, and on which channel.

The link names a message. It shows nothing of the patient, and it can change nothing but consent: that of whoever got
the message, so that somebody beside a patient chooses for themselves alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.channels import CHANNELS
from journeys.contact.consent.consents import allows, append, consent_states, media_asked_for
from journeys.contact.deciding.rule_set import parameters_in_force
from journeys.contact.media import MEDIA
from journeys.contact.sending.hold_what_leaves import hold_what_leaves
from journeys.foundation import links
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.contact import PURPOSES, Message
from journeys.store.organisation import Location, Organization
from journeys.store.people import Patient, RelatedPerson

LINK = "choices"
PATH = "/m/"
GOOD_FOR = dt.timedelta(days=180)
"""How long after its message a link may give consent. It may take consent back for ever."""

SOURCE = "link"
MOST_MERGES = 10

Choice = tuple[str, str]
"""(purpose, medium)."""


@dataclass(frozen=True)
class Choices:
    """What holds: each choice, whether we write. `clinic` is who writes, `language` what the message was in."""

    clinic: str
    language: str
    is_too_old: bool
    writes: Mapping[Choice, bool] = field(repr=False)


@dataclass(frozen=True)
class Link:
    """The message that a link was written in, and for whom it was written: the id of somebody beside the patient, or
    None. The message itself may be on its way to somebody else by now."""

    message: Message
    person: int | None


def kind_of(person: int | None) -> str:
    """What the link is for, in the words of `foundation.links`: one for each of those who may get the message."""
    return LINK if person is None else f"{LINK}|{person}"


def link_of(message_id: int, person: int | None) -> str | None:
    """The link to put into a message to the patient, or the `person` beside them; None where this installation has no
    address."""
    return links.written(kind_of(person), PATH, message_id)


def stop_link_of(message_id: int, person: int | None) -> str | None:
    """The link by which a mail program ends this kind of message (RFC 8058)."""
    link = link_of(message_id, person)
    return None if link is None else f"{link}/stop"


def opened(session: Session, token: str) -> Link:
    """What a link is about; Missing for any letters that we did not write."""
    message = session.get(Message, links.number_named(token))
    if message is not None:
        beside = (
            select(RelatedPerson.id).where(RelatedPerson.patient_id == message.patient_id).order_by(RelatedPerson.id)
        )
        for person in (None, *session.scalars(beside)):
            if links.number_in(kind_of(person), token) is not None:
                return Link(message, person)
    raise Missing("There is no such link")


def patient_of(session: Session, link: Link) -> Patient:
    """Whose it is today: records are merged. Who is beside a patient stays beside the record they were written for."""
    patient = session.get_one(Patient, link.message.patient_id)
    if link.person is not None:
        return patient
    for _ in range(MOST_MERGES):
        if patient.merged_into_id is None:
            return patient
        patient = session.get_one(Patient, patient.merged_into_id)
    raise Missing("There is no such link")


def is_too_old(act: Act, message: Message) -> bool:
    """Whether the link may no longer give consent."""
    return act.now - message.planned_at > GOOD_FOR


def writes_to(
    session: Session, act: Act, patient: Patient, media: Sequence[str] = (), person: int | None = None
) -> dict[Choice, bool]:
    """Each choice, and whether we write as things stand, to the patient or the `person` beside them; on these media,
    else on all that patients are asked about."""
    unasked = parameters_in_force(session, "consent").without_asking if person is None else ()
    states = consent_states(session, patient.id, act.now, media or media_asked_for(session), person)
    return {(state.purpose, state.channel): allows(state, unasked) for state in states}


def clinic_of(session: Session, patient: Patient) -> str:
    """Who writes: the organisation of the patient's branch, else the branch, else nothing."""
    branch = session.get(Location, patient.managing_location_id) if patient.managing_location_id else None
    organization = None if branch is None else branch.organization_id
    query = select(Organization.name).order_by(Organization.id).limit(1)
    name = session.scalar(query if organization is None else query.where(Organization.id == organization))
    return name or (branch.name if branch else "") or ""


def state(session: Session, act: Act, link: Link, patient: Patient, wanted: Mapping[Choice, bool]) -> list[Choice]:
    """Append a statement of whoever got the message for each choice that is not as wanted; which those are. The
    patient's lane is held."""
    hold_what_leaves(session, [patient.id])
    lock_lanes(session, [lane_of(patient.id)])
    now = writes_to(session, act, patient, sorted({medium for _, medium in wanted}), link.person)
    changed = [choice for choice in in_order(wanted) if choice in now and now[choice] != wanted[choice]]
    for purpose, medium in changed:
        gives = wanted[purpose, medium]
        statement = {
            "decision": "permit" if gives else "deny",
            "purpose": purpose,
            "channel": medium,
            "source": SOURCE,
            "language": link.message.language,
            "evidence": f"link in message {link.message.uid}",
            "about_person_id": link.person,
        }
        append(session, act, "consent.given" if gives else "consent.withdrawn", [patient.id], statement)
    return changed


def in_order(choices: Iterable[Choice]) -> list[Choice]:
    """Purpose by purpose, as they are always shown."""
    known = [(purpose, medium) for purpose in PURPOSES for medium in MEDIA]
    given = set(choices)
    return [choice for choice in known if choice in given]


def medium_of(message: Message) -> str | None:
    """What the channel that carried a message speaks; None before one did."""
    channel = CHANNELS.get(message.channel or "")
    return None if channel is None else channel.speaks
