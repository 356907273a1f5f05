"""The address to which a provider brings what comes back: nobody can guess it, and it names one account."""

from __future__ import annotations

from journeys.contact.channels.base import Channel
from journeys.foundation import links

LINK = "channel"
PATH = "/in/"


def address_of_door(channel: Channel) -> str:
    """The whole address of a channel's door; empty where it hears nothing or the portal's address is not known."""
    if not channel.hears or channel.account is None:
        return ""
    return links.written(LINK, PATH, channel.account.id) or ""
