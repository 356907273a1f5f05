"""Media: one file, one thing that messages are spoken in, named as the file; channels carry them.

To add one, write `journeys/contact/media/<name>.py` with one subclass of `Medium` (base.py) and its golden cases
`tests/spec/contact.media/<name>.yaml`. Contact rules, consent, ladders, templates and forms ask it for its facts. A
channel names its medium; several channels may carry the same.
"""

from collections.abc import Callable

from journeys.contact.media.base import Medium
from journeys.foundation.registry import load

MEDIA: dict[str, type[Medium]] = dict(
    sorted(load(__name__, __path__, Medium).items(), key=lambda item: (item[1].order, item[0]))
)
"""Every medium by its word, in the order in which people are shown them."""


def media_that(has: Callable[[type[Medium]], bool]) -> tuple[str, ...]:
    """The words of the media of which something holds, in their order."""
    return tuple(name for name, medium in MEDIA.items() if has(medium))


USUAL = media_that(lambda medium: medium.is_usual)
"""What a message goes by that names no channels, the best first."""
