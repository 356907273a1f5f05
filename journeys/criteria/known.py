"""`Known`: what a rule may name besides the files of this room: segments, value sets and custom fields, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.facts import CUSTOM, FieldInRules
from journeys.criteria.fields import FACTS
from journeys.criteria.fields.base import Attribute, Field, Record
from journeys.criteria.shapes import Rule, Segments
from journeys.foundation.tables import Texts
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import FIELD, SEGMENT, VALUE_SET
from journeys.store.value_sets import ValueSetCode

PATIENT = "patient"


@dataclass(frozen=True)
class ValueSet:
    """One version of a value set: its codes are the rows of `value_set_code` with this `version_id`."""

    slug: str
    version_id: int
    name: Texts
    size: int


@dataclass(frozen=True)
class Known:
    """What rules may name, all of one moment: in force now, or pinned by one published version.

    `segments` gives the rule of each segment, `value_sets` and `custom` the value sets and custom fields by slug;
    `segment_names` only what segments are called.
    """

    segments: Segments = field(default_factory=dict)
    value_sets: Mapping[str, ValueSet] = field(default_factory=dict)
    custom: Mapping[str, FieldInRules] = field(default_factory=dict)
    segment_names: Mapping[str, Texts] = field(default_factory=dict)

    def name_of(self, segment: str) -> Texts:
        """What people call a segment; its slug where it has no name here."""
        return self.segment_names.get(segment) or {"en": segment}

    def fact(self, name: object) -> Field | None:
        """What `field` names in a rule, None when there is nothing of this name."""
        return self.facts().get(name) if isinstance(name, str) else None

    def facts(self) -> dict[str, Field]:
        """Everything that `field` can name: the files first, then the custom fields of the patient."""
        custom = {CUSTOM + slug: each.fact() for slug, each in self.custom.items() if each.on == PATIENT}
        return {**FACTS, **custom}

    def attribute(self, record: Record, name: object) -> Attribute | None:
        """An attribute of a kind of record by name; `date` is the one that windows look at."""
        if not isinstance(name, str):
            return None
        return record.attribute(name) or self.attributes(record).get(name)

    def attributes(self, record: Record) -> dict[str, Attribute]:
        """Every attribute of a kind of record, its custom fields last."""
        custom = {CUSTOM + slug: each.attribute() for slug, each in self.custom.items() if each.on == record.name}
        return {**record.attributes, **custom}


NOTHING_KNOWN = Known()
"""Only what files define."""

DEFINITIONS = Definition.__table__
VERSIONS = DefinitionVersion.__table__
IS_VALUE_SET = DEFINITIONS.c.kind == VALUE_SET
SIZE = select(func.max(ValueSetCode.position) + 1).where(ValueSetCode.version_id == VERSIONS.c.id).scalar_subquery()

# of a value set only its name: codes may be many thousands
IN_FORCE = (
    select(
        DEFINITIONS.c.kind,
        DEFINITIONS.c.slug,
        VERSIONS.c.id,
        case((IS_VALUE_SET, VERSIONS.c.content["name"]), else_=VERSIONS.c.content).label("content"),
        case((IS_VALUE_SET, SIZE)).label("size"),
    )
    .join(VERSIONS, VERSIONS.c.id == DEFINITIONS.c.live_version_id)
    .where(DEFINITIONS.c.kind.in_([SEGMENT, VALUE_SET, FIELD]), DEFINITIONS.c.status == "active")
    .order_by(DEFINITIONS.c.slug)
)


def known(session: Session) -> Known:
    """What is in force now."""
    return gathered(session.execute(IN_FORCE))


def known_of(versions: Iterable[tuple[str, str, DefinitionVersion]]) -> Known:
    """What these versions (kind, slug, version) define; other kinds are passed over."""
    return gathered(row_of(*each) for each in versions)


def row_of(kind: str, slug: str, version: DefinitionVersion) -> tuple[Any, ...]:
    """A version as a row of `IN_FORCE`."""
    content = version.content
    if kind == VALUE_SET:
        return kind, slug, version.id, content["name"], len(content["codes"])
    return kind, slug, version.id, content, None


def gathered(rows: Iterable[Sequence[Any]]) -> Known:
    """What rows of `IN_FORCE` define."""
    segments: dict[str, Rule] = {}
    names: dict[str, Texts] = {}
    value_sets: dict[str, ValueSet] = {}
    custom: dict[str, FieldInRules] = {}
    for kind, slug, version_id, content, size in rows:
        if kind == SEGMENT:
            segments[slug] = content["rule"]
            names[slug] = content.get("name", {})
        elif kind == VALUE_SET:
            value_sets[slug] = ValueSet(slug, version_id, content, size or 0)
        elif kind == FIELD:
            custom[slug] = FieldInRules(CustomField(slug, content, version_id))
    return Known(segments, value_sets, custom, names)
