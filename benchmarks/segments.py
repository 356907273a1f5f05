"""Segments over 1,000,000 patients, 5 M appointments, 5 M observations, 2.5 M conditions, 1.9 M consents, 1 M messages
and 2.9 M values of custom fields; five rules of rising difficulty (`segments_rules`), each four ways.

(a) Compiled from the rule against the same rule written by hand: median ratio, the same members.
(b) On the fact row against the raw tables, and against a bare scan of the fact rows; the same members.
(c) After 1,000 patients have changed and an hour in which a day begins in one zone: bringing all five up to date
    against evaluating all five on facts, which is less than a full refresh does; the facts' own catch-up beside it.
    Afterwards the members are those that a full evaluation on the raw tables finds.
(d) The peak memory of a worker that fills all five at a million against that at a tenth.

Goals are those of the issue. Processor time of this process and the server, medians of paired rounds. PATIENTS=100000
in the environment tries it with fewer: ratios to a scan then say little.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from benchmarks.base import ROUNDS, a_cluster, an_engine, analyse, median_ratio, medians, paired, seconds
from benchmarks.population import MILLION
from benchmarks.segments_rules import HAND, RULES
from benchmarks.segments_world import (
    World,
    change_patients,
    counted_by_builder,
    make_world,
    members_on_facts,
    raw,
    refresh,
)
from tests.figures import Figure, at_least, at_most, exactly, told

PATIENTS = int(os.environ.get("PATIENTS", MILLION))
FEWER = PATIENTS // 10
CHANGED = 1_000

NOW = datetime(2026, 3, 3, 4, 30, tzinfo=UTC)
"""In the hour after it the third of March begins in New York, then in Chicago, in Denver, in Los Angeles."""
AN_HOUR = timedelta(hours=1)

MOST_OF_HAND = 1.10
LEAST_RAW_OF_FACTS = 6
MOST_BARE_SCANS = 3
MOST_OF_FULL = 1 / 12
MOST_GROWTH = 1.1


def figures() -> Iterator[Figure]:
    """All of them, in the order of the docstring."""
    with a_cluster({"shared_buffers": "2GB", "max_wal_size": "8GB"}) as cluster:
        with an_engine(cluster) as engine:
            small = worker_peak(make_world(engine, FEWER, NOW))
        with an_engine(cluster) as engine:
            begin = time.monotonic()
            world = make_world(engine, PATIENTS, NOW)
            yield told("segments.patients", PATIENTS)
            yield told("segments.seconds-to-make-them", time.monotonic() - begin)
            yield from against_hand(world)
            yield from on_facts(world)
            yield from builder(world)
            large = worker_peak(world)
            yield from incremental(world)
    yield told("segments.memory.megabytes", large / 2**20)
    yield at_most("segments.memory.growth", large / small, MOST_GROWTH)


def against_hand(world: World) -> Iterator[Figure]:
    """(a)"""
    ratios = []
    for slug in RULES:
        compiled = raw(slug, world)
        hand = world.hand(HAND[slug])
        pairs = paired(lambda c=compiled: world.seconds(c), lambda h=hand: world.seconds(h))
        ratios.extend(ours / bound for ours, bound in pairs)
        yield told(f"segments.{slug}.members", world.count(compiled))
        yield told(f"segments.{slug}.compiled-seconds", medians(pairs)[0])
        yield at_most(f"segments.{slug}.of-hand", median_ratio(pairs), MOST_OF_HAND)
        yield exactly(f"segments.{slug}.other-members-than-by-hand", world.difference(compiled, hand), 0)
    yield at_most("segments.of-hand", statistics.median(ratios), MOST_OF_HAND)


def on_facts(world: World) -> Iterator[Figure]:
    """(b)"""
    together: list[tuple[float, float]] = [(0.0, 0.0)] * ROUNDS
    for slug in RULES:
        kept, records = members_on_facts(slug, world), raw(slug, world)
        pairs = paired(lambda f=kept: world.seconds(f), lambda r=records: world.seconds(r))
        together = [(a + c, b + d) for (a, b), (c, d) in zip(together, pairs, strict=True)]
        bare = paired(lambda f=kept: world.seconds(f), world.bare_scan)
        yield told(f"segments.{slug}.on-facts-seconds", medians(pairs)[0])
        yield told(f"segments.{slug}.raw-of-facts", 1 / median_ratio(pairs))
        yield at_most(f"segments.{slug}.bare-scans", median_ratio(bare), MOST_BARE_SCANS)
        yield exactly(f"segments.{slug}.other-members-on-facts", world.difference(kept, records), 0)
    yield at_least("segments.raw-of-facts", 1 / median_ratio(together), LEAST_RAW_OF_FACTS)


def builder(world: World) -> Iterator[Figure]:
    """What somebody waits for at the rule builder, by the clock: the whole rule and each of its conditions."""
    for slug in RULES:
        yield told(f"segments.{slug}.builder-count-seconds", counted_by_builder(slug, world))


def worker_peak(world: World) -> int:
    """The peak memory in bytes of a process that fills every segment."""
    command = [sys.executable, "-m", "benchmarks.segments_worker", world.url, world.now.isoformat()]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-2000:]
    return int(result.stdout.split()[1])


def incremental(world: World) -> Iterator[Figure]:
    """(c)"""
    parts, catching, whole, wrong = [], [], [], 0
    refresh(world, everybody=True)
    # autovacuum, which is off here, would do so once they are filled
    analyse(world.engine)
    for round_number in range(ROUNDS):
        full = sum(world.seconds(members_on_facts(slug, world)) for slug in RULES)
        whole.append(seconds(lambda: refresh(world, everybody=True)))
        change_patients(world, CHANGED, round_number)
        world.now += AN_HOUR
        caught = [0.0]
        taken = seconds(lambda into=caught: refresh(world, into))
        parts.append((taken - caught[0]) / full)
        catching.append(caught[0] / full)
        wrong += sum(world.wrong_members(slug) for slug in RULES)
    yield told("segments.incremental.looked-at", world.looked_at())
    yield told("segments.incremental.facts-catch-up-of-full", statistics.median(catching))
    yield told("segments.incremental.full-refresh-seconds", statistics.median(whole))
    yield at_most("segments.incremental.of-full", statistics.median(parts), MOST_OF_FULL)
    yield exactly("segments.incremental.other-members-than-full", wrong, 0)
