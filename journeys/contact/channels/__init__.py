"""Channels: one file, one way out of the house, named as the file.

To add one, write `journeys/contact/channels/<name>.py` with one subclass of `Channel` (base.py) and its golden cases
`tests/spec/contact.channels/<name>.yaml`. A ladder asks for what is spoken (`sms`); the first channel in use that
speaks it carries the message.
"""

from collections.abc import Mapping

from journeys.contact.channels.base import Channel
from journeys.contact.channels.email import settings_from_url
from journeys.foundation.registry import load

CHANNELS: dict[str, type[Channel]] = load(__name__, __path__, Channel)


def open_channels(smtp_url: str = "", smtp_sender: str = "") -> Mapping[str, Channel]:
    """The channels of this installation by name; without an SMTP server there is no e-mail."""
    opened: dict[str, Channel] = {"phone_simulator": CHANNELS["phone_simulator"]()}
    if smtp_url:
        opened["email"] = CHANNELS["email"](settings_from_url(smtp_url, smtp_sender))
    return opened
