"""Attendance risk on the public file of Vitória (29 April to 25 May 2016), which is never shipped.

The days are cut in three: the first 65 % of visits are learnt from, the next 15 % set the calibration, the latest 20 %
are judged and looked at nowhere before. Where a later file of the same columns lies in the folder, all days after the
earlier file are judged instead. Each visit is looked at a day ahead, or at its booking where that was later.

(a) Discrimination and calibration of the model, with and without what was booked on its own day.
(b) The same of the points rule, of the rule "earlier misses and lead time", and of the plain rate.
(c) Nothing leaks: turning over every outcome from a day on changes no fact that was known before.
(d) How long it takes to know, to learn and to score.

There is no history before the file, so the first weeks know little of anybody: figures of a clinic are better.
"""

import time
from collections.abc import Iterator

from sqlalchemy import Connection, text

from benchmarks.base import a_cluster, an_engine
from journeys.access.risk.judging import auc_of, judged
from journeys.access.risk.knowing import Seen, asked_of_the_past, known_at, seen_in
from journeys.access.risk.learning import SEED, learnt, spans_of
from journeys.access.risk.visits import visits_in
from tests import noshow
from tests.figures import Figure, at_least, at_most, exactly, told


def figures() -> Iterator[Figure]:
    """All of them, in the order of the docstring; none where the file is not here."""
    place = noshow.folder()
    if place is None:
        print("The file of appointments is not here: nothing to judge on")
        return
    files = noshow.read(place)
    with a_cluster() as cluster, an_engine(cluster) as engine, engine.connect() as connection:
        noshow.load(connection, files.rows)
        begin = time.monotonic()
        visits = seen(connection)
        yield told("risk.seconds-to-know", time.monotonic() - begin)
        spans = spans_of(visits, files.judged_from)
        for name, span in vars(spans).items():
            print(f"{name}: {len(span)} visits, {span[0].day} to {span[-1].day}")
        yield from of_the_model(spans)
        yield from of_leaks(connection, visits, spans.judged[0])


def of_the_model(spans) -> Iterator[Figure]:
    """Its figures on the last span."""
    begin = time.monotonic()
    model = learnt(spans)
    yield told("risk.seed", SEED)
    yield told("risk.seconds-to-learn", time.monotonic() - begin)
    begin = time.monotonic()
    foretold = [model.probability(visit.facts) for visit in spans.judged]
    yield told("risk.seconds-to-score", time.monotonic() - begin)
    missed = [visit.is_missed for visit in spans.judged]
    whole = judged(foretold, missed)
    yield told("risk.judged", whole.count)
    yield told("risk.missed", whole.missed)
    yield at_least("risk.auc", whole.auc, 0.72)
    yield told("risk.auc-low", whole.auc_low)
    yield at_most("risk.auc-is-no-leak", whole.auc, 0.80)
    yield at_least("risk.slope", whole.slope, 0.8)
    yield at_most("risk.slope", whole.slope, 1.2)
    yield at_least("risk.missed-over-foretold", whole.ratio, 0.9)
    yield at_most("risk.missed-over-foretold", whole.ratio, 1.1)
    yield at_most("risk.calibration-error", whole.error, 0.03)
    yield at_most("risk.brier", whole.brier, whole.base)
    yield told("risk.brier-of-the-rate", whole.base)
    later = [place for place, visit in enumerate(spans.judged) if not visit.is_same_day]
    others = judged([foretold[place] for place in later], [missed[place] for place in later])
    yield told("risk.booked-before.judged", others.count)
    yield told("risk.booked-before.auc", others.auc)
    yield told("risk.booked-before.slope", others.slope)
    yield told("risk.booked-before.brier", others.brier)
    yield told("risk.booked-before.brier-of-the-rate", others.base)
    plain = [simple(visit) for visit in spans.judged]
    yield told("risk.auc-of-misses-and-lead-time", auc_of(plain, missed))


def simple(visit: Seen) -> float:
    """The rule that everybody has in mind: the share of visits missed before, and how long ago it was booked."""
    return visit.facts["missed_share"] + min(visit.facts["lead_days"], 60) / 60


def of_leaks(connection: Connection, visits: list[Seen], first: Seen) -> Iterator[Figure]:
    """Facts of the first day that is judged, with every outcome of that day and later ones turned over."""
    turned = f"UPDATE {noshow.TABLE} SET outcome = CASE outcome WHEN 'kept' THEN 'missed' ELSE 'kept' END"
    connection.execute(text(f"{turned} WHERE day >= :day"), {"day": first.day})
    before = {visit.id: visit.facts for visit in visits if visit.day == first.day}
    after = {visit.id: visit.facts for visit in seen(connection) if visit.day == first.day}
    yield exactly("risk.facts-that-look-ahead", sum(after[id] != facts for id, facts in before.items()), 0)


def seen(connection: Connection) -> list[Seen]:
    """What was known of every visit."""
    table = visits_in(noshow.TABLE)
    return seen_in(connection.execute(known_at(table, asked_of_the_past(table).cte("asking"))))
