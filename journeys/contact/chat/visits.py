"""A visit to the chat: its ticket, which only the visitor's page has, and its address, which answers go to.

The ticket is signed, and kept in no table, cookie or address; from the address, which stands in records, nobody can
work it out.
"""

from __future__ import annotations

import datetime as dt

from journeys.contact.forms.tickets import age_of, ticket_of
from journeys.contact.media.chat import SCHEME, Chat
from journeys.foundation.tokens import blind

CHANNEL = "web_chat"


def purpose_of(slug: str) -> str:
    """What a ticket of this account's chat is for."""
    return f"chat|{slug}"


def new_ticket(slug: str, now: dt.datetime) -> str:
    """The ticket of a new visit."""
    return ticket_of(purpose_of(slug), now)


def address_of(slug: str, ticket: str, now: dt.datetime) -> str | None:
    """The address of the visit with this ticket; None where it is none of ours, or has ended."""
    age = age_of(purpose_of(slug), ticket, now)
    if age is None or age > Chat.lasts:
        return None
    return f"{SCHEME}{blind('chat', ticket).hex()}"
