"""Figures of benchmarks and of fault and trust programs: one line each, `name value goal ok|short`."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line. `goal` is text, such as `=0`, `>=100`, or `-` for what has none."""

    name: str
    value: float
    goal: str
    is_enough: bool

    def __str__(self) -> str:
        return f"{self.name} {self.value:.5g} {self.goal} {'ok' if self.is_enough else 'short'}"


def exactly(name: str, value: float, goal: float) -> Figure:
    return Figure(name, value, f"={goal:g}", value == goal)


def at_least(name: str, value: float, goal: float) -> Figure:
    return Figure(name, value, f">={goal:g}", value >= goal)


def at_most(name: str, value: float, goal: float) -> Figure:
    return Figure(name, value, f"<={goal:g}", value <= goal)


def told(name: str, value: float) -> Figure:
    """A figure that is told and not judged."""
    return Figure(name, value, "-", True)


def print_figures(lines: Iterable[Figure]) -> int:
    """Print each as it comes; 1 when any is short, else 0."""
    code = 0
    for line in lines:
        print(line, flush=True)
        code = code if line.is_enough else 1
    return code
