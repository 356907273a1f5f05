"""Learns on the past and judges on the weeks after it: three spans of days, none of which looks into a later one."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from config import PROJECT
from journeys.access.risk.judging import calibration
from journeys.access.risk.knowing import Seen
from journeys.access.risk.model import Model, model_from
from journeys.foundation.errors import Unavailable

LEARNT, CALIBRATED = 0.65, 0.15
"""Shares of the visits, in whole days; the rest, the latest, is what the model is judged on."""

SEED = 20261122
LONGEST = 120
"""Seconds for a fit; half a million visits take twenty."""


@dataclass(frozen=True)
class Spans:
    """The visits of each span, in the order of their days."""

    learnt: list[Seen]
    calibrated: list[Seen]
    judged: list[Seen]


def spans_of(visits: Sequence[Seen], judged_from: dt.date | None = None) -> Spans:
    """The spans: by their shares, or all from a day on to be judged and the rest in the same proportion."""
    before = [visit for visit in visits if judged_from is None or visit.day < judged_from]
    whole = len(before) if judged_from is None else len(before) / (LEARNT + CALIBRATED)
    first = day_at(before, LEARNT * whole)
    second = judged_from or day_at(before, (LEARNT + CALIBRATED) * whole)
    return Spans(
        [visit for visit in before if visit.day < first],
        [visit for visit in before if first <= visit.day < second],
        [visit for visit in visits if visit.day >= second],
    )


def day_at(visits: Sequence[Seen], wanted: float) -> dt.date:
    """The first day before which there are at least so many visits; the last day where there is none."""
    counted, before = sorted(Counter(visit.day for visit in visits).items()), 0
    for day, count in counted:
        if before >= wanted:
            return day
        before += count
    return counted[-1][0] if counted else dt.date.max


def learnt(spans: Spans, seed: int = SEED) -> Model:
    """A model of the first span, calibrated on the second; the third is not looked at.

    Unavailable when the process that fits does not answer. What it reads and says stays between the two.
    """
    model = model_from(fit(spans.learnt, seed))
    places = [model.log_odds(visit.facts) for visit in spans.calibrated]
    return model.scaled(*calibration(places, [visit.is_missed for visit in spans.calibrated]))


def fit(visits: Sequence[Seen], seed: int) -> dict[str, object]:
    """What scikit-learn makes of the visits, in a process that ends with it."""
    asked = {
        "seed": seed,
        "rows": [visit.facts for visit in visits],
        "missed": [int(visit.is_missed) for visit in visits],
    }
    command = [sys.executable, "-m", "journeys.access.risk.fitting"]
    try:
        done = subprocess.run(
            command,
            cwd=PROJECT,
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unavailable("Learning attendance risk took too long; give it fewer months to learn from") from None
    if done.returncode:
        raise Unavailable("The process that learns attendance risk has failed")
    return json.loads(done.stdout)
