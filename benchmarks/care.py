"""What is due, over 1,000,000 patients with 17 million records: ten guidelines of the pack `guidelines-core`.

(a) Where everybody stands, compiled from each guideline, against the same written by hand (`care_hand`): each side
    writes its rows into the same temporary table; the rows are the same.
(b) All due items recomputed as the worker does it: looked at, compared with what is kept, written where it differs,
    against the same by hand without what is written (history, events, audit, locks).
(c) After 1,000 patients have changed: bringing all ten up to date, against (b) of the same round. Afterwards every
    occurrence is as by hand.
(d) The page of a patient with 5,000 entries, and its timeline: p95 by the clock against the first page of the list and
    against the bare statements that they send (`care_pages`).

Goals are those of the issue. Processor time of this process and the server, medians of paired rounds. PATIENTS=100000
in the environment tries it with fewer; the share in (c) is then larger, for a thousand of fewer is more of them.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.base import ROUNDS, a_cluster, analyse, median_ratio, medians, paired, seconds
from benchmarks.care_pages import of_pages
from benchmarks.care_world import World, change_patients, make_world
from benchmarks.population import MILLION
from journeys.foundation import database
from tests.figures import Figure, at_most, exactly, told
from tests.portal.house import prepared_portal, settings_for
from tests.servers import redis_server

PATIENTS = int(os.environ.get("PATIENTS", MILLION))
CHANGED = 1_000
NOW = datetime(2026, 3, 3, 17, 30, tzinfo=UTC)

MEMORY = {"shared_buffers": "2GB", "max_wal_size": "8GB"}

MOST_OF_HAND = 1.3
MOST_OF_FULL = 0.02


def figures() -> Iterator[Figure]:
    """All of them, in the order of the docstring."""
    with redis_server() as redis, tempfile.TemporaryDirectory() as folder, a_cluster(MEMORY) as cluster:
        fresh = cluster.new()
        app = prepared_portal(settings_for(fresh, redis, Path(folder)))
        engine = database.connect(fresh.url, database.OWNER)
        begin = time.monotonic()
        world = make_world(engine, PATIENTS, NOW)
        yield told("care.patients", PATIENTS)
        yield told("care.seconds-to-make-them", time.monotonic() - begin)
        yield from against_hand(world)
        yield from recomputed(world)
        yield from incremental(world)
        yield from of_pages(app, engine, NOW)
        engine.dispose()


def against_hand(world: World) -> Iterator[Figure]:
    """(a)"""
    together: list[tuple[float, float]] = [(0.0, 0.0)] * ROUNDS
    for slug in world.hand:
        compiled, hand = world.compiled(slug), world.by_hand(slug)
        pairs = paired(lambda c=compiled: world.seconds(c), lambda h=hand: world.seconds(h))
        together = [(a + c, b + d) for (a, b), (c, d) in zip(together, pairs, strict=True)]
        yield told(f"care.{slug}.rows", world.rows(compiled))
        yield told(f"care.{slug}.compiled-seconds", medians(pairs)[0])
        yield told(f"care.{slug}.of-hand", median_ratio(pairs))
        yield exactly(f"care.{slug}.other-rows-than-by-hand", world.difference(slug), 0)
    yield told("care.compiled-seconds", medians(together)[0])
    yield at_most("care.of-hand", median_ratio(together), MOST_OF_HAND)


def recomputed(world: World) -> Iterator[Figure]:
    """(b)"""
    yield told("care.first-fill-seconds", seconds(world.refresh_all))
    # autovacuum, which is off here, would do so once they are filled
    analyse(world.engine)
    pairs = paired(
        lambda: seconds(world.refresh_all),
        lambda: sum(world.seconds(world.changed_by_hand(slug)) for slug in world.hand),
    )
    yield told("care.recomputed.seconds", medians(pairs)[0])
    yield at_most("care.recomputed.of-hand", median_ratio(pairs), MOST_OF_HAND)


def incremental(world: World) -> Iterator[Figure]:
    """(c)"""
    parts, spent, wrong = [], [], 0
    for number in range(ROUNDS):
        whole = seconds(world.refresh_all)
        change_patients(world, CHANGED, number)
        spent.append(seconds(world.refresh_changed))
        parts.append(spent[-1] / whole)
        wrong += sum(world.wrong(slug) for slug in world.hand)
    yield told("care.incremental.seconds", statistics.median(spent))
    yield at_most("care.incremental.of-full", statistics.median(parts), MOST_OF_FULL)
    yield exactly("care.incremental.other-than-by-hand", wrong, 0)
