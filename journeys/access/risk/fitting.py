"""Fits a model: logistic regression over curves and codes, by scikit-learn, in a process of its own.

`python -m journeys.access.risk.fitting` reads `{"seed", "rows": [facts], "missed": [0 or 1]}` and writes the model.
Only this file knows the library, which takes a second and a hundred megabytes to load: a worker starts without it, and
gets the memory back. Trees gained nothing on later weeks over curves, which people can read.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from journeys.access.risk.features import FEATURES
from journeys.access.risk.model import FORMAT

RARE = 50
"""A code that fewer visits have is learnt as unknown: it would tell of persons."""

QUANTILES = 4
STRENGTH = 1.0
STEPS = 1_000

Columns = list[numpy.ndarray]


def fitted(rows: Sequence[dict[str, Any]], missed: Sequence[int], seed: int) -> dict[str, Any]:
    """A model as data; the same rows and seed give the same one. Facts that say nothing are left out."""
    shapes: dict[str, dict[str, Any]] = {}
    columns: Columns = []
    for name, feature in FEATURES.items():
        values = [row[name] for row in rows]
        shape, made = curve_of(values, feature.bends) if feature.is_number else codes_of(values)
        if made:
            shapes[name] = {**shape, "from": len(columns)}
            columns += made
    matrix = numpy.column_stack(columns)
    means = matrix.mean(axis=0)
    learner = LogisticRegression(C=STRENGTH, max_iter=STEPS, random_state=seed)
    learner.fit(matrix - means, numpy.asarray(missed))
    weights = learner.coef_[0]
    parts = {name: part_of(shape, weights, means) for name, shape in shapes.items()}
    return {"format": FORMAT, "base": float(learner.intercept_[0]), "parts": parts}


def curve_of(values: Sequence[Any], bends: int) -> tuple[dict[str, Any], Columns]:
    """Where a number's curve bends, and a column for each piece and for what is not known."""
    numbers = numpy.array([numpy.nan if value is None else float(value) for value in values])
    known = ~numpy.isnan(numbers)
    if not known.any():
        return {}, []
    # many have the same: visits booked on their own day. So places are quantiles, each once, and then fewer of those
    ranks = numpy.linspace(0.02, 0.98, QUANTILES * bends + 1)
    at = thinned(numpy.unique(numpy.quantile(numbers[known], ranks, method="nearest")), bends + 1)
    pieces = list(zip(at, at[1:], strict=False))
    made = [numpy.where(known, numpy.clip((numbers - low) / (high - low), 0, 1), 0) for low, high in pieces]
    has_gaps = not known.all()
    if has_gaps:
        made.append((~known).astype(float))
    return {"at": [float(each) for each in at], "has_gaps": has_gaps}, made


def thinned(places: numpy.ndarray, most: int) -> numpy.ndarray:
    """At most so many of them, evenly, with the first and the last."""
    if len(places) <= most:
        return places
    return places[numpy.unique(numpy.linspace(0, len(places) - 1, most).round().astype(int))]


def codes_of(values: Sequence[Any]) -> tuple[dict[str, Any], Columns]:
    """A column for each code that enough visits have; none where all have the same."""
    counted = Counter(None if value is None else str(value) for value in values)
    common = sorted(code for code, count in counted.items() if code is not None and count >= RARE)
    if not common or len(counted) < 2:
        return {}, []
    return {"codes": common}, [numpy.array([str(value) == code for value in values], dtype=float) for code in common]


def part_of(shape: dict[str, Any], weights: numpy.ndarray, means: numpy.ndarray) -> dict[str, Any]:
    """A part of the model, measured from the average visit."""
    first = shape["from"]
    if "codes" in shape:
        span = slice(first, first + len(shape["codes"]))
        average = float(weights[span] @ means[span])
        of = {code: float(weight) - average for code, weight in zip(shape["codes"], weights[span], strict=True)}
        return {"of": of, "unknown": -average}
    pieces = len(shape["at"]) - 1
    span = slice(first, first + pieces + shape["has_gaps"])
    average = float(weights[span] @ means[span])
    steps = numpy.concatenate([[0.0], numpy.cumsum(weights[first : first + pieces])])
    unknown = float(weights[first + pieces]) - average if shape["has_gaps"] else 0.0
    return {"at": shape["at"], "gives": [float(step) - average for step in steps], "unknown": unknown}


def main() -> None:
    """Read what to learn from, write what was learnt."""
    asked = json.load(sys.stdin)
    # one thread: the same sums in the same order on every machine, and the others belong to people who wait
    with threadpool_limits(1):
        json.dump(fitted(asked["rows"], asked["missed"], asked["seed"]), sys.stdout)


if __name__ == "__main__":
    main()
