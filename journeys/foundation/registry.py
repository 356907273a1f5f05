"""Reads a growing folder: one file, one capability, named as the file."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeVar

Kind = TypeVar("Kind")


class RegistryError(Exception):
    """A file in a growing folder does not define exactly one capability."""


def load(package: str, path: Iterable[str], kind: type[Kind]) -> dict[str, type[Kind]]:
    """Return `{file name: the one subclass of `kind` that the file defines}`, sorted by name; `base` is the
    contract."""
    names = sorted(module.name for module in iter_modules(path) if module.name != "base")
    return {name: the_one(f"{package}.{name}", kind) for name in names}


def the_one(module_name: str, kind: type[Kind]) -> type[Kind]:
    """Import a module and return the single subclass of `kind` defined in it, told its own name as `name`."""
    module = import_module(module_name)
    found = [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, kind) and thing.__module__ == module_name
    ]
    if len(found) != 1:
        raise RegistryError(f"{module_name} must define one {kind.__name__}, it defines {len(found)}")
    found[0].name = module_name.rsplit(".", 1)[1]  # type: ignore[attr-defined]
    return found[0]
