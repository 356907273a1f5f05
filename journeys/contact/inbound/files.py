"""The files of a message as two sealed texts: what each is called and is, or why it is not kept; and their contents."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import orjson

from journeys.contact.channels.base import Attached


def listed(files: Sequence[Attached]) -> str | None:
    """Names, kinds, sizes and refusals; None without files. The patient's timeline reads it (`timeline_details`)."""
    if not files:
        return None
    shown = [{"name": each.name, "kind": each.kind, "size": each.size, "refused": each.refused} for each in files]
    return orjson.dumps(shown).decode()


def contents(files: Sequence[Attached]) -> str | None:
    """What is kept of them, in the same order; None where nothing is."""
    if all(each.refused for each in files):
        return None
    return orjson.dumps([base64.b64encode(each.content).decode() for each in files]).decode()


def read(listing: str | None, kept: str | None) -> list[Attached]:
    """The files in such texts."""
    known = orjson.loads(listing or "[]")
    held = orjson.loads(kept) if kept else [""] * len(known)
    return [Attached(**each, content=base64.b64decode(content)) for each, content in zip(known, held, strict=True)]
