"""What comes from the page of a chat, and what is wrong with it whatever it says."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from journeys.contact.chat.visits import address_of
from journeys.foundation.errors import Problem
from journeys.foundation.tokens import blind
from journeys.foundation.words import N_

ENDED = N_("This chat has ended. Everything that you wrote is still here: send it once more, and a new one begins.")
BY_A_MACHINE = N_("This looks as if a machine had filled it in. Look it over, and send it once more.")


@dataclass(frozen=True)
class Said:
    """The ticket of the visit, a key that makes sending it again harmless, the language of the page, and what stood in
    the field that no person sees."""

    ticket: str = field(repr=False)
    key: str
    language: str
    trap: str = field(default="", repr=False)

    def outside_id(self, address: str, words: str) -> str:
        """What it is known by: its key with its words, which somebody may mend where they never heard that it came."""
        return f"{address}:{blind('said', f'{uuid.UUID(self.key)}|{words}').hex()}"


def page_problems(slug: str, said: Said, now: dt.datetime) -> Iterator[Problem]:
    """Whether the page was ours, of these hours, and filled in by a person."""
    if address_of(slug, said.ticket, now) is None or not is_key(said.key):
        yield Problem("", ENDED)
    elif said.trap:
        yield Problem("", BY_A_MACHINE)


def is_key(text: str) -> bool:
    """Whether a key is one."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def as_raw(slug: str, **what: Any) -> bytes:
    """The same as it is kept."""
    return orjson.dumps({"chat": slug, **what})


def in_raw(raw: bytes) -> Mapping[str, Any]:
    """What is kept so."""
    kept: dict[str, Any] = orjson.loads(raw)
    return kept
