"""Every resource of a place, one at a time, or why it cannot be read. Memory holds one resource.

A place is either lines (NDJSON; a line may also be a whole Bundle) or one document (a resource or a Bundle over many
lines). Its name says so when it ends in .ndjson or .jsonl; otherwise it is lines when its first line alone is JSON.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

import orjson

from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.importing.bundle_entries import Broken, Cutter
from journeys.store.importing.containers import BROKEN, Place, TooLarge, count_nothing
from journeys.store.importing.fhir import OUTSIDE_ID, RESOURCE_TYPES, moment_of
from journeys.store.importing.safe_json import UnsafeJson, parse

LIMIT = 32 * 1024 * 1024
"""Bytes that one resource may have."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LINES = re.compile(r"\.(ndjson|jsonl)(\.gz)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Received:
    """One resource as it came: where it stood, what it is, and its content as the store keeps it."""

    place: str
    resource: dict[str, Any]
    content: bytes
    resource_type: str
    outside_id: str
    full_url: str | None = None
    version: str | None = None
    updated_at: dt.datetime | None = None

    @property
    def digest(self) -> bytes:
        """SHA-256 of the content: tells an unchanged record without opening it."""
        return hashlib.sha256(self.content).digest()


@dataclass(frozen=True)
class Rejection:
    """One thing that does not go in: where it stood, what it seems to be, and everything that is wrong with it.

    Holds places and reasons, never content.
    """

    place: str
    resource_type: str | None
    outside_id: str | None
    problems: tuple[Problem, ...]


def read(place: Place, count: Callable[[int], None] = count_nothing) -> Iterator[Received | Rejection]:
    """Everything in a place; a place that breaks off gives what came before and one Rejection."""
    try:
        if is_lines(place):
            yield from read_lines(place, count)
        else:
            yield from read_document(place, count)
    except (OSError, TooLarge, Broken, *BROKEN) as error:
        says = str(error) if isinstance(error, TooLarge | Broken) else N_("cannot be read to its end: it is damaged")
        yield rejected(place.label, says)


def is_lines(place: Place) -> bool:
    """Whether each line of a place is a value of its own."""
    if LINES.search(place.label):
        return True
    with place.opens(count_nothing) as stream:
        line = first_line(stream)
    if len(line) >= LIMIT:
        return False
    try:
        parse(line)
    except UnsafeJson:
        return False
    return True


def first_line(stream: IO[bytes]) -> bytes:
    """The first line that is not blank, without a byte order mark."""
    line = stream.readline(LIMIT).removeprefix(BYTE_ORDER_MARK)
    while line and not line.strip():
        line = stream.readline(LIMIT)
    return line


def read_lines(place: Place, count: Callable[[int], None]) -> Iterator[Received | Rejection]:
    """The resources of NDJSON."""
    with place.opens(count) as stream:
        number = 0
        while (line := stream.readline(LIMIT)) != b"":
            number += 1
            where = f"{place.label} line {number}"
            if len(line) >= LIMIT and not line.endswith(b"\n"):
                skip_line(stream)
                yield rejected(where, N_("is larger than an import takes"))
                continue
            line = line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line
            if line.strip():
                yield from read_line(where, line)


def skip_line(stream: IO[bytes]) -> None:
    """Read on to the end of a line that is too long, without keeping it."""
    while (rest := stream.readline(LIMIT)) != b"" and not rest.endswith(b"\n"):
        pass


def read_line(where: str, line: bytes) -> Iterator[Received | Rejection]:
    """One line: a resource, or a whole Bundle."""
    if b'"Bundle"' in line and Cutter(io.BytesIO(line), LIMIT).find_type() == "Bundle":
        yield from read_entries(where, io.BytesIO(line))
        return
    try:
        value, content = parse(line)
    except UnsafeJson as error:
        yield rejected(where, error.says)
        return
    yield from read_resource(where, value, content)


def read_document(place: Place, count: Callable[[int], None]) -> Iterator[Received | Rejection]:
    """One resource or one Bundle that takes the whole place."""
    with place.opens(count_nothing) as stream:
        resource_type = Cutter(stream, LIMIT).find_type()
    with place.opens(count) as stream:
        if resource_type == "Bundle":
            yield from read_entries(place.label, stream)
            return
        text = stream.read(LIMIT)
    if len(text) >= LIMIT:
        yield rejected(place.label, N_("is larger than an import takes"))
    elif text.strip():
        yield from read_line(place.label, text.removeprefix(BYTE_ORDER_MARK))


def read_entries(where: str, stream: IO[bytes]) -> Iterator[Received | Rejection]:
    """The resources of a Bundle; each entry is judged alone, so that one that is malformed costs only itself."""
    for number, text in enumerate(Cutter(stream, LIMIT).entries(), 1):
        place = f"{where} entry {number}"
        try:
            entry, _ = parse(text)
        except UnsafeJson as error:
            yield rejected(place, error.says)
            continue
        yield from read_entry(place, entry)


def read_entry(where: str, entry: Any) -> Iterator[Received | Rejection]:
    """The resource of one entry of a Bundle."""
    if not isinstance(entry, dict):
        yield rejected(where, N_("is not an entry of a Bundle"))
        return
    resource = entry.get("resource")
    if resource is None:
        request = entry.get("request")
        asks = request.get("method") if isinstance(request, dict) else None
        yield rejected(where, N_("asks for a deletion, which an import does not do") if asks == "DELETE" else NOTHING)
        return
    content = orjson.dumps(resource)
    full_url = entry.get("fullUrl")
    if isinstance(resource, dict) and resource.get("resourceType") == "Bundle":
        yield from read_entries(where, io.BytesIO(content))
        return
    yield from read_resource(where, resource, content, full_url if isinstance(full_url, str) else None)


NOTHING = N_("holds no resource")


def read_resource(
    where: str, value: Any, content: bytes, full_url: str | None = None
) -> Iterator[Received | Rejection]:
    """One resource, when it says what it is."""
    if not isinstance(value, dict):
        yield rejected(where, N_("is not a FHIR resource"))
        return
    resource_type = value.get("resourceType")
    if not isinstance(resource_type, str) or resource_type not in RESOURCE_TYPES:
        yield rejected(where, N_("has no resourceType of FHIR R4"))
        return
    outside_id = value.get("id", None)
    if outside_id is not None and not is_outside_id(outside_id):
        yield rejected(where, N_("has an id that is none"), resource_type)
        return
    version, updated_at, problem = read_meta(resource_type, value.get("meta"))
    if problem is not None:
        yield Rejection(where, resource_type, outside_id, (problem,))
        return
    known_as = outside_id or id_from(full_url, content)
    yield Received(where, value, content, resource_type, known_as, full_url, version, updated_at)


def is_outside_id(value: Any) -> bool:
    """Whether a value can be an id."""
    return isinstance(value, str) and OUTSIDE_ID.fullmatch(value) is not None


def id_from(full_url: str | None, content: bytes) -> str:
    """The id of a resource that has none: the last part of its fullUrl, else made from its content."""
    tail = re.split("[/:]", full_url)[-1] if full_url else ""
    return tail if is_outside_id(tail) else f"content-{hashlib.sha256(content).hexdigest()[:40]}"


def read_meta(resource_type: str, meta: Any) -> tuple[str | None, dt.datetime | None, Problem | None]:
    """Version and time of the last change, as the source says; the third is what is wrong."""
    if meta is None:
        return None, None, None
    if not isinstance(meta, dict):
        return None, None, Problem(f"{resource_type}.meta", N_("is not an object"))
    version = meta.get("versionId")
    changed = meta.get("lastUpdated")
    if version is not None and not isinstance(version, str):
        return None, None, Problem(f"{resource_type}.meta.versionId", N_("is not a text"))
    if changed is None:
        return version, None, None
    updated_at = moment_of(changed) if isinstance(changed, str) else None
    if updated_at is None:
        return None, None, Problem(f"{resource_type}.meta.lastUpdated", N_("is not a date and time"))
    return version, updated_at, None


def rejected(where: str, says: str, resource_type: str | None = None) -> Rejection:
    """A rejection for one reason."""
    return Rejection(where, resource_type, None, (Problem(resource_type or "", says),))
