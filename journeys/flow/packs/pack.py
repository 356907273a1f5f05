"""`Pack`: a pack as plain values, and which folder holds which kind of definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from journeys.store.putting_in_force.definitions import (
    CONTACT_RULE,
    FIELD,
    FORM,
    GUIDELINE,
    JOURNEY,
    SAFETY_CLOCK,
    SEGMENT,
    SETTING,
    STAGE,
    TEMPLATE,
    VALUE_SET,
    WORDING,
)

PACK = "pack"
"""The kind under which a loaded pack keeps its manifest and its tests."""

FORMAT = 1

CHECKSUMS = "checksums"
"""Where a loaded pack keeps the checksum of each definition as it was brought, by path."""

MANIFEST = "pack.yaml"
TESTS = "tests"
ENDING = ".yaml"

FOLDERS: dict[str, str] = {
    "settings": SETTING,
    "stages": STAGE,
    "value-sets": VALUE_SET,
    "fields": FIELD,
    "segments": SEGMENT,
    "rules": CONTACT_RULE,
    "wordings": WORDING,
    "templates": TEMPLATE,
    "forms": FORM,
    "guidelines": GUIDELINE,
    "safety-clocks": SAFETY_CLOCK,
    "journeys": JOURNEY,
}
"""Folder → kind, in the order in which they are published: what is named before what names it."""

Content = dict[str, Any]
Part = tuple[str, str]
"""Folder and slug of one file."""


@dataclass(frozen=True)
class Pack:
    """A pack's manifest, its definitions by (folder, slug), its tests by slug.

    `lines` says where each place of each file begins, when the pack was read from files.
    """

    slug: str
    manifest: Content
    parts: Mapping[Part, Content]
    tests: Mapping[str, Content]
    lines: Mapping[str, Mapping[str, int]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def needs(self) -> tuple[str, ...]:
        """The packs that have to be there before this one."""
        needs = self.manifest.get("needs")
        return tuple(str(each) for each in needs) if isinstance(needs, list) else ()

    def of(self, folder: str) -> dict[str, Content]:
        """Slug → content of one folder."""
        return {slug: content for (name, slug), content in self.parts.items() if name == folder}

    def place(self, file: str, place: str) -> str:
        """A place in a file as people find it: `journeys/recall.yaml:12: steps.remind.config`."""
        lines = self.lines.get(file, {})
        found = place
        while found and found not in lines:
            found = found.rpartition(".")[0]
        line = lines.get(found)
        where = file if line is None else f"{file}:{line}"
        return f"{where}: {place}" if place else where


def path_of(folder: str, slug: str) -> str:
    """The path of a part's file inside the pack."""
    return f"{folder}/{slug}{ENDING}"
