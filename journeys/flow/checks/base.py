"""What a check is: it looks at a whole journey and says what is wrong, at its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem


class Check:
    """Base of every check. `nodes` holds the steps that could be read; a broken one is missing there."""

    name: ClassVar[str] = ""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Yield every problem; `written` are the ids of all steps, whole or not."""
        raise NotImplementedError
