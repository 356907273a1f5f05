"""The acknowledgement of a message, as those who send it expect (HL7 2.8.2, chapter 2.9).

AA once it is kept; AR for what can never be taken; nothing at all when it could not be kept: a sender that hears
nothing sends again, one that hears AE may not. In enhanced mode (MSH-15 asks) it is CA and CR. MSA-2 repeats MSH-10 as
it came.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from journeys.sync.hl7.escapes import Delimiters, escape
from journeys.sync.hl7.message import Message

ACCEPTED = "AA"
REFUSED = "AR"
COMMITTED = {ACCEPTED: "CA", REFUSED: "CR"}
VERSION = "2.5"
PROCESSING = "P"
CONDITIONS = {"never": "NE", "refused": "ER", "accepted": "SU"}


@dataclass(frozen=True)
class Refusal:
    """Why a message is refused: the code of HL7 table 0357, and words that hold no content."""

    code: str
    says: str


UNSUPPORTED_KIND = "200"
MISSING_SEGMENT = "100"
WRONG_TYPE = "102"


def acknowledgement(message: Message | None, now: dt.datetime, own_id: str, refusal: Refusal | None = None) -> bytes:
    """The answer to a message, b"" when its sender wants none. `message` is None when nothing of it could be read."""
    code = REFUSED if refusal is not None else ACCEPTED
    asked = None if message is None else message.header.text(15)
    if asked:
        code = COMMITTED[code]
        if asked == CONDITIONS["never"] or asked == CONDITIONS["refused" if refusal is None else "accepted"]:
            return b""
    segments = [header(message, now, own_id), said(message, code, refusal)]
    if refusal is not None:
        segments.append(f"ERR|||{refusal.code}^^HL70357|E||||{escape(refusal.says, Delimiters())}")
    codec = "utf-8" if message is None else message.character_set
    return "".join(f"{segment}\r" for segment in segments).encode(codec, errors="replace")


def header(message: Message | None, now: dt.datetime, own_id: str) -> str:
    """MSH of the answer: back to whoever sent it, in their version and character set."""
    written = now.astimezone(dt.UTC).strftime("%Y%m%d%H%M%S+0000")
    if message is None:
        return f"MSH|^~\\&|||||{written}||ACK|{own_id}|{PROCESSING}|{VERSION}"
    plain = Delimiters()
    asked = message.header
    names = [again(asked.text(number) or "", plain) for number in (5, 6, 3, 4)]
    kind = "^".join(["ACK", again(message.trigger, plain), "ACK"]) if message.trigger else "ACK"
    fields = ["MSH", "^~\\&", *names, written, "", kind, own_id, again(asked.text(11) or PROCESSING, plain)]
    fields.append(again(asked.text(12) or VERSION, plain))
    if asked.text(18):
        fields += ["", "", "", "", "", again(asked.text(18) or "", plain)]
    return "|".join(fields)


def said(message: Message | None, code: str, refusal: Refusal | None) -> str:
    """MSA: the code, whose message it answers, and why it is refused."""
    fields = ["MSA", code, "" if message is None else again(message.control_id, Delimiters())]
    if refusal is not None:
        fields.append(escape(refusal.says, Delimiters()))
    return "|".join(fields)


def again(text: str, delimiters: Delimiters) -> str:
    """A text of the sender's, as it may stand in our answer."""
    return escape(text, delimiters)
