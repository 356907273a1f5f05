"""How good foretold probabilities were: discrimination, calibration and their errors, in plain arithmetic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from journeys.access.risk.model import probability_of

Numbers = Sequence[float]
Truths = Sequence[bool]

TENTHS = 10
NORMAL_95 = 1.959964
ROUNDS = 25
CLOSE = 1e-9


@dataclass(frozen=True)
class Bin:
    """Visits of about the same foretold probability: how many, how many were foretold missed, how many were."""

    count: int
    foretold: float
    missed: int


@dataclass(frozen=True)
class Judgement:
    """What is said of foretold probabilities; None where there is nothing to say it from.

    `auc_low` is the lower end of the 95 % interval (Hanley and McNeil 1982), `slope` and `shift` the calibration line,
    `ratio` missed over foretold, `error` the mean distance over tenths (ECE), `base` the Brier score of the plain rate.
    """

    count: int
    missed: int
    auc: float | None
    auc_low: float | None
    slope: float | None
    shift: float | None
    ratio: float | None
    error: float | None
    brier: float | None
    base: float | None


def judged(foretold: Numbers, missed: Truths) -> Judgement:
    """All of it."""
    count, events = len(missed), sum(missed)
    if not 0 < events < count:
        return Judgement(count, events, *(None,) * 8)
    auc = auc_of(foretold, missed)
    shift, slope = calibration([log_odds_of(each) for each in foretold], missed)
    rate = events / count
    brier = math.fsum((each - hit) ** 2 for each, hit in zip(foretold, missed, strict=True)) / count
    error = math.fsum(abs(each.missed - each.foretold) for each in tenths(foretold, missed)) / count
    low = auc - NORMAL_95 * error_of_auc(auc, events, count - events)
    return Judgement(
        count, events, auc, low, slope, shift, events / math.fsum(foretold), error, brier, rate * (1 - rate)
    )


def auc_of(scores: Numbers, missed: Truths) -> float:
    """The chance that a missed visit was scored above one that was kept; equal scores count half."""
    events = sum(missed)
    ranks, before = 0.0, 0
    pairs = sorted(zip(scores, missed, strict=True))
    for _, equal in groupby(pairs, key=lambda pair: pair[0]):
        hits = [hit for _, hit in equal]
        ranks += sum(hits) * (before + (len(hits) + 1) / 2)
        before += len(hits)
    return (ranks - events * (events + 1) / 2) / (events * (len(missed) - events))


def error_of_auc(auc: float, events: int, others: int) -> float:
    """The standard error of an AUC (Hanley and McNeil 1982)."""
    one, two = auc / (2 - auc), 2 * auc * auc / (1 + auc)
    spread = auc * (1 - auc) + (events - 1) * (one - auc * auc) + (others - 1) * (two - auc * auc)
    return math.sqrt(max(spread, 0.0) / (events * others))


def calibration(log_odds: Numbers, missed: Truths) -> tuple[float, float]:
    """(shift, slope) of the logistic line from foretold log odds to what happened, by Newton's method."""
    shift, slope = 0.0, 1.0
    for _ in range(ROUNDS):
        gradient, bend = [0.0, 0.0], [CLOSE, 0.0, CLOSE]
        for place, hit in zip(log_odds, missed, strict=True):
            chance = probability_of(shift + slope * place)
            weight, miss = chance * (1 - chance), hit - chance
            gradient[0] += miss
            gradient[1] += miss * place
            bend[0] += weight
            bend[1] += weight * place
            bend[2] += weight * place * place
        volume = bend[0] * bend[2] - bend[1] ** 2
        if volume <= CLOSE:  # all were foretold alike: there is no line through one point
            return shift, slope
        steps = (
            (bend[2] * gradient[0] - bend[1] * gradient[1]) / volume,
            (bend[0] * gradient[1] - bend[1] * gradient[0]) / volume,
        )
        shift, slope = shift + steps[0], slope + steps[1]
        if max(map(abs, steps)) < CLOSE:
            break
    return shift, slope


def tenths(foretold: Numbers, missed: Truths, parts: int = TENTHS) -> list[Bin]:
    """The visits in tenths by their foretold probability, the least likely to be missed first."""
    pairs = sorted(zip(foretold, missed, strict=True))
    edges = [len(pairs) * part // parts for part in range(parts + 1)]
    cut = [pairs[low:high] for low, high in zip(edges, edges[1:], strict=False) if high > low]
    return [Bin(len(each), math.fsum(one for one, _ in each), sum(hit for _, hit in each)) for each in cut]


def stability(before: Numbers, after: Numbers, parts: int = TENTHS) -> float:
    """How far the spread of scores has moved from what it was (PSI): 0 is not at all, above 0.2 is much."""
    known = sorted(before)
    edges = sorted({known[len(known) * part // parts] for part in range(1, parts)})
    return math.fsum(
        (new - old) * math.log(new / old) for old, new in zip(shares(before, edges), shares(after, edges), strict=True)
    )


def shares(values: Numbers, edges: Numbers) -> list[float]:
    """The share of values from edge to edge; an empty part counts as half a value, so that nothing divides by it."""
    counts = [0] * (len(edges) + 1)
    for value in values:
        counts[sum(value >= edge for edge in edges)] += 1
    return [max(count, 0.5) / len(values) for count in counts]


def log_odds_of(probability: float) -> float:
    """The log odds of a probability; never of 0 or 1."""
    inside = min(max(probability, CLOSE), 1 - CLOSE)
    return math.log(inside / (1 - inside))
