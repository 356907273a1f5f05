"""Dumps everything that a thief could take, and looks in it for the canaries: as text, in hexadecimal, in base64.

The dump of the database is every table as text; besides, the bytes of all files of the server (with its write-ahead
log), every value of Redis with its append-only file, and the logs of all processes are searched.
"""

import base64
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg
from psycopg import sql
from redis import Redis

from tests.faults.canaries import AREA, MARKS

TABLES = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
CHUNK = 1 << 20
OVERLAP = 256
LEAST_TABLES = 40
"""A dump with fewer is not the dump of this database."""


class Wanted:
    """Everything that betrays a patient. Plain searches, because hundreds of megabytes are looked through."""

    def __init__(self) -> None:
        words = [word.lower() for word in MARKS]
        self.words = [word.encode() for word in words]
        self.words += [spelled.encode().hex().encode() for word in words for spelled in (word, word.capitalize())]
        self.words += [piece for word in words for piece in in_base64(word)]
        first, rest = AREA[:3].encode(), AREA[3:].encode()
        self.areas = [first + between + rest for between in (b"", b" ", b"-", b".", b") ")]
        area = b"|".join(re.escape(each) for each in self.areas)
        # ten digits amid hexadecimal digits are ciphertext, not a number
        self.number = re.compile(rb"(?<![0-9a-f])(?:\+?1[ .-]?)?\(?(?:" + area + rb")[ .-]?\d{4}(?![0-9a-f])")

    def found_in(self, piece: bytes) -> list[bytes]:
        """What of it is in these bytes."""
        low = piece.lower()
        found = [word for word in self.words if word in low]
        if any(area in low for area in self.areas):
            found += [match.group() for match in self.number.finditer(low)]
        return found


def in_base64(word: str) -> Iterator[bytes]:
    """The middle of a word as base64 shows it, for each of the three places it may begin at."""
    for spelled in (word, word.capitalize()):
        for shift in range(3):
            coded = base64.b64encode(b"\0" * shift + spelled.encode())
            yield coded[4 if shift else 0 : -4].lower()


def leaks_in(chunks: Iterable[bytes], wanted: Wanted) -> list[bytes]:
    """What is found in a stream of bytes, also across its seams."""
    found: list[bytes] = []
    before = b""
    for chunk in in_large_pieces(chunks):
        found += wanted.found_in(before + chunk)
        before = chunk[-OVERLAP:]
    return found


def in_large_pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of about a megabyte."""
    gathered = bytearray()
    for chunk in chunks:
        gathered += chunk
        if len(gathered) >= CHUNK:
            yield bytes(gathered)
            gathered.clear()
    yield bytes(gathered)


def dump_of_database(url: str) -> Iterator[bytes]:
    """Every table as text."""
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        tables = [name for (name,) in connection.execute(TABLES)]
        assert len(tables) >= LEAST_TABLES, f"only {len(tables)} tables to dump"
        for table in tables:
            with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as rows:
                yield from (bytes(row) for row in rows)


def files_below(folder: Path) -> Iterator[bytes]:
    """The bytes of every file, in chunks."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            with open(file, "rb") as content:
                while chunk := content.read(CHUNK):
                    yield chunk
            yield b"\0" * OVERLAP


def dump_of_redis(redis: Redis) -> Iterator[bytes]:
    """Every key with its value."""
    for key in redis.scan_iter():
        yield key + b" " + (redis.dump(key) or b"") + b"\n"
