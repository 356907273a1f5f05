"""TXA and OBX → DocumentReference; RXA → Immunization."""

from __future__ import annotations

import base64

from journeys.sync.hl7.mapping.order import About
from journeys.sync.hl7.mapping.telling import UNSAID, Says, Telling, without_unsaid
from journeys.sync.hl7.mapping.types import concept, entity, key_of, staff
from journeys.sync.hl7.message import Message, Segment

COMPLETION = {"AU": "final", "LA": "final", "DO": "preliminary", "IP": "preliminary", "DI": "preliminary"}
"""How far a document has come (TXA-17, HL7 table 0271)."""

TAKEN_BACK = "T11"
REFUSED = ("RE", "NA")
"""Completion of a vaccination (RXA-20) that says it was not given."""


def tell_document(message: Message, segment: Segment, about: About, telling: Telling) -> bool:
    """Say what a TXA does; False when no number names the document."""
    named = entity(segment.one(12), telling.habits, "FILL")
    if named is None:
        return False
    coded = concept(segment.one(2), telling.habits)
    gone = message.trigger == TAKEN_BACK or segment.text(19) == "CA"
    author = staff(segment.one(9), telling)
    says = {
        "identifier": [named],
        "status": "entered-in-error" if gone else "current",
        "docStatus": COMPLETION.get((segment.text(17) or "").upper(), UNSAID),
        "type": coded or UNSAID,
        "subject": about.subject,
        "date": telling.moment(segment.text(6) or segment.text(4), "TXA-4"),
        "author": [author] if author else UNSAID,
        "description": segment.text(25) or UNSAID,
        "content": [{"attachment": attachment(message, segment)}],
    }
    telling.tell("DocumentReference", key_of(named), says)
    return True


def attachment(message: Message, segment: Segment) -> Says:
    """The text of a document, or the file that it holds."""
    texts: list[str] = []
    for finding in message.each("OBX"):
        if finding.text(2) == "ED" and finding.text(5, 5):
            kind = "/".join(part for part in (finding.text(5, 2), finding.text(5, 3)) if part).lower()
            return without_unsaid({"contentType": kind, "data": finding.text(5, 5), "title": title(segment)})
        texts += [text for text in (each.whole() for each in finding.each(5)) if text]
    data = base64.b64encode("\n".join(texts).encode()).decode() if texts else None
    return without_unsaid({"contentType": "text/plain", "data": data, "title": title(segment)})


def title(segment: Segment) -> str | None:
    """What a document is called."""
    return segment.text(2, 2) or segment.text(2)


def tell_vaccination(control: Segment | None, segment: Segment, about: About, telling: Telling) -> bool:
    """Say what an RXA does: given or not, what, when; known by the filler's number, else by what and when."""
    coded = concept(segment.one(5), telling.habits)
    if coded is None:
        return False
    at = telling.moment(segment.text(3), "RXA-3")
    named = entity(control.one(3), telling.habits, "FILL") if control is not None else None
    gone = segment.text(21) == "D"
    reason = concept(segment.one(18), telling.habits)
    status = "not-done" if (segment.text(20) or "").upper() in REFUSED else "completed"
    says = {
        "identifier": [named] if named else UNSAID,
        "status": "entered-in-error" if gone else status,
        "vaccineCode": coded,
        "patient": about.subject,
        "encounter": about.visit or UNSAID,
        "occurrenceDateTime": at,
        "lotNumber": segment.text(15) or UNSAID,
        "statusReason": reason if reason and status == "not-done" else UNSAID,
        "primarySource": segment.text(9) in (None, "00"),
    }
    key = key_of(named) if named else f"{about.name}|{segment.text(5)}|{segment.text(3)}"
    telling.tell("Immunization", key, says)
    return True
