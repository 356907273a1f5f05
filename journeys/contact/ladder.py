"""From what a message may be spoken in to the channels of this installation.

A ladder lists what is spoken (`sms`, `email`), best first; `preferred` stands for what the patient prefers. A channel's
own name is understood too.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ARRAY, Boolean, Text, Values, column, values

from journeys.contact.channels import CHANNELS

PREFERRED = "preferred"
DEFAULT_LADDER = (PREFERRED, "sms", "email")
"""For messages that name no channels."""

EVERY_CHANNEL = tuple(CHANNELS)


def spoken() -> frozenset[str]:
    """Every word that a ladder may hold."""
    return frozenset({PREFERRED, *CHANNELS, *(kind.speaks for kind in CHANNELS.values())})


def carriers(in_use: Iterable[str]) -> Values:
    """SQL: one row for each word of a ladder that some channel answers: word, channel, what it speaks, addresses.

    A medium is carried by the first channel in use that speaks it; without one, by none that is ready.
    """
    used = [name for name in in_use if name in CHANNELS]
    order = [*used, *(name for name in CHANNELS if name not in used)]
    rows: dict[str, tuple[str, str, list[str], bool]] = {}
    for name in order:
        kind = CHANNELS[name]
        row = (name, kind.speaks, list(kind.address_systems), name in used)
        rows.setdefault(name, row)
        rows.setdefault(kind.speaks, row)
    return values(
        column("word", Text),
        column("channel", Text),
        column("speaks", Text),
        column("systems", ARRAY(Text)),
        column("ready", Boolean),
        name="carrier",
    ).data([(word, *row) for word, row in rows.items()])
