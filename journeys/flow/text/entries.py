"""Problems of lists whose entries are ways out, codes or channels, each at the entry that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from journeys.foundation.errors import Problem


def repeated(entries: Sequence[str], where: str, says: str) -> Iterable[Problem]:
    """A problem at each entry that stands further up already."""
    for number, entry in enumerate(entries):
        if entry in entries[:number]:
            yield Problem(f"{where}.{number}", says)
