"""Cuts a Bundle of any size into its entries while it is read: memory holds one entry, never the Bundle.

Only strings and brackets are looked at. What an entry means, and whether it is JSON at all, is for the reader of the
entry; what stands around the entries (type, links, signature) is not needed by anybody here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from journeys.foundation.words import N_

CHUNK = 1 << 18
PIECE = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]]', re.DOTALL)
ENTRY = b'"entry"'
RESOURCE_TYPE = b'"resourceType"'
OPENING = (b"{", b"[")


class Broken(ValueError):
    """The document cannot be cut; `says` is a message id."""

    def __init__(self, says: str) -> None:
        """Keep what is wrong."""
        super().__init__(says)
        self.says = says


class Cutter:
    """Reads a JSON document in chunks and gives the text of each element of its top-level `entry` list."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        """`limit` is how many bytes one entry may have."""
        self.stream = stream
        self.limit = limit
        self.text = b""
        self.at = 0
        self.depth = 0
        self.begins: int | None = None
        self.in_entries = False
        self.last_string = b""
        self.resource_type: str | None = None

    def entries(self) -> Iterator[bytes]:
        """The entries in order. Broken when the document ends too early or an entry is too large."""
        while (chunk := self.stream.read(CHUNK)) != b"":
            self.forget()
            self.text += chunk
            yield from self.cut()
            if len(self.text) > self.limit + CHUNK:
                raise Broken(N_("holds one entry that is larger than an import takes"))
        if self.depth or self.text[self.at :].strip():
            raise Broken(N_("ends in the middle"))

    def find_type(self) -> str | None:
        """The top-level resourceType, read no further than needed; None when there is none or nothing is readable."""
        try:
            for _ in self.entries():
                if self.resource_type is not None:
                    break
        except Broken:
            pass
        return self.resource_type

    def forget(self) -> None:
        """Drop what was read and is not part of an open entry."""
        keep = self.at if self.begins is None else self.begins
        self.text = self.text[keep:]
        self.at -= keep
        if self.begins is not None:
            self.begins = 0

    def cut(self) -> Iterator[bytes]:
        """The entries that end in the text at hand; stops before a string that is not complete yet."""
        for piece in PIECE.finditer(self.text, self.at):
            # an opening quote that the pattern skipped is a string that goes on in the next chunk
            if b'"' in self.text[self.at : piece.start()]:
                return
            self.at = piece.end()
            entry = self.step(piece.group(), piece.start(), piece.end())
            if entry is not None:
                yield entry
        if b'"' not in self.text[self.at :]:
            self.at = len(self.text)

    def step(self, piece: bytes, start: int, end: int) -> bytes | None:
        """Take one string or bracket; the text of an entry when this piece closes it."""
        if piece[:1] == b'"':
            if self.depth == 1 and self.last_string == RESOURCE_TYPE:
                self.resource_type = piece[1:-1].decode(errors="replace")
            if self.depth == 1:
                self.last_string = piece
            return None
        if piece in OPENING:
            if self.depth == 1 and piece == b"[" and self.last_string == ENTRY:
                self.in_entries = True
            if self.depth == 2 and self.in_entries:
                self.begins = start
            self.depth += 1
            return None
        self.depth -= 1
        if self.depth == 1:
            self.in_entries = False
        if self.depth < 0:
            raise Broken(N_("closes more brackets than it opens"))
        if self.depth == 2 and self.begins is not None:
            entry = self.text[self.begins : end]
            self.begins = None
            return entry
        return None
