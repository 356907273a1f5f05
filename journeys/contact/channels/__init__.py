"""Channels: one file, one way out of the house and back, named as the file.

To add one, write `journeys/contact/channels/<name>.py` with one subclass of `Channel` (base.py) and its golden cases
`tests/spec/contact.channels/<name>.yaml`. A ladder asks for what is spoken (`sms`); the first channel in use that
speaks it carries the message. Its form, its words, its page in the reference and its door for what comes back follow
from the class.
"""

from collections.abc import Mapping

from journeys.contact.channels.base import Channel, Medium
from journeys.foundation.outgoing import Reach
from journeys.foundation.registry import load

CHANNELS: dict[str, type[Channel]] = load(__name__, __path__, Channel)

MEDIA: dict[str, Medium] = {kind.speaks: kind.medium for kind in CHANNELS.values()}
"""Everything that some channel speaks, by its word."""


def open_channels(environment: Mapping[str, str] | None = None, reach: Reach | None = None) -> Mapping[str, Channel]:
    """The channels that the environment opens, by name; without an SMTP server there is no e-mail."""
    opened: dict[str, Channel] = {}
    for name, kind in CHANNELS.items():
        settings = kind.of_house(environment or {})
        if settings is not None:
            opened[name] = kind(settings, reach=reach)
    return opened
