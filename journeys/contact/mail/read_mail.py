"""Reads one mail: a reply, a notice, or nothing that anybody answers."""

from __future__ import annotations

import hashlib
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr

from journeys.contact.channels.base import Attached, Reading, Written
from journeys.contact.mail.attachments import attached
from journeys.contact.mail.automatic import is_automatic
from journeys.contact.mail.notices import DELIVERY, FEEDBACK, complaints_in, kind_of, receipts_in
from journeys.contact.mail.parts import said, text_of
from journeys.contact.mail.quoting import own_words
from journeys.contact.mail.threads import answered_by

AUTOMATIC = "automatic"
"""Why nothing is made of a mail: no person wrote it."""

ABOUT_NOTHING = "about no message of ours"


def read_mail(raw: bytes) -> Reading:
    """What it brings. ValueError where nobody sent it."""
    mail = message_from_bytes(raw)
    kind = kind_of(mail)
    if kind == DELIVERY:
        receipts = receipts_in(mail)
        return Reading(receipts=receipts, passed_over="" if receipts else ABOUT_NOTHING)
    if kind == FEEDBACK:
        complaints = complaints_in(mail)
        return Reading(complaints=complaints, passed_over="" if complaints else ABOUT_NOTHING)
    if is_automatic(mail, said):
        return Reading(passed_over=AUTOMATIC)
    sender = parseaddr(said(mail, "From"))[1]
    if "@" not in sender:
        raise ValueError("nobody sent it")
    return Reading(written=(Written(known_by(raw), sender, words_of(mail), answered_by(mail), files_of(mail)),))


def words_of(mail: Message) -> str:
    """What the writer says; of a mail without a text of its own that begins a thread, its subject."""
    own = own_words(text_of(mail))
    begins = not said(mail, "In-Reply-To") and not said(mail, "References")
    return own or (said(mail, "Subject").strip() if begins else "")


def files_of(mail: Message) -> tuple[Attached, ...]:
    """The files that came with it."""
    return attached(mail)


def known_by(raw: bytes) -> str:
    """What a mail is recognised by when it comes again: who sent it under which Message-ID, and its content; not the
    lines that servers add on its way."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    mail = message_from_bytes(head)
    named = f"{said(mail, 'Message-ID').strip()}\n{said(mail, 'From').strip()}\n{said(mail, 'Date').strip()}\n"
    return hashlib.sha256(named.encode("utf-8", "replace") + body).hexdigest()
