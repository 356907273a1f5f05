"""Takes in that somebody called a message of ours spam: they get no more of its kind, and nothing unasked.

A mark keeps care, questions and offers back (`contact/rules/complaint.py`); what the message was about is refused on
this medium besides, so that it stands among the patient's consents. What is about an appointment goes on. Of somebody
beside the patient all is refused that goes to them on this medium, and nothing that goes to the patient.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Complaint
from journeys.contact.consent.consents import append, consent_state
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.contact import PURPOSES, Message
from journeys.store.contact_marks import ContactMark

COMPLAINT = "complaint"
SOURCE = "feedback-report"
TRANSACTIONAL = "transactional"


def take_complaint(session: Session, act: Act, channel: str, complaint: Complaint) -> str:
    """`applied`; `repeated` where a complaint about the medium holds already; `unknown` for no message of ours."""
    ours = select(Message.patient_id, Message.purpose, Message.recipient_id).where(
        Message.uid == complaint.uid, Message.direction == "outbound"
    )
    found = session.execute(ours).one_or_none()
    if found is None:
        audit.nothing_happened(session)
        return "unknown"
    lock_lanes(session, [lane_of(found.patient_id)])
    speaks = CHANNELS[channel].speaks
    if found.recipient_id is not None:
        return refused_beside(session, act, found.patient_id, found.recipient_id, speaks)
    if has_complained(session, found.patient_id, speaks):
        audit.nothing_happened(session)
        return "repeated"
    mark = ContactMark(
        patient_id=found.patient_id,
        kind=COMPLAINT,
        channel=speaks,
        from_at=act.now,
        source=SOURCE,
        recorded_by=act.by,
        recorded_at=act.now,
    )
    session.add(mark)
    session.flush()
    audit.note(session, "C", ContactMark.__tablename__, [mark.id], [found.patient_id], {"kind": COMPLAINT})
    if found.purpose != TRANSACTIONAL:
        refusal = {"decision": "deny", "purpose": found.purpose, "channel": speaks, "source": SOURCE}
        append(session, act, "consent.withdrawn", [found.patient_id], refusal)
    return "applied"


def refused_beside(session: Session, act: Act, patient: int, person: int, speaks: str) -> str:
    """Nothing more on this medium to the person beside the patient who complained."""
    now = [consent_state(session, patient, purpose, speaks, act.now, person) for purpose in PURPOSES]
    if all(each.decision == "deny" for each in now):
        audit.nothing_happened(session)
        return "repeated"
    refusal = {"decision": "deny", "purpose": None, "channel": speaks, "source": SOURCE, "about_person_id": person}
    append(session, act, "consent.withdrawn", [patient], refusal)
    return "applied"


def has_complained(session: Session, patient: int, speaks: str) -> bool:
    """Whether such a mark holds."""
    mine = select(ContactMark.id).where(
        ContactMark.patient_id == patient,
        ContactMark.kind == COMPLAINT,
        ContactMark.channel == speaks,
        ContactMark.until_at.is_(None),
    )
    return session.scalar(mine) is not None
