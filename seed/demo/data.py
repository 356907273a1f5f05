"""The clinic, its staff and the names people bear, as written in the YAML files beside this one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
EVERY = "every"


@dataclass(frozen=True)
class SignIn:
    """Somebody who can sign in to the demo: the portal's role, and the branches (slugs; empty is every branch)."""

    username: str
    name: str
    role: str
    branches: tuple[str, ...]
    password: str


@cache
def read(name: str) -> Any:
    """One of the files beside this one."""
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def clinic() -> dict[str, Any]:
    """The organization, its branches, departments, queues, programmes."""
    return read("clinic")


def staff() -> list[dict[str, Any]]:
    """Everybody who works there, with or without a sign-in."""
    return read("staff")


def sign_ins() -> list[SignIn]:
    """Who may sign in to the demo, in the order in which they are shown."""
    return [
        SignIn(
            username=each["username"],
            name=each["name"],
            role=each["portal"],
            branches=() if each["branches"] == EVERY else tuple(each["branches"]),
            password=each["password"],
        )
        for each in staff()
        if "portal" in each
    ]
