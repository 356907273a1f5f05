"""Takes in one line of a visitor: kept raw once, a patient's where that is known, else for a person to find out.

The page shows the same to whoever is known and whoever is not.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from journeys.contact.channels import CHANNELS
from journeys.contact.chat.open_chat import chat_in_use
from journeys.contact.chat.said import Said, as_raw, page_problems
from journeys.contact.chat.visitors import answer_here
from journeys.contact.chat.visits import CHANNEL, address_of
from journeys.contact.replies.receive import Arrived, patients_of, receive
from journeys.criteria.custom.types.base import UNWRITABLE
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_

LONGEST = 2000
"""Characters of one line."""


def say_in_chat(session: Session, act: Act, slug: str, said: Said, text: str, region: str = "US") -> None:
    """Take it in, once however often it is sent; Invalid with every problem at its place, Missing without such a
    chat."""
    chat_in_use(session, slug)
    address = address_of(slug, said.ticket, act.now)
    problems = [*text_problems(text), *page_problems(slug, said, act.now)]
    if problems or address is None:
        raise Invalid(problems)
    words = text.strip()
    arrived = Arrived(
        channel=CHANNEL,
        outside_id=said.outside_id(address, words),
        sender=address,
        text=words,
        raw=as_raw(slug, text=words, language=said.language),
        region=region,
    )
    if receive(session, act, arrived).status == "applied":
        for patient in patients_of(session, CHANNELS[CHANNEL], arrived):
            answer_here(session, act, address, patient)


def text_problems(text: str) -> Iterator[Problem]:
    """A line that says nothing, too much, or what cannot be kept."""
    if not text.strip():
        yield Problem("text", N_("Write something first"))
    elif len(text.strip()) > LONGEST:
        told = {"most": LONGEST, "length": len(text.strip())}
        yield Problem("text", N_("At most %(most)s characters go at once, these are %(length)s"), told)
    elif UNWRITABLE.search(text):
        yield Problem("text", N_("This has a character that cannot be kept"))
