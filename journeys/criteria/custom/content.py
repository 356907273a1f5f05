"""`CustomField`: one field as it was published, and the fields that are in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from journeys.foundation.tables import Texts
from journeys.store.configuration import DefinitionVersion
from journeys.store.putting_in_force.definitions import FIELD, live_versions

FORMAT = 1
PLACES = ("form", "import", "api")
"""Where a field can be required."""

SENSITIVITIES = ("ordinary", "sensitive", "restricted")
"""How freely a value may be shown: only ordinary ones go into templates; who reads restricted ones is audited."""

JOURNEYS = "journeys"
"""The key of `edit` that opens a field to journeys: no role, for roles are people."""

LAST = 1_000_000
"""Where fields without an order stand: after all others."""

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Audience:
    """The roles and purposes that may do something; both have to fit."""

    roles: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CustomField:
    """A field of one version, read from content that was checked; `version_id` is 0 for a draft."""

    slug: str
    content: Content = field(repr=False)
    version_id: int = 0

    @property
    def on(self) -> str:
        """The kind of record that has it."""
        return str(self.content["on"])

    @property
    def type(self) -> str:
        """The name of its type."""
        return str(self.content["type"])

    @property
    def name(self) -> Texts:
        """What people call it."""
        return dict(self.content["name"])

    @property
    def help(self) -> Texts:
        """What explains it to who fills it in; may be empty."""
        return dict(self.content.get("help") or {})

    @property
    def group(self) -> Texts:
        """The heading that it stands under in forms; empty for none."""
        return dict(self.content.get("group") or {})

    @property
    def unit(self) -> str:
        """The UCUM code of a number; empty for none."""
        return str(self.content.get("unit") or "")

    @property
    def choices(self) -> dict[str, Texts]:
        """Code → name of every choice, in order."""
        return {choice["code"]: choice["name"] for choice in self.content.get("choices") or []}

    @property
    def columns(self) -> list[CustomField]:
        """The columns of a table, each as a field of its own."""
        return [CustomField(column["slug"], column) for column in self.content.get("columns") or []]

    @property
    def sensitivity(self) -> str:
        """How freely it may be shown."""
        return str(self.content["sensitivity"])

    @property
    def default(self) -> Any:
        """What forms offer where nothing is recorded; None for nothing. It is no fact until somebody saves it."""
        return self.content.get("default")

    @property
    def visible_when(self) -> Mapping[str, Any] | None:
        """The rule that decides whether it is asked; None: always."""
        return self.content.get("visible_when")

    def audience(self, key: str) -> Audience:
        """Who may `see` or `edit` it; nobody where nothing is said."""
        given = self.content.get(key) or {}
        return Audience(frozenset(given.get("roles") or ()), frozenset(given.get("purposes") or ()))

    def is_required(self, place: str) -> bool:
        """Whether a value is needed at a place (form, import, api)."""
        return place in (self.content.get("required") or ())

    def place_in_forms(self) -> tuple[Any, ...]:
        """What fields are sorted by: their order, then their slug."""
        return (self.content.get("order", LAST), self.slug)


def of_version(slug: str, version: DefinitionVersion) -> CustomField:
    """The field that a published version describes."""
    return CustomField(slug, version.content, version.id)


def live_fields(session: Session, on: str | None = None) -> dict[str, CustomField]:
    """The fields in force by slug, in the order of forms; of one kind of record, or of all."""
    fields = [of_version(slug, version) for slug, version in live_versions(session, FIELD).items()]
    wanted = [each for each in fields if on is None or each.on == on]
    return {each.slug: each for each in sorted(wanted, key=CustomField.place_in_forms)}
