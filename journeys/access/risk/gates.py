"""Whether a model may be used: the gates of trust.md part 5, each with its figure and what it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from journeys.foundation.words import N_

AUC, AUC_LOW = 0.65, 0.60
SLOPE = (0.8, 1.2)
RATIO = (0.9, 1.1)
GROUP_RATIO = (0.8, 1.25)
ERROR = 0.03
STABILITY = 0.2
ENOUGH_MISSED = 200
"""A group's ratio is judged from so many missed visits on; fewer say little."""


@dataclass(frozen=True)
class Gate:
    """One gate: its number in the list, what it asks, the figure (None: nothing to say it from), whether it holds.

    `least` and `most` are what the figure has to lie between; `about` names the group where it is of one.
    """

    name: str
    says: str
    figure: float | None
    least: float | None
    most: float | None
    about: str = ""

    @property
    def holds(self) -> bool:
        """Whether the figure is known and lies between."""
        if self.figure is None:
            return False
        return (self.least is None or self.figure >= self.least) and (self.most is None or self.figure <= self.most)


def gates_of(report: Mapping[str, Any]) -> Iterator[Gate]:
    """Every gate of a model as it was judged; it may be used when all hold."""
    whole = report["whole"]
    yield from discrimination(whole, report["points"]["auc"])
    yield Gate("S-03", N_("Calibration slope"), whole["slope"], *SLOPE)
    yield Gate("S-03", N_("Missed over foretold"), whole["ratio"], *RATIO)
    yield Gate("S-03", N_("Mean distance over tenths"), whole["error"], None, ERROR)
    yield Gate("S-03", N_("Brier score, below that of the plain rate"), whole["brier"], None, whole["base"])
    for kind, groups in report["groups"].items():
        for name, figures in groups.items():
            if figures is not None and figures["missed"] >= ENOUGH_MISSED:
                yield Gate("S-04", N_("Missed over foretold"), figures["ratio"], *GROUP_RATIO, about=f"{kind}: {name}")
    yield Gate("S-05", N_("How far foretold chances have moved (PSI)"), report["stability"], None, STABILITY)


def discrimination(figures: Mapping[str, Any], of_points: float | None) -> Iterator[Gate]:
    """S-02, for everything or for one branch."""
    yield Gate("S-02", N_("Discrimination (AUC)"), figures["auc"], AUC, None)
    yield Gate("S-02", N_("Lower end of its 95 % interval"), figures["auc_low"], AUC_LOW, None)
    yield Gate("S-02", N_("Discrimination, above that of the points"), figures["auc"], of_points, None)


def may_be_used(report: Mapping[str, Any]) -> bool:
    """Whether all gates hold."""
    return all(gate.holds for gate in gates_of(report))


def branches_that_may(report: Mapping[str, Any]) -> frozenset[int]:
    """The branches whose own visits bear the model out (S-02); the others stay with the points."""
    found = set()
    for name, figures in report["branches"].items():
        if figures is not None and all(gate.holds for gate in discrimination(figures, None)):
            found.add(name)
    return frozenset(int(name) for name in found if name.isdecimal())
