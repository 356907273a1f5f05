"""Roles as data: `seed/roles.yaml` says which role holds which rights on which screen.

format: 1
roles:
  staff:
    label: {en: Staff, es: Personal}
    about: {en: "Sees and completes tasks.", es: "Ve y completa tareas."}
    screens:
      today: [read, change]
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from flask_appbuilder.security.sqla.manager import SecurityManager

from journeys.foundation.errors import Problem, refuse_errors
from journeys.foundation.words import N_

FILE = Path(__file__).resolve().parents[2] / "seed" / "roles.yaml"
FORMAT = 1


@dataclass(frozen=True)
class Role:
    """One role: its words in every language, and its rights by screen."""

    name: str
    label: dict[str, str]
    about: dict[str, str]
    screens: dict[str, tuple[str, ...]]


def read_roles(file: Path = FILE) -> list[Role]:
    """The roles of the file. Invalid names everything that is wrong in it."""
    content = yaml.safe_load(file.read_text())
    refuse_errors(_problems_of(content))
    return [
        Role(
            name=name,
            label=given["label"],
            about=given.get("about", {}),
            screens={screen: tuple(rights) for screen, rights in given["screens"].items()},
        )
        for name, given in content["roles"].items()
    ]


def role_names() -> frozenset[str]:
    """The names of the portal's roles: what fields can be opened for."""
    return frozenset(role.name for role in read_roles())


def load_roles(manager: SecurityManager, roles: Iterable[Role]) -> None:
    """Make the database hold exactly these rights; people keep their roles.

    Invalid lists every screen or right that the portal does not have.
    """
    rows = manager.session.query(manager.permissionview_model)
    known = {(each.permission.name, each.view_menu.name): each for each in rows}
    refuse_errors([problem for role in roles for problem in _unknown(role, known)])
    for role in roles:
        row = manager.find_role(role.name) or manager.add_role(role.name)
        row.permissions = [
            known[(f"can_{right}", screen)] for screen, rights in role.screens.items() for right in rights
        ]
    manager.session.commit()


def _unknown(role: Role, known: dict[tuple[str, str], Any]) -> Iterable[Problem]:
    for screen, rights in role.screens.items():
        for right in rights:
            if (f"can_{right}", screen) not in known:
                yield Problem(
                    f"roles.{role.name}.screens.{screen}",
                    N_("No screen %(screen)s with the right %(right)s exists."),
                    {"screen": screen, "right": right},
                )


def _problems_of(content: Any) -> Iterable[Problem]:
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        yield Problem("format", N_("The file must say format %(format)s."), {"format": FORMAT})
        return
    for name, given in (content.get("roles") or {}).items():
        if not isinstance(given, dict) or not isinstance(given.get("label"), dict) or "en" not in given["label"]:
            yield Problem(f"roles.{name}.label", N_("A role needs a label in English."))
        if not isinstance(given, dict) or not isinstance(given.get("screens"), dict):
            yield Problem(f"roles.{name}.screens", N_("A role needs its screens with their rights."))
