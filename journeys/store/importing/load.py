"""The loop of an import: places → batches → acts, then what was late; counts as it goes.

Memory holds one batch. What goes wrong with one record costs that record: a batch that the store refuses is halved
until
the one is found.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.importing.applying import Landing
from journeys.store.importing.bind_waiting import bind_waiting
from journeys.store.importing.containers import Place, count_nothing, places_of
from journeys.store.importing.import_batch import import_batch
from journeys.store.importing.open_source import open_source, slug_from
from journeys.store.importing.received import Received, Rejection, read
from journeys.store.importing.recording import REJECTED
from journeys.store.sources import AwaitedReference, SourceRecord

BATCH = 500
BATCH_BYTES = 8 * 1024 * 1024
ROUNDS = 10
"""How often late references are bound at most: a record may wait for one that waits."""


def reject_silently(rejection: Rejection) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class Watch:
    """Who is told while an import runs: how many bytes were read, and each rejection."""

    count: Callable[[int], None] = count_nothing
    reject: Callable[[Rejection], None] = reject_silently


@dataclass(frozen=True)
class Choices:
    """What a person may choose: the source's slug (else from the path), a branch, the region of phone numbers."""

    source: str | None = None
    branch: str | None = None
    region: str = "US"


@dataclass
class Summary:
    """Counts by (resource type, outcome), and how many records of each type still wait for what they need."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    sources: list[str] = field(default_factory=list)

    def total(self, outcome: str) -> int:
        """How many resources of all types had this outcome."""
        return sum(number for (_, each), number in self.counts.items() if each == outcome)

    def types(self) -> list[str]:
        """The resource types that were met, in order."""
        return sorted({resource_type for resource_type, _ in self.counts})


class Loader:
    """One import: collects batches of one source and sends each through one act, of the time at which it is sent."""

    def __init__(
        self, house: House, doing: Callable[[], Act], landing: Landing, summary: Summary, watch: Watch
    ) -> None:
        """Start with nothing at hand."""
        self.house = house
        self.doing = doing
        self.landing = landing
        self.summary = summary
        self.watch = watch
        self.batch: list[Received] = []
        self.bytes = 0

    def take(self, place: Place) -> None:
        """Read one place to its end."""
        for each in read(place, self.watch.count):
            if isinstance(each, Rejection):
                self.reject(each)
                continue
            self.batch.append(each)
            self.bytes += len(each.content)
            if len(self.batch) >= BATCH or self.bytes >= BATCH_BYTES:
                self.flush()

    def flush(self) -> None:
        """Send what is at hand."""
        batch, self.batch, self.bytes = self.batch, [], 0
        if batch:
            self.send(batch)

    def send(self, batch: Sequence[Received]) -> None:
        """One act; halves of it when the store refuses the whole."""
        try:
            tally = act(self.house, self.doing(), import_batch, self.landing, batch)
        except (IntegrityError, DataError) as error:
            if len(batch) == 1:
                self.reject(refused(batch[0], error))
                return
            middle = len(batch) // 2
            self.send(batch[:middle])
            self.send(batch[middle:])
            return
        for rejection in tally.rejections:
            self.watch.reject(rejection)
        self.summary.counts.update(tally.counts)

    def reject(self, rejection: Rejection) -> None:
        """Count and tell."""
        self.summary.counts[rejection.resource_type or "?", REJECTED] += 1
        self.watch.reject(rejection)

    def finish(self) -> None:
        """Bind what came late, and count what still waits."""
        self.flush()
        for _ in range(ROUNDS):
            if not self.bind_all():
                break
        self.summary.waiting.update(act(self.house, self.doing(), still_waiting, self.landing.source_id))

    def bind_all(self) -> bool:
        """One round over all that can be bound; whether there was anything."""
        last = act(self.house, self.doing(), bind_waiting, self.landing)
        found = last is not None
        while last is not None:
            last = act(self.house, self.doing(), bind_waiting, self.landing, last)
        return found


def load(
    house: House,
    now: dt.datetime,
    by: str,
    paths: Iterable[Path],
    choices: Choices,
    watch: Watch | None = None,
    clock: Callable[[], dt.datetime] | None = None,
) -> Summary:
    """Import files and folders and say what became of everything. Invalid when a path or choice is no use.

    Records of one delivery belong together: the source is the folder that was named, or the one that the file is in.
    Nothing is written before every path has been looked at. `clock` tells the time of each batch, never before `now`,
    when the import began: an event of a long import must not lie before waits that began meanwhile. Without a clock
    the time stands still.
    """
    summary = Summary()

    def doing() -> Act:
        moment = now if clock is None else max(now, clock())
        return Act(now=moment, by=by, scope=EVERYWHERE, purpose="care", cause="import")

    for source, places in by_source(paths, choices).items():
        landing = act(house, doing(), open_source, source, choices.branch, choices.region)
        loader = Loader(house, doing, landing, summary, watch or Watch())
        for place in places:
            loader.take(place)
        loader.finish()
        summary.sources.append(source)
    return summary


def by_source(paths: Iterable[Path], choices: Choices) -> dict[str, list[Place]]:
    """The places to read, by the slug of their source."""
    grouped: dict[str, list[Path]] = {}
    for path in paths:
        slug = choices.source or slug_from(source_name(path))
        grouped.setdefault(slug, []).append(path)
    return {slug: places_of(some) for slug, some in grouped.items()}


def source_name(path: Path) -> str:
    """What a path is called as a source: a folder or a zip by itself, any other file by its folder."""
    whole = path.resolve()
    return whole.name if whole.is_dir() or whole.suffix.casefold() == ".zip" else whole.parent.name


def refused(received: Received, error: IntegrityError | DataError) -> Rejection:
    """The rejection of a record that the store itself refuses; names the rule, never the value."""
    rule = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or type(error.orig).__name__
    problem = Problem(received.resource_type, N_("breaks the rule %(rule)s of the store"), {"rule": rule})
    return Rejection(received.place, received.resource_type, received.outside_id, (problem,))


def still_waiting(session: Session, doing: Act, source_id: int) -> dict[str, int]:
    """How many records of each type have no row, because what they need has not arrived."""
    audit.nothing_happened(session)
    rows = session.execute(
        select(SourceRecord.resource_type, func.count(SourceRecord.id.distinct()))
        .join(AwaitedReference, AwaitedReference.source_record_id == SourceRecord.id)
        .where(SourceRecord.source_id == source_id, AwaitedReference.needed)
        .group_by(SourceRecord.resource_type)
    )
    return dict(rows.all())
