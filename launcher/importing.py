"""Imports files of records and shows how far it is, what came of each kind, and what was rejected and why."""

import datetime as dt
import logging
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console as Terminal
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from config import Settings
from journeys.flow.events.react import react
from journeys.foundation import database, secrets
from journeys.foundation.acting import House
from journeys.store.importing.load import Choices, Summary, Watch, by_source, load
from journeys.store.importing.received import Rejection
from journeys.store.setting_up import setup as store
from launcher.console import Console
from launcher.preparing import install_keys

SHOWN = 20
"""How many rejections are shown on the terminal; the file has all."""

FILE_WIDTH = 120
"""How wide the table may be where no terminal says."""

OUTCOMES = ("new", "changed", "unchanged", "older", "duplicate", "rejected")
MEANINGS = {
    "older": "Older: the store has a newer version of the record.",
    "duplicate": "Duplicate: the same delivery gave another content for the record without saying which is newer; "
    "the first one counts.",
    "waiting": "Waiting: kept, and applied as soon as the patient (or whoever it needs) arrives.",
}


def import_files(settings: Settings, paths: Sequence[Path], choices: Choices, console: Console) -> Summary:
    """Import these files and folders into a database that answers, and show what came of it."""
    total = sum(place.size for places in by_source(paths, choices).values() for place in places)
    make_ready(settings, console)
    engine = database.connect(settings.database_url, database.WORKER)
    # without a bell: the sweep finds what an import makes due
    house = House(database.sessions(engine), react)
    now = the_time()
    try:
        with (
            Rejections(settings.var / "imports" / f"{now:%Y%m%d-%H%M%S}-rejections.txt") as rejections,
            bar() as progress,
        ):
            reading = progress.add_task("  Reading", total=total)
            watch = Watch(count=lambda count: progress.advance(reading, count), reject=rejections.add)
            summary = load(house, now, "worker:import", paths, choices, watch, clock=the_time)
    finally:
        engine.dispose()
    show(summary, rejections, console, the_time() - now)
    return summary


def the_time() -> dt.datetime:
    """What the clock shows."""
    return dt.datetime.now(dt.UTC)


def make_ready(settings: Settings, console: Console) -> None:
    """Keys and tables, if this is the first thing that is ever done here."""
    logging.getLogger("alembic").setLevel(logging.ERROR)
    install_keys(settings, console)
    secrets.install(secrets.Keyring.read(settings.key_file))
    if not store.is_ready(settings.database_url):
        with console.doing("Database: tables, roles and policies"):
            store.prepare(settings.database_url)


def bar() -> Progress:
    """The progress bar, in bytes of the files as they lie on the disk."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    return Progress(*columns, transient=True)


class Rejections:
    """Writes every rejection to a file as it comes, and keeps the first few to show. No rejection, no file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: TextIO | None = None
        self.count = 0
        self.first: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.file is not None:
            self.file.close()

    def add(self, rejection: Rejection) -> None:
        """One more."""
        if self.file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.file = self.path.open("w")
        self.count += 1
        line = in_words(rejection)
        print(line, file=self.file)
        if len(self.first) < SHOWN:
            self.first.append(line)


def in_words(rejection: Rejection) -> str:
    """Where it stood, what it is, and everything that is wrong: places and reasons, never content."""
    what = "/".join(part for part in (rejection.resource_type, rejection.outside_id) if part)
    reasons = "; ".join(
        f"{each.where} {each.says % each.data if each.data else each.says}".strip() for each in rejection.problems
    )
    return f"{rejection.place}: {what + ': ' if what else ''}{reasons}"


def show(summary: Summary, rejections: Rejections, console: Console, took: dt.timedelta) -> None:
    """The counts of each type, then the rejections."""
    terminal = Terminal(file=console.stream)
    terminal.print(table_of(summary), width=None if terminal.is_terminal else FILE_WIDTH)
    for outcome, meaning in MEANINGS.items():
        if summary.total(outcome) or (outcome == "waiting" and summary.waiting):
            console.plain(meaning)
    read = sum(summary.counts.values())
    changed = summary.total("new") + summary.total("changed")
    named = ", ".join(summary.sources)
    console.say(
        f"Source {named}: {read:,} resources in {took.total_seconds():.1f} s" + ("" if changed else ", no change")
    )
    if rejections.count:
        console.plain(f"\n{rejections.count:,} rejected, all of them with their reasons in {rejections.path}:")
        console.plain("\n".join(f"  {line}" for line in rejections.first))
        if rejections.count > len(rejections.first):
            console.plain(f"  … and {rejections.count - len(rejections.first):,} more")


def table_of(summary: Summary) -> Table:
    """Counts by resource type; columns that are zero everywhere are left out, except the ones people look for."""
    shown = [outcome for outcome in OUTCOMES if outcome not in MEANINGS or summary.total(outcome)]
    table = Table(box=None, pad_edge=False)
    table.add_column("Resource type", no_wrap=True)
    for heading in ("read", *shown, *(["waiting"] if summary.waiting else [])):
        table.add_column(heading, justify="right")
    for name in summary.types():
        numbers = [summary.counts[name, outcome] for outcome in shown]
        read = sum(summary.counts[name, outcome] for outcome in OUTCOMES)
        waiting = [summary.waiting[name]] if summary.waiting else []
        table.add_row(name, *(f"{number:,}" for number in (read, *numbers, *waiting)))
    totals = [summary.total(outcome) for outcome in shown]
    waiting = [summary.waiting.total()] if summary.waiting else []
    table.add_row("All", *(f"{number:,}" for number in (sum(summary.counts.values()), *totals, *waiting)))
    return table
