"""Reads one message: the delimiters of its header, its character set, its segments, and what was tolerated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from journeys.foundation.words import N_
from journeys.sync.hl7.characters import Decoded, decode, without_mark
from journeys.sync.hl7.escapes import Delimiters, unknown_in
from journeys.sync.hl7.message import Finding, Message, Segment
from journeys.sync.hl7.segments import SEGMENTS

LARGEST = 16 * 1024 * 1024
"""Bytes that one message may have."""

START = b"\x0b"
END = b"\x1c"
HEADERS = ("MSH", "BHS", "FHS")
SHORTEST = 8
"""Letters of `MSH|^~\\&`: less cannot say how the message is cut."""

LINE_ENDS = re.compile(r"\r\n|\r|\n")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{2}")

FRAME = "frame-taken-off"
MARK = "byte-order-mark"
CASE = "segment-name-in-small-letters"
UNKNOWN_SEGMENT = "unknown-segment"
BROKEN_LINE = "line-without-segment"
UNKNOWN_ESCAPE = "unknown-escape-sequence"
SPACES = "spaces-around-a-value"
ZERO = "character-that-cannot-be-kept"
REPEATED = "second-header"
ORDER = "event-after-patient"
NO_KIND = "no-message-kind"


class Unreadable(ValueError):
    """The bytes cannot be a message; `code` names why, `says` is a message id. Never holds content."""

    def __init__(self, code: str, says: str) -> None:
        """Keep why."""
        super().__init__(code)
        self.code = code
        self.says = says


def read_message(data: bytes, expected: str | None = None) -> Message:
    """The message in these bytes; `expected` is the character set that the connection says. Unreadable when it is
    none."""
    if len(data) > LARGEST:
        raise Unreadable("too-large", N_("is larger than 16 MiB"))
    findings: list[Finding] = []
    body = unframed(data, findings)
    if not body.strip():
        raise Unreadable("empty", N_("is empty"))
    body = body.lstrip(b"\r\n\t ")
    head = re.split(rb"[\r\n]", body, maxsplit=1)[0].decode("latin-1")
    if head[:3].upper() not in HEADERS:
        raise Unreadable("no-header", N_("does not begin with a header (MSH)"))
    delimiters = delimiters_of(head)
    decoded = decode(body, said_in(head, delimiters), expected)
    findings += decoded.findings
    segments = list(cut(decoded, delimiters, findings))
    findings += look_over(segments)
    return Message(segments, decoded.codec, tuple(findings))


def unframed(data: bytes, findings: list[Finding]) -> bytes:
    """The bytes without what a stream or a file puts around a message."""
    body = data.strip(b"\r\n")
    if body.startswith(START) or body.endswith(END):
        findings.append(Finding(FRAME))
        body = body.removeprefix(START).removesuffix(END)
    plain = without_mark(body)
    if plain is not body:
        findings.append(Finding(MARK))
    return plain


def delimiters_of(head: str) -> Delimiters:
    """The delimiters that a header names. Unreadable when they cannot be told apart."""
    if len(head) < SHORTEST:
        raise Unreadable("header-too-short", N_("has a header that is too short to say how it is cut"))
    named = head[4:].split(head[3], 1)[0]
    letters = head[3] + named
    usable = len(set(letters)) == len(letters) and not any(each.isalnum() or each.isspace() for each in letters)
    if len(named) not in (4, 5) or not usable:
        raise Unreadable("delimiters", N_("has a header whose delimiters (MSH-1, MSH-2) cannot be told apart"))
    return Delimiters(head[3], named[0], named[1], named[2], named[3], named[4:])


def said_in(head: str, delimiters: Delimiters) -> str | None:
    """The character set that a header names first (MSH-18)."""
    fields = head.split(delimiters.field)
    return fields[17].split(delimiters.repetition)[0].strip() or None if len(fields) > 17 else None


def cut(decoded: Decoded, delimiters: Delimiters, findings: list[Finding]) -> Iterator[Segment]:
    """The segments. A line that cannot be one belongs to the text before it: a sender left a new line unescaped."""
    text = decoded.text
    if "\0" in text:
        findings.append(Finding(ZERO))
        text = text.replace("\0", "")
    lines: list[str] = []
    for line in LINE_ENDS.split(text):
        if not line.strip():
            continue
        if lines and not is_segment(line, delimiters):
            findings.append(Finding(BROKEN_LINE, lines[-1][:3].upper()))
            lines[-1] += f"{delimiters.escape}.br{delimiters.escape}{line}"
            continue
        lines.append(line.strip(" \t"))
    for line in lines:
        yield segment_in(line, delimiters, findings)


def is_segment(line: str, delimiters: Delimiters) -> bool:
    """Whether a line is a segment: three letters, and then a field or nothing."""
    plain = line.strip()
    return NAME.match(plain) is not None and plain[3:4] in ("", delimiters.field)


def segment_in(line: str, delimiters: Delimiters, findings: list[Finding]) -> Segment:
    """The segment of a line."""
    name, *rest = line.split(delimiters.field)
    if name != name.upper():
        findings.append(Finding(CASE, name.upper()))
    name = name.upper()
    if name not in SEGMENTS:
        findings.append(Finding(UNKNOWN_SEGMENT, name))
    fields = (name, delimiters.field, *rest) if name in HEADERS else (name, *rest)
    findings += (finding for finding in judge(name, fields, delimiters))
    return Segment(name, fields, delimiters)


def judge(name: str, fields: Sequence[str], delimiters: Delimiters) -> Iterator[Finding]:
    """What is tolerated within the fields of a segment."""
    first = 3 if name in HEADERS else 1
    for number, raw in enumerate(fields[first:], first):
        if raw and (raw[0] == " " or raw[-1] == " "):
            yield Finding(SPACES, f"{name}-{number}")
        if unknown_in(raw, delimiters):
            yield Finding(UNKNOWN_ESCAPE, f"{name}-{number}")


def look_over(segments: Sequence[Segment]) -> Iterator[Finding]:
    """What is tolerated in a message as a whole."""
    names = [segment.name for segment in segments]
    if names.count("MSH") > 1:
        yield Finding(REPEATED, "MSH")
    if "EVN" in names and "PID" in names and names.index("PID") < names.index("EVN"):
        yield Finding(ORDER, "EVN")
    if names[0] == "MSH" and not segments[0].text(9):
        yield Finding(NO_KIND, "MSH-9")
