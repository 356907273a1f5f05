"""Notices of mail servers: what did not arrive (RFC 3464), and who called a message of ours spam (RFC 5965)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from email import message_from_string
from email.message import Message

from journeys.contact.channels.base import Complaint, Receipt
from journeys.contact.mail.parts import decoded, said
from journeys.contact.mail.statuses import enhanced_in, is_permanent, speaks_against_address
from journeys.contact.mail.threads import OURS, sent_as, tag_of

DELIVERY, FEEDBACK = "delivery-status", "feedback-report"
FAILED, ARRIVED = "failed", "delivered"
NOT_SPAM = "not-spam"
"""RFC 6430: somebody took a complaint back at their mail program; that is not ours to know for sure."""

HEADERS_ALONE = ("text/rfc822-headers", "message/rfc822-headers")


def kind_of(mail: Message) -> str | None:
    """What kind of notice a mail is; None for anything else."""
    if mail.get_content_type() != "multipart/report":
        return None
    kind = str(mail.get_param("report-type") or "").casefold()
    return kind if kind in (DELIVERY, FEEDBACK) else None


def receipts_in(mail: Message) -> tuple[Receipt, ...]:
    """What a delivery status notice says of our message; nothing where it names none, or only tells of a delay.

    One message of ours has one recipient, so its first status with an end is its own.
    """
    fields = list(groups(mail, "message/delivery-status"))
    about = subject_of(mail, fields)
    if about is None:
        return ()
    found = (receipt_of(each, about) for each in fields)
    return tuple(each for each in found if each is not None)[:1]


def receipt_of(group: Message, about: uuid.UUID) -> Receipt | None:
    """What one group of fields says of its recipient."""
    action = said(group, "Action").strip().casefold()
    if action == ARRIVED:
        return Receipt("delivered", uid=about)
    if action != FAILED:
        return None
    status = status_of(group)
    is_bad = speaks_against_address(status) if status else False
    return Receipt("undeliverable", uid=about, address_is_bad=is_bad, error=f"bounced {status or '5.0.0'}")


def status_of(group: Message) -> str | None:
    """The status; the server's own words where the field says less, as in `5.0.0` with `550 5.1.1 no such user`."""
    written = enhanced_in(said(group, "Status"))
    words = enhanced_in(said(group, "Diagnostic-Code"))
    is_vague = written is None or written.endswith(".0.0")
    return words if words is not None and is_vague and is_permanent(words) else written


def complaints_in(mail: Message) -> tuple[Complaint, ...]:
    """Who called our message spam; nothing for a report that takes it back."""
    fields = list(groups(mail, "message/feedback-report"))
    about = subject_of(mail, fields)
    kinds = {said(each, "Feedback-Type").strip().casefold() for each in fields}
    return () if about is None or not kinds or NOT_SPAM in kinds else (Complaint(about),)


def groups(mail: Message, kind: str) -> Iterator[Message]:
    """The groups of fields in the machine's part of a notice. Python reads them apart in one kind, not in the other."""
    for part in mail.walk():
        if part.get_content_type() != kind:
            continue
        content = part.get_payload()
        if isinstance(content, list):
            yield from (each for each in content if isinstance(each, Message))
        else:
            yield message_from_string(decoded(part))


def subject_of(mail: Message, fields: list[Message]) -> uuid.UUID | None:
    """The message of ours that a notice is about: by what it brings back, by our envelope, by its address."""
    for part in mail.walk():
        is_copy = part.get_content_type() in HEADERS_ALONE
        found = sent_as(message_from_string(decoded(part))) if is_copy else None
        found = found or (sent_as(part) if part is not mail else None)
        if found is not None:
            return found
    for each in fields:
        envelope = OURS.search(f"<{said(each, 'Original-Envelope-Id').strip()}@")
        if envelope:
            return uuid.UUID(envelope.group(1))
    return tag_of(mail)
