"""Channels: one file, one way out of the house and back, named as the file.

To add one, write `journeys/contact/channels/<name>.py` with one subclass of `Channel` (base.py) and its golden cases
`tests/spec/contact.channels/<name>.yaml`. A ladder asks for what is spoken (`sms`); the first channel in use that
speaks it carries the message. Its form, its words, its page in the reference and its door for what comes back follow
from the class. What it speaks is a file of `journeys/contact/media`; one that nobody carried before needs one there.
"""

from collections.abc import Mapping

from journeys.contact.channels.base import Channel
from journeys.contact.media import MEDIA
from journeys.contact.media.base import Medium
from journeys.foundation.outgoing import Reach
from journeys.foundation.registry import load

CHANNELS: dict[str, type[Channel]] = load(__name__, __path__, Channel)

CARRIED: dict[str, type[Medium]] = {
    name: kind for name, kind in MEDIA.items() if any(each.medium is kind and each.sends for each in CHANNELS.values())
}
"""The media that some channel speaks to patients, by their words, in their order."""


def open_channels(environment: Mapping[str, str] | None = None, reach: Reach | None = None) -> Mapping[str, Channel]:
    """The channels that the environment opens, by name; without an SMTP server there is no e-mail."""
    opened: dict[str, Channel] = {}
    for name, kind in CHANNELS.items():
        settings = kind.of_house(environment or {})
        if settings is not None:
            opened[name] = kind(settings, reach=reach)
    return opened
