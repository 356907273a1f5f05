"""What a model was worth on the weeks after those it learnt from, as data: for the gates, for the page, for ever."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from journeys.access.risk.judging import judged, stability, tenths
from journeys.access.risk.knowing import Seen
from journeys.access.risk.learning import Spans
from journeys.access.risk.model import Model
from journeys.access.risk.points import Points

FEWEST = 11
"""Groups of fewer are never shown, nor what would let one work them out (trust.md part 5, small cells)."""

BANDS = ((0, "0-17"), (18, "18-39"), (40, "40-64"), (65, "65+"))
UNKNOWN = "unknown"
KINDS = ("gender", "language", "phone", "payer")
"""What the model is judged by beside the age, and never looks at."""

Groups = Mapping[int, Mapping[str, str]]
"""Patient → kind of group → group: what somebody is, never looked at by the model, only to judge it."""

Report = dict[str, Any]


def report_of(model: Model, rule: Points, spans: Spans, groups: Groups) -> Report:
    """Everything that is said of a model."""
    visits = spans.judged
    foretold = {visit.id: model.probability(visit.facts) for visit in visits}
    missed = [visit.is_missed for visit in visits]
    points = [float(sum(rule.of(visit.facts).values())) for visit in visits]
    before = [model.probability(visit.facts) for visit in spans.learnt]
    return {
        "spans": {name: span_of(span) for name, span in vars(spans).items()},
        "whole": figures(visits, foretold),
        "booked_before": figures([visit for visit in visits if not visit.is_same_day], foretold),
        "points": asdict(judged(between_0_and_1(points), missed)),
        "tenths": [asdict(each) for each in tenths(list(foretold.values()), missed)],
        "weeks": by(visits, foretold, lambda visit: week_of(visit.day)),
        "branches": by(visits, foretold, lambda visit: str(visit.location_id)),
        "groups": {"age": by(visits, foretold, band_of)} | of_groups(visits, foretold, groups),
        "stability": stability(before, list(foretold.values())) if before and visits else None,
    }


def between_0_and_1(points: Sequence[float]) -> list[float]:
    """Points in their order as if they were chances, no two that differ alike: a clinic's may be a hundred a line."""
    least, most = min(points, default=0.0), max(points, default=0.0)
    return [(each - least + 1) / (most - least + 2) for each in points]


def of_groups(visits: Sequence[Seen], foretold: Mapping[int, float], groups: Groups) -> Report:
    """The judgement of each kind of group."""

    def of(kind: str) -> Callable[[Seen], str]:
        return lambda visit: groups.get(visit.patient_id, {}).get(kind, UNKNOWN)

    return {kind: by(visits, foretold, of(kind)) for kind in KINDS}


def span_of(visits: Sequence[Seen]) -> Report:
    """How many visits of which days."""
    if not visits:
        return {"count": 0, "from": None, "until": None}
    return {"count": len(visits), "from": visits[0].day.isoformat(), "until": visits[-1].day.isoformat()}


def figures(visits: Sequence[Seen], foretold: Mapping[int, float]) -> Report:
    """The judgement of some visits."""
    return asdict(judged([foretold[visit.id] for visit in visits], [visit.is_missed for visit in visits]))


def by(visits: Iterable[Seen], foretold: Mapping[int, float], group_of: Callable[[Seen], str]) -> Report:
    """The judgement of each group, in the order of their names; small ones are None."""
    parts: dict[str, list[Seen]] = {}
    for visit in visits:
        parts.setdefault(group_of(visit), []).append(visit)
    told = {name: figures(parts[name], foretold) for name in sorted(parts)}
    hidden = too_small(told)
    return {name: None if name in hidden else each for name, each in told.items()}


def too_small(told: Mapping[str, Report]) -> set[str]:
    """The groups that are not shown: small ones, and one more where a single one could be worked out from the sum."""
    small = {name for name, each in told.items() if is_small(each)}
    others = [name for name in told if name not in small]
    if len(small) == 1 and others:
        small.add(min(others, key=lambda name: (told[name]["count"], name)))
    return small


def is_small(figures: Report) -> bool:
    """Whether so few are in it, missed or came, that it would tell of persons."""
    missed, kept = figures["missed"], figures["count"] - figures["missed"]
    return figures["count"] < FEWEST or 0 < missed < FEWEST or 0 < kept < FEWEST


def week_of(day: dt.date) -> str:
    """The Monday of the day's week."""
    return (day - dt.timedelta(days=day.weekday())).isoformat()


def band_of(visit: Seen) -> str:
    """The age band."""
    age = visit.facts["age"]
    return UNKNOWN if age is None else [name for least, name in BANDS if int(age) >= least or least == 0][-1]
