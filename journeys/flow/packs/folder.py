"""Reads a pack from a folder, with every problem of every file, and writes a folder: whole, or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from journeys.flow.packs.journey_text import read_journey, write_journey
from journeys.flow.packs.pack import ENDING, FOLDERS, MANIFEST, TESTS, Content, Pack, path_of
from journeys.flow.packs.yaml_text import LONGEST, Document, read_yaml, write_yaml
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.ids import is_slug
from journeys.foundation.words import N_

LONGEST_CODES = 10_000_000
"""Characters of a value set: fifty thousand codes with their displays."""

JOURNEYS = "journeys/"


def read_folder(folder: Path) -> Pack:
    """The pack in a folder, named as the folder; Invalid with every problem of form, each with file, line, column."""
    if not folder.is_dir():
        raise Invalid([Problem(str(folder), N_("There is no such folder"))])
    files: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            continue
        name = path.relative_to(folder).as_posix()
        try:
            files[name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            problems.append(Problem(name, N_("The file is not text in UTF-8")))
        except OSError as error:
            problems.append(Problem(name, N_("The file cannot be read: %(reason)s"), {"reason": error.strerror}))
    pack, found = pack_of(folder.name, files)
    problems.extend(found)
    if pack is None or problems:
        raise Invalid(problems)
    return pack


def pack_of(slug: str, files: Mapping[str, str]) -> tuple[Pack | None, list[Problem]]:
    """The pack that some texts make, by their paths, and every problem; None when there are any."""
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    if not is_slug(slug):
        problems.append(Problem(slug, N_("The folder of a pack is named in lower-case letters, digits and hyphens")))
    if MANIFEST not in files:
        problems.append(Problem(MANIFEST, N_("A pack needs this file: its format, name and description")))
    for name, text in sorted(files.items()):
        problems.extend(place_problems(name))
        documents[name] = reader_of(name)(text, longest_of(name))
        problems.extend(Problem(f"{name}, {each.where}", each.says, each.data) for each in documents[name].problems)
        if not documents[name].problems and not isinstance(documents[name].value, dict):
            problems.append(Problem(name, N_("The file should hold named values")))
    if problems:
        return None, problems
    return assembled(slug, documents), []


def longest_of(name: str) -> int:
    """How many characters a file may have."""
    return LONGEST_CODES if name.startswith("value-sets/") else LONGEST


def reader_of(name: str) -> Callable[[str, int], Document]:
    """How a file is read: the comments of a journey are kept."""
    return read_journey if name.startswith(JOURNEYS) else read_yaml


def place_problems(name: str) -> list[Problem]:
    """Problems of where a file lies and how it is called."""
    if name == MANIFEST:
        return []
    path = PurePosixPath(name)
    folders = (*FOLDERS, TESTS)
    if len(path.parts) != 2 or path.parts[0] not in folders:
        known = ", ".join(f"{folder}/" for folder in folders)
        data = {"manifest": MANIFEST, "known": known}
        return [Problem(name, N_("A pack holds %(manifest)s and %(known)s only"), data)]
    if path.suffix != ENDING or not is_slug(path.stem):
        return [Problem(name, N_("Files are named in lower-case letters, digits and hyphens, and end in .yaml"))]
    return []


def assembled(slug: str, documents: Mapping[str, Document]) -> Pack:
    """The pack of documents that have no problems."""
    parts: dict[tuple[str, str], Content] = {}
    tests: dict[str, Content] = {}
    for name, document in documents.items():
        path = PurePosixPath(name)
        if name == MANIFEST:
            continue
        if path.parts[0] == TESTS:
            tests[path.stem] = document.value
        else:
            parts[path.parts[0], path.stem] = document.value
    lines = {name: document.lines for name, document in documents.items()}
    return Pack(slug, documents[MANIFEST].value, parts, tests, lines)


def files_of(pack: Pack) -> dict[str, str]:
    """The texts of a pack by their paths: the inverse of `pack_of`."""
    files = {MANIFEST: write_yaml(pack.manifest)}
    for (folder, slug), content in pack.parts.items():
        path = path_of(folder, slug)
        files[path] = write_journey(content) if path.startswith(JOURNEYS) else write_yaml(content)
    files |= {path_of(TESTS, slug): write_yaml(content) for slug, content in pack.tests.items()}
    return files


def write_folder(pack: Pack, folder: Path) -> None:
    """Write a pack in place of whatever pack the folder held; Invalid when it holds something else.

    The new folder is complete before the old one goes, so a full disk leaves the old one as it was.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise Invalid([Problem(str(folder), N_("The folder is there already and holds no pack"))])
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as beside:
        new = Path(beside) / "new"
        for name, text in files_of(pack).items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        swap(folder, new, Path(beside) / "old")


def swap(folder: Path, new: Path, old: Path) -> None:
    """Put `new` where `folder` is; what was there comes back when that fails."""
    if not folder.exists():
        new.rename(folder)
        return
    folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        old.rename(folder)
        raise
