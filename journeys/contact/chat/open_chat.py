"""Opens the chat of an account for whoever has its address; nothing of any patient is read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.accounts.channels_in_use import settings_of
from journeys.contact.chat.visits import CHANNEL
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.foundation.tables import Texts
from journeys.store.channel_accounts import ChannelAccount


@dataclass(frozen=True)
class OpenChat:
    """An account's chat. `sites` are the origins whose pages may show it in a frame, none while it is tried out."""

    slug: str
    sites: tuple[str, ...]
    greeting: Texts
    hours: Texts

    @property
    def languages(self) -> list[str]:
        """The languages in which it greets, the first one first."""
        return list(self.greeting)


def open_chat(session: Session, act: Act, slug: str) -> OpenChat:
    """The chat; Missing where there is none in use."""
    audit.nothing_happened(session)
    return chat_in_use(session, slug)


def chat_in_use(session: Session, slug: str) -> OpenChat:
    """The same for verbs."""
    wanted = select(ChannelAccount).where(
        ChannelAccount.slug == slug, ChannelAccount.kind == CHANNEL, ChannelAccount.active
    )
    account = session.scalar(wanted)
    if account is None:
        raise Missing(f"There is no chat {slug} in use")
    said = settings_of(account)
    return OpenChat(slug, () if account.is_sandbox else tuple(said.sites), said.greeting, said.hours)
