"""Which templates a step names, and what it does with each."""

from __future__ import annotations

from collections.abc import Iterator

from journeys.contact.texts.text_uses import CALL, MESSAGE
from journeys.flow.steps.base import Step

KEYS = {"template": MESSAGE, "script": CALL}
"""Key of a step's settings → the use that its template has to have."""


def texts_named(step: Step) -> Iterator[tuple[str, str, str]]:
    """(key, slug, use) of each."""
    for key, use in KEYS.items():
        slug = getattr(step, key, None)
        if isinstance(slug, str) and slug:
            yield key, slug, use
