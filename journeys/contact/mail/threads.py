"""Which of our messages a mail belongs to: its uid is in our Message-ID, and in the address where that is tagged."""

from __future__ import annotations

import re
import uuid
from email.message import Message

from journeys.contact.mail.parts import said

OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE)
TAG = re.compile(r"\+([0-9a-f]{32})@", re.IGNORECASE)
ADDRESSED = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "Cc")


def message_id(uid: uuid.UUID, domain: str) -> str:
    """The Message-ID of one of our messages; nobody who did not get it can know it."""
    return f"<{uid}@{domain}>"


def tagged(address: str, uid: uuid.UUID) -> str:
    """An address with the message in it: `name+<32 letters>@domain` (RFC 5233), for servers that take such."""
    name, _, domain = address.rpartition("@")
    return f"{name}+{uid.hex}@{domain}"


def answered_by(mail: Message) -> uuid.UUID | None:
    """The message that a mail answers, the nearest of its thread first; None where it names none of ours."""
    thread = [said(mail, "In-Reply-To"), *reversed(said(mail, "References").split())]
    for each in thread:
        found = OURS.search(each)
        if found:
            return uuid.UUID(found.group(1))
    return tag_of(mail)


def tag_of(mail: Message) -> uuid.UUID | None:
    """The message in an address that it came to."""
    for name in ADDRESSED:
        found = TAG.search(said(mail, name))
        if found:
            return uuid.UUID(found.group(1))
    return None


def sent_as(mail: Message) -> uuid.UUID | None:
    """The message that a mail of ours, or its headers, is."""
    found = OURS.search(said(mail, "Message-ID"))
    return uuid.UUID(found.group(1)) if found else None
