"""What WhatsApp and Messenger, both Meta's, share: settings of an account, handing over, the day in which one may
answer, the greeting of a door, and reading without trust what comes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

import orjson

from journeys.contact.replies.signatures import is_same
from journeys.contact.vendors.controls import NEEDED_SECRET, PLAIN
from journeys.foundation.outgoing import Request
from journeys.foundation.words import N_

WINDOW = dt.timedelta(hours=24)


def access_token() -> Any:
    """The field of what proves us to Meta."""
    return field(default="", repr=False, metadata={"label": N_("Access token"), **NEEDED_SECRET})


def app_secret() -> Any:
    """The field of what proves Meta to us."""
    said = {"label": N_("App secret"), "help": N_("Proves that callbacks are Meta's.")}
    return field(default="", repr=False, metadata={**said, **NEEDED_SECRET})


def verify_token() -> Any:
    """The field of the word by which Meta greets a door."""
    said = {"label": N_("Verify token"), "help": N_("A word of yours that Meta repeats once.")}
    return field(default="", repr=False, metadata={**said, "secret": True})


def address() -> Any:
    """The field of where Meta is reached."""
    said = {"label": N_("Address of the service"), "attributes": PLAIN}
    return field(default="https://graph.facebook.com/v21.0", metadata=said)


def messages_of(url: str, sender: str) -> str:
    """Where messages of a page or a number are handed over."""
    return f"{url.rstrip('/')}/{sender}/messages"


def message(token: str, said: Mapping[str, Any]) -> Request:
    """The request that hands one over."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return Request("POST", headers, orjson.dumps(said))


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
