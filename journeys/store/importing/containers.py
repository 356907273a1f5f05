"""What there is to read: files and folders, .gz and .zip of them, recognised by content and opened as streams.

Nothing is unpacked onto the disk. A zip is judged by its directory before anything of it is read (count, declared
sizes,
ratio); a gzip stream is stopped when it grows out of proportion.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from journeys.foundation.errors import Problem, refuse_errors
from journeys.foundation.words import N_

GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
MEMBERS_AT_MOST = 100_000
RATIO_AT_MOST = 200
CHUNK = 1 << 16
FREE_BYTES = 64 * 1024 * 1024
"""Up to this size nothing is a bomb, whatever its ratio."""

KIND_ORDER = (
    "Organization",
    "Location",
    "Practitioner",
    "PractitionerRole",
    "Patient",
    "RelatedPerson",
    "EpisodeOfCare",
    "Encounter",
    "ServiceRequest",
    "Appointment",
)
RESOURCE_TYPE = re.compile(rb'"resourceType"\s*:\s*"([A-Za-z]+)"')

BROKEN = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError)
"""What the standard library raises for a damaged container."""


class TooLarge(ValueError):
    """A compressed stream grows out of proportion; most likely it was made to."""


@dataclass(frozen=True)
class Place:
    """One stream to read: how people call it, how many bytes will be counted while it is read, how to open it.

    `opens` takes what is told the number of bytes with every read.
    """

    label: str
    size: int
    opens: Callable[[Callable[[int], None]], IO[bytes]]

    def head(self, count: int = 65536) -> bytes:
        """The first bytes, or nothing when it cannot be read: reading it says why later."""
        try:
            with self.opens(count_nothing) as stream:
                return stream.read(count)
        except (OSError, ValueError, *BROKEN):
            return b""


def count_nothing(count: int) -> None:
    """Nobody watches."""


class Counted(io.RawIOBase):
    """A stream that tells how many bytes are taken from it."""

    def __init__(self, stream: IO[bytes], count: Callable[[int], None]) -> None:
        """Tell `count` of every read."""
        self.stream = stream
        self.count = count

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Read on and tell."""
        data = self.stream.read(len(buffer))
        self.count(len(data))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close what lies below, too."""
        self.stream.close()
        super().close()


class Unpacked(Counted):
    """A gzip stream, decompressed, and stopped when it is out of proportion to the bytes it came from."""

    def __init__(self, packed: IO[bytes], size: int) -> None:
        """Allow what is small anyway and `RATIO_AT_MOST` times the packed size."""
        super().__init__(cast(IO[bytes], gzip.GzipFile(fileobj=packed)), self.take)
        self.packed = packed
        self.left = max(FREE_BYTES, size * RATIO_AT_MOST)

    def take(self, count: int) -> None:
        """Count against what is allowed."""
        self.left -= count
        if self.left < 0:
            raise TooLarge(N_("unpacks to far more than its size"))

    def close(self) -> None:
        """Close the packed stream, too: gzip leaves it open."""
        super().close()
        self.packed.close()


def places_of(paths: Iterable[Path]) -> list[Place]:
    """Every stream below these paths, those first that others refer to. Invalid names every path that is no use."""
    problems: list[Problem] = []
    found: list[Place] = []
    for path in paths:
        try:
            found.extend(each for file in files_of(path) for each in places_in(file, label_of(file, path)))
        except FileNotFoundError:
            problems.append(Problem(str(path), N_("There is no such file or folder")))
        except PermissionError:
            problems.append(Problem(str(path), N_("May not be read by this account")))
        except (TooLarge, zipfile.BadZipFile) as error:
            problems.append(Problem(str(path), N_("Is not a zip that can be read: %(why)s"), {"why": str(error)}))
    if not problems and not found:
        problems.append(Problem("PATH", N_("There is no file to import here")))
    refuse_errors(problems)
    return sorted(found, key=rank_of)


def files_of(path: Path) -> Iterator[Path]:
    """The file itself, or every file below a folder in order of its name; hidden ones are left out."""
    if not path.is_dir():
        path.stat()
        yield path
        return
    for inner in sorted(path.rglob("*")):
        if inner.is_file() and not any(part.startswith(".") for part in inner.relative_to(path).parts):
            yield inner


def label_of(file: Path, given: Path) -> str:
    """A file as people call it: its path below the folder they gave."""
    return str(file.relative_to(given.parent)) if file != given else file.name


def places_in(file: Path, label: str) -> Iterator[Place]:
    """The streams of one file: the members of a zip, or the file itself."""
    with file.open("rb") as stream:
        start = stream.read(4)
    if start != ZIP:
        size = file.stat().st_size
        yield Place(label, size, lambda count: opened(file.open("rb"), size, count))
        return
    with zipfile.ZipFile(file) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
    refuse_bomb(members)
    for member in members:
        yield Place(f"{label}/{member.filename}", member.file_size, member_opener(file, member))


def member_opener(file: Path, member: zipfile.ZipInfo) -> Callable[[Callable[[int], None]], IO[bytes]]:
    """Opens one member of a zip; closing it closes the zip."""

    def opens(count: Callable[[int], None]) -> IO[bytes]:
        with zipfile.ZipFile(file) as archive:
            stream = archive.open(member)
        # the zip's file stays open until its last member is closed
        return opened(stream, member.file_size, count)

    return opens


def opened(stream: IO[bytes], size: int, count: Callable[[int], None]) -> IO[bytes]:
    """The stream, counted, and decompressed when it is gzip."""
    counted = buffered(Counted(stream, count))
    if counted.peek(2)[:2] != GZIP:
        return counted
    return buffered(Unpacked(counted, size))


def buffered(stream: io.RawIOBase) -> io.BufferedReader:
    """The stream, read in larger pieces."""
    return io.BufferedReader(cast(Any, stream), CHUNK)


def refuse_bomb(members: list[zipfile.ZipInfo]) -> None:
    """TooLarge when a zip's directory promises too many members or too much content for its size."""
    if len(members) > MEMBERS_AT_MOST:
        raise TooLarge(N_("has too many members"))
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > max(FREE_BYTES, packed * RATIO_AT_MOST):
        raise TooLarge(N_("unpacks to far more than its size"))


def rank_of(place: Place) -> tuple[int, str]:
    """Where a stream comes in the order: by the kind of its first resource, then by name."""
    kinds = [found.decode() for found in RESOURCE_TYPE.findall(place.head())[:2]]
    first = kinds[-1] if kinds[:1] == ["Bundle"] else (kinds[0] if kinds else "")
    return (KIND_ORDER.index(first) if first in KIND_ORDER else len(KIND_ORDER), place.label)
