"""From what a message may be spoken in to the channels of this installation.

A ladder lists what is spoken (`sms`, `email`), best first; `preferred` stands for what the patient prefers. A channel's
own name is understood too.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ARRAY, Boolean, TableValuedAlias, Text, column, func, literal

from journeys.contact.channels import CARRIED, CHANNELS
from journeys.contact.channels.base import Channel
from journeys.contact.media import USUAL

PREFERRED = "preferred"
DEFAULT_LADDER = (PREFERRED, *USUAL)
"""For messages that name no channels."""

EVERY_CHANNEL = tuple(CHANNELS)


def in_order() -> tuple[str, ...]:
    """Every word that a ladder may hold: what is preferred, the media, the channels, each in their order."""
    return tuple(dict.fromkeys((PREFERRED, *CARRIED, *(name for name, kind in CHANNELS.items() if kind.sends))))


def spoken() -> frozenset[str]:
    """The same, to look one up."""
    return frozenset(in_order())


def carriers(in_use: Iterable[str]) -> TableValuedAlias:
    """SQL: one row for each word of a ladder that some channel answers: word, channel, what it speaks, the systems of
    its addresses (words of one text, the best first), and whether it is in use.

    A medium is carried by the first channel in use that speaks it; without one, by none that is ready.
    """
    used = [name for name in in_use if name in CHANNELS]
    order = [*used, *(name for name in CHANNELS if name not in used)]
    rows: dict[str, tuple[str, type[Channel], bool]] = {}
    for name in order:
        row = (name, CHANNELS[name], name in used)
        rows.setdefault(name, row)
        rows.setdefault(CHANNELS[name].speaks, row)
    # arrays, because a statement with VALUES is built anew each time
    return (
        func.unnest(
            literal(list(rows), ARRAY(Text)),
            literal([name for name, _, _ in rows.values()], ARRAY(Text)),
            literal([kind.speaks for _, kind, _ in rows.values()], ARRAY(Text)),
            literal([" ".join(kind.address_systems) for _, kind, _ in rows.values()], ARRAY(Text)),
            literal([ready for _, _, ready in rows.values()], ARRAY(Boolean)),
        )
        .table_valued(
            column("word", Text),
            column("channel", Text),
            column("speaks", Text),
            column("systems", Text),
            column("ready", Boolean),
            name="carrier",
        )
        .render_derived()
    )
