"""A page of a search or a history: its entries as they came, and where the next page is.

Each entry is cut out of the page byte by byte and judged alone: one that is malformed costs only itself.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson

from journeys.store.fhir_reading import SEARCH
from journeys.store.importing.bundle_entries import Broken, Cutter
from journeys.store.importing.fhir import moment_of
from journeys.sync.fhir.server import Server
from journeys.sync.fhir.speaking import LARGEST, Trouble

AT_ONCE = 200
MOST_ENTRIES = 10_000
OVERLAP = dt.timedelta(seconds=90)
"""How far a search reaches back: moments are given before they are committed."""

TAG = re.compile(r'(?:W/)?"([^"]*)"')
DELETED = "DELETE"
UNKNOWN = "?"


@dataclass(frozen=True)
class Found:
    """One entry as it came: which version of which record it is, by its own word."""

    resource_type: str
    outside_id: str
    version: str
    updated_at: dt.datetime | None
    raw: bytes
    is_deleted: bool = False

    @property
    def named(self) -> str:
        """The record."""
        return f"{self.resource_type}/{self.outside_id}"


@dataclass(frozen=True)
class Page:
    """What a page held; `following` is the address of the next one."""

    found: tuple[Found, ...]
    following: str | None


def first_address(server: Server, resource_type: str, way: str, since: dt.datetime | None) -> str:
    """Where a walk begins."""
    asked: dict[str, str] = {"_count": str(AT_ONCE)}
    from_there = None if since is None else instant(since - OVERLAP)
    if way == SEARCH:
        asked["_sort"] = "_lastUpdated"
        if from_there:
            asked["_lastUpdated"] = f"ge{from_there}"
        return server.address(f"{resource_type}?{urlencode(asked)}")
    if from_there:
        asked["_since"] = from_there
    return server.address(f"{resource_type}/_history?{urlencode(asked)}")


def instant(moment: dt.datetime) -> str:
    """A moment as FHIR writes it."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def page_of(server: Server, body: bytes, way: str) -> Page:
    """A page that was read. Of a history only what was deleted; the rest a search brings."""
    try:
        said: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Trouble("not-json") from None
    if not isinstance(said, dict) or said.get("resourceType") != "Bundle":
        raise Trouble("not-fhir")
    try:
        entries = list(Cutter(io.BytesIO(body), LARGEST).entries())
    except Broken:
        raise Trouble("not-json") from None
    if len(entries) > MOST_ENTRIES:
        raise Trouble("too-large")
    found = [each for each in map(found_in, entries) if each is not None]
    return Page(tuple(each for each in found if each.is_deleted == (way != SEARCH)), following_of(server, said))


def following_of(server: Server, said: dict[str, Any]) -> str | None:
    """The address of the next page; Trouble when it lies anywhere but on the same server."""
    links = said.get("link")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("relation") == "next" and isinstance(link.get("url"), str):
            address = server.joined(link["url"])
            if not server.is_own(address):
                raise Trouble("next-elsewhere")
            return address
    return None


def found_in(raw: bytes) -> Found | None:
    """What an entry names; None for what is no record (what the server has to say about the search)."""
    try:
        entry = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return Found(UNKNOWN, "", "", None, raw)
    resource = entry.get("resource")
    if isinstance(resource, dict):
        if resource.get("resourceType") == "OperationOutcome":
            return None
        said = resource.get("meta")
        meta: dict[str, Any] = said if isinstance(said, dict) else {}
        named = (text_of(resource, "resourceType") or UNKNOWN, text_of(resource, "id"))
        return Found(*named, text_of(meta, "versionId"), moment(meta.get("lastUpdated")), raw)
    return deletion_in(entry, raw)


def deletion_in(entry: dict[str, Any], raw: bytes) -> Found | None:
    """What was deleted, and when."""
    request, response = entry.get("request"), entry.get("response")
    if not isinstance(request, dict) or request.get("method") != DELETED:
        return None
    answered = response if isinstance(response, dict) else {}
    resource_type, _, outside_id = text_of(request, "url").strip("/").rpartition("/")
    tag = TAG.fullmatch(text_of(answered, "etag"))
    when = moment(answered.get("lastModified"))
    return Found(
        resource_type.rpartition("/")[2] or UNKNOWN,
        outside_id,
        "" if tag is None else tag[1],
        when,
        raw,
        is_deleted=True,
    )


def text_of(value: dict[str, Any], name: str) -> str:
    """A short text without what a database cannot keep, or an empty one."""
    found = value.get(name)
    return found[:200].replace("\0", "") if isinstance(found, str) else ""


def moment(said: Any) -> dt.datetime | None:
    """A moment, when it is one."""
    return moment_of(said) if isinstance(said, str) else None
