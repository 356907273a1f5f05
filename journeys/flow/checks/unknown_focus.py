"""The record that a journey is about is of a known kind, and has the dates that steps count from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.flow.text.focus import RECORDS, dates_of
from journeys.flow.text.times import FocusMoment
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

UNKNOWN = N_("There is no kind of record %(focus)s; there are: %(known)s")
NO_FOCUS = N_("The journey is not about a record, so there is no date to count from")
NO_DATE = N_("%(focus)s has no date %(date)s; it has: %(known)s")


class UnknownFocus(Check):
    """Dates that waits, and the use of messages, count from can be read."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """The focus, then each step that counts from one of its dates."""
        if head.focus is not None and head.focus not in RECORDS:
            yield Problem("focus", UNKNOWN, {"focus": head.focus, "known": ", ".join(sorted(RECORDS))})
            return
        for node in nodes.values():
            for name in ("until", "useful_until"):
                moment = getattr(node.step, name, None)
                if isinstance(moment, FocusMoment):
                    yield from moment_problems(moment, head.focus, f"steps.{node.id}.config.{name}")


def moment_problems(moment: FocusMoment, focus: str | None, where: str) -> Iterable[Problem]:
    """One moment."""
    if focus is None:
        yield Problem(where, NO_FOCUS)
    elif moment.focus not in dates_of(focus):
        data = {"focus": focus, "date": moment.focus, "known": ", ".join(dates_of(focus))}
        yield Problem(f"{where}.focus", NO_DATE, data)
