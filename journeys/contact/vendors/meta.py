"""What WhatsApp and Messenger, both Meta's, share: the day in which one may answer, the greeting of a door, and reading
without trust what comes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from journeys.contact.replies.signatures import is_same

WINDOW = dt.timedelta(hours=24)


def is_open(heard_at: dt.datetime | None, now: dt.datetime | None) -> bool:
    """Whether somebody wrote within the last day, so that Meta lets us answer freely."""
    return heard_at is not None and now is not None and now - heard_at < WINDOW


def challenge_of(query: Mapping[str, str], ours: str) -> str | None:
    """What to answer when Meta asks, once, whether an address is ours, by the word that we told it; None when it asks
    wrongly."""
    is_asked = query.get("hub.mode") == "subscribe"
    return query.get("hub.challenge", "") if is_asked and is_same(query.get("hub.verify_token", ""), ours) else None


def entries_of(body: bytes) -> Iterator[dict[str, Any]]:
    """The entries of a delivery; ValueError for what is none of Meta's."""
    content = content_of(body)
    if not isinstance(content.get("entry"), list):
        raise ValueError("no entries")
    return objects_in(content["entry"])


def content_of(body: bytes) -> dict[str, Any]:
    """The JSON object that a body is; empty for anything else."""
    try:
        return object_in(orjson.loads(body))
    except orjson.JSONDecodeError:
        return {}


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a list; none of anything else."""
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())


def object_in(value: Any) -> dict[str, Any]:
    """The value, where it is an object; else an empty one."""
    return value if isinstance(value, dict) else {}


def text_in(content: Mapping[str, Any], name: str) -> str:
    """A text or number of an object; empty for anything else. No database keeps a zero byte in a text."""
    value = content.get(name)
    said = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return said.replace("\x00", "")
