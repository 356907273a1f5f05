"""The messages of a file, a batch or a frame, one at a time; memory holds one.

FHS/BHS … BTS/FTS stand around messages (HL7 2.8.2, chapter 2.10.3). Each message is judged alone: one that is damaged
costs only itself. A trailer that counts other than what came is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from journeys.sync.hl7.reading import LARGEST

CHUNK = 1024 * 1024
BOUNDARY = re.compile(rb"(?:^|[\r\n\x1c])[\x0b\r\n\t ]*(?=(?:MSH|FHS|BHS|BTS|FTS)(?:[^A-Za-z0-9]|$))")
LOOK_BACK = 16
"""Bytes at the end of what is at hand in which a boundary may only have begun."""

AROUND = (b"FHS", b"BHS", b"BTS", b"FTS")


@dataclass(frozen=True)
class Piece:
    """One message as it came, and its number in the file, from 1. `is_cut` when it was longer than it may be."""

    number: int
    data: bytes
    is_cut: bool = False


@dataclass
class Counts:
    """What the trailers of a file said, beside what came."""

    messages: int = 0
    in_batch: int = 0
    wrong: int = 0

    def trailer(self, line: bytes) -> None:
        """Hold the count of a batch (BTS-1) against its messages."""
        fields = re.split(rb"[\r\n]", line, maxsplit=1)[0].split(line[3:4])
        said = fields[1].strip() if len(fields) > 1 else b""
        if said.isdigit() and int(said) != self.in_batch:
            self.wrong += 1


def messages_in(chunks: Iterable[bytes], counts: Counts | None = None) -> Iterator[Piece]:
    """The messages in a stream of bytes."""
    counting = counts or Counts()
    for part, is_cut in parts_of(chunks):
        name = part[:3].upper()
        if name == b"BHS":
            counting.in_batch = 0
        if name == b"BTS":
            counting.trailer(part)
        if name in AROUND or not part.strip(b"\x0b\x1c\r\n\t "):
            continue
        counting.messages += 1
        counting.in_batch += 1
        yield Piece(counting.messages, part, is_cut)


def parts_of(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """What stands between two boundaries, without the space before it, and whether it was cut for its length."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        *whole, rest = cut(rest)
        yield from ((part, False) for part in whole)
        while len(rest) > LARGEST + CHUNK:
            yield rest[: LARGEST + 1], True
            rest = b""
    yield from ((part, False) for part in cut(rest, is_last=True))


def cut(data: bytes, is_last: bool = False) -> list[bytes]:
    """The parts of what is at hand; the last one may go on, unless nothing follows."""
    end = len(data) if is_last else len(data) - LOOK_BACK
    starts = [found.end() for found in BOUNDARY.finditer(data) if found.end() <= max(end, 0) and found.end() > 0]
    edges = [0, *starts, len(data)]
    parts = [data[before:after] for before, after in zip(edges, edges[1:], strict=False)]
    kept = [part.strip(b"\x0b\x1c\r\n") for part in parts[:-1]]
    return [*(part for part in kept if part), parts[-1]]
