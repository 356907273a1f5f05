"""The report of a run as figures: what was found, what was wanted, whether that is enough."""

from collections import Counter
from collections.abc import Iterator

from tests.faults.checker import Found
from tests.faults.crashing import Strikes, Struck
from tests.faults.run import Plan, Report
from tests.figures import Figure, at_least, exactly, told


def figures(plan: Plan, report: Report) -> list[Figure]:
    """Every figure of a run. Each kind of loss and of repetition has a line of its own."""
    found = report.found
    return [
        at_least("kills", sum(report.kills.values()), plan.kills),
        at_least("flushes", report.flushes, plan.flushes),
        exactly("attempted", found.attempted, plan.enrolments),
        *found_figures(found),
        at_least("answers", report.answers, 1),
        at_least("outcomes", report.outcomes, 1),
        at_least("tasks", found.tasks, 1),
        *(told(name, count) for name, count in each_of("messages", found.messages)),
        *(exactly(f"leaks.{place}", len(leaks), 0) for place, leaks in sorted(report.leaked.items())),
        told("seconds", round(report.seconds)),
    ]


def struck_figures(strikes: Strikes, struck: Struck) -> list[Figure]:
    """Every figure of a run at named points; of kills how many fell on each."""
    return [
        *(
            at_least(f"strikes.{way.replace(' ', '-')}", struck.ways[way], count)
            for way, count in strikes.wanted.items()
        ),
        *(told(f"at.{point.replace(' ', '-')}", count) for point, count in sorted(struck.points.items())),
        told("commits-cut-off", struck.cut_off),
        at_least("attempted", struck.found.attempted, 1),
        *found_figures(struck.found),
        told("answers", struck.answers),
        told("tasks", struck.found.tasks),
        *(told(name, count) for name, count in each_of("messages", struck.found.messages)),
        told("seconds", round(struck.seconds)),
    ]


def found_figures(found: Found) -> list[Figure]:
    """Nothing is lost, nothing is there twice: all in one, and each kind by itself."""
    return [
        exactly("ended", found.ended, found.attempted),
        exactly("lost", found.lost.total(), 0),
        exactly("duplicated", found.duplicated.total(), 0),
        *(exactly(name, count, 0) for name, count in each_of("lost", found.lost)),
        *(exactly(name, count, 0) for name, count in each_of("duplicated", found.duplicated)),
    ]


def each_of(what: str, counts: Counter[str]) -> Iterator[tuple[str, int]]:
    """`what.<name>` with its count, in order."""
    for name, count in sorted(counts.items()):
        yield f"{what}.{name.replace(' ', '-')}", count
