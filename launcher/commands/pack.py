"""Loads, writes out, checks or tests a pack of configuration, for example `pack test hypertension-recall`.

NAME is the name of a pack that comes with Waymark, or the path of a folder that holds one.
"""

import argparse
import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.security.roles import role_names
from config import PROJECT, Settings
from journeys.flow.events.react import react
from journeys.flow.packs.check import catalogue_of, named_queues, pack_problems
from journeys.flow.packs.export import export
from journeys.flow.packs.folder import read_folder, write_folder
from journeys.flow.packs.load import EVERYTHING, load
from journeys.flow.packs.pack import Pack
from journeys.flow.packs.testing import run_tests
from journeys.foundation import secrets
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.database import WORKER, connect, sessions
from journeys.foundation.errors import Invalid, Problem, errors_in
from journeys.store.setting_up.setup import prepare
from launcher.console import Console
from launcher.servers import connected

PACKS = PROJECT / "seed" / "packs"
DEEDS = ("load", "export", "check", "test")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("deed", choices=DEEDS, help="what to do")
    parser.add_argument("name", metavar="NAME", help="the pack")
    parser.add_argument("--publish", action="store_true", help="load: put every definition in force")
    parser.add_argument("--approved-by", metavar="NAME", help="load: who has approved the contact rules of the pack")
    parser.add_argument("--replace", action="store_true", help="load: even over changes made here")
    parser.add_argument("--to", metavar="FOLDER", type=Path, help="export: where to, by default where packs lie")


def run(settings: Settings, arguments: argparse.Namespace, console: Console) -> int:
    logging.getLogger("alembic").setLevel(logging.ERROR)
    folder = folder_of(arguments.name)
    try:
        if arguments.deed == "check":
            return check_pack(folder, console)
        if arguments.deed == "test":
            return test_pack(settings, folder, console)
        if arguments.deed == "load":
            return load_pack(settings, folder, arguments, console)
        return export_pack(settings, folder.name, arguments.to or folder, console)
    except Invalid as invalid:
        say_problems(invalid.problems, console)
        console.plain("Nothing was changed.")
        return 1


def folder_of(name: str) -> Path:
    """A path is taken as it is, a bare name means a pack that comes with Waymark."""
    given = Path(name)
    return given.resolve() if len(given.parts) > 1 or given.is_dir() else PACKS / name


def with_needed(folder: Path) -> list[Pack]:
    """A pack after all that it needs; those lie beside it, or come with Waymark."""
    pack = read_folder(folder)
    found: dict[str, Pack] = {}
    for each in pack.needs:
        beside = folder.parent / str(each)
        if each == pack.slug or not (beside.is_dir() or (PACKS / str(each)).is_dir()):
            continue
        for needed in with_needed(beside if beside.is_dir() else PACKS / str(each)):
            found.setdefault(needed.slug, needed)
    return [*found.values(), pack]


def check_pack(folder: Path, console: Console) -> int:
    packs = with_needed(folder)
    pack = packs[-1]
    # which queues there are is the clinic's business; loading says which are missing
    elsewhere = catalogue_of({each.slug: each for each in packs[:-1]}, named_queues(pack), role_names())
    problems = pack_problems(pack, elsewhere, frozenset(each.slug for each in packs[:-1]))
    say_problems(problems, console)
    errors = len(errors_in(problems))
    console.plain(f"{pack.slug}: {len(pack.parts)} definitions, {len(pack.tests)} tests, {errors} problems")
    return 1 if errors else 0


def test_pack(settings: Settings, folder: Path, console: Console) -> int:
    packs = with_needed(folder)
    secrets.install(secrets.Keyring.generate())
    failed = 0
    with connected(settings, console) as running:
        for played in run_tests(running.database_url, packs):
            console.say(f"{'FAILED' if played.failures else 'passed'}  {played.life}")
            for sentence in played.failures:
                console.plain(f"    {sentence}")
            failed += 1 if played.failures else 0
    console.plain(f"{packs[-1].slug}: {len(packs[-1].tests)} tests, {failed} failed")
    return 1 if failed else 0


def load_pack(settings: Settings, folder: Path, arguments: argparse.Namespace, console: Console) -> int:
    pack = read_folder(folder)
    if arguments.approved_by:
        pack = approved(pack, arguments.approved_by, doing().now.date())
    folders = EVERYTHING if arguments.publish else ()
    chosen = {"publish_folders": folders, "replace": arguments.replace, "known_roles": role_names()}
    with house_of(settings, console) as house:
        warnings = act(house, doing(), load, pack, **chosen)
    say_problems(warnings, console)
    published = "and put in force" if arguments.publish else "as drafts"
    console.plain(f"{pack.slug}: {len(pack.parts)} definitions loaded {published}")
    return 0


def approved(pack: Pack, name: str, day: dt.date) -> Pack:
    """The pack with a name and a day under each of its contact rules that has none."""
    signed = {"approved_by": name, "approved_on": day.isoformat()}
    rules = {("rules", slug): {**signed, **content} for slug, content in pack.of("rules").items()}
    return replace(pack, parts={**pack.parts, **rules})


def export_pack(settings: Settings, slug: str, folder: Path, console: Console) -> int:
    with house_of(settings, console) as house:
        pack = act(house, doing(), export, slug)
    write_folder(pack, folder)
    console.plain(f"{slug}: {len(pack.parts)} definitions and {len(pack.tests)} tests written to {folder}")
    return 0


@contextmanager
def house_of(settings: Settings, console: Console) -> Iterator[House]:
    """The installation's house, its database brought to this version first."""
    with connected(settings, console) as running:
        prepare(running.database_url)
        engine = connect(running.database_url, WORKER)
        try:
            yield House(sessions(engine), react=react)
        finally:
            engine.dispose()


def doing() -> Act:
    return Act(dt.datetime.now(dt.UTC), "setup:pack", EVERYWHERE, purpose="configuration")


def say_problems(problems: list[Problem], console: Console) -> None:
    for problem in problems:
        mark = "" if problem.is_error else f"{problem.severity}: "
        console.plain(f"{mark}{problem}")
