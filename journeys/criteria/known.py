"""`Known`: what a rule may name besides the files of this room: segments, value sets and custom fields, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journeys.criteria.custom.facts import PREFIX, FieldInRules, in_rules
from journeys.criteria.fields import FACTS
from journeys.criteria.fields.base import Attribute, Field, Record
from journeys.criteria.shapes import Segments
from journeys.foundation.tables import Texts
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.definitions import FIELD, SEGMENT, VALUE_SET, live_versions
from journeys.store.value_sets import ValueSetCode

CUSTOM = PREFIX
"""What the names of custom fields begin with; the slug follows."""

PATIENT = "patient"


@dataclass(frozen=True)
class ValueSet:
    """One version of a value set: its codes are the rows of `value_set_code` with this `version_id`."""

    slug: str
    version_id: int
    name: Texts
    size: int


Custom = FieldInRules
"""A custom field, of the patient or of the records of one kind."""


@dataclass(frozen=True)
class Known:
    """What rules may name, all of one moment: in force now, or pinned by one published version.

    `segments` gives the rule of each segment, `value_sets` and `custom` the value sets and custom fields by slug;
    `segment_names` only what segments are called.
    """

    segments: Segments = field(default_factory=dict)
    value_sets: Mapping[str, ValueSet] = field(default_factory=dict)
    custom: Mapping[str, Custom] = field(default_factory=dict)
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


def known(session: Session) -> Known:
    """What is in force now."""
    kinds = (SEGMENT, FIELD)
    whole = known_of((kind, slug, each) for kind in kinds for slug, each in live_versions(session, kind).items())
    return replace(whole, value_sets=live_value_sets(session))


def live_value_sets(session: Session) -> dict[str, ValueSet]:
    """The value sets in force, without reading their codes, which may be many thousands."""
    size = select(func.max(ValueSetCode.position) + 1).where(ValueSetCode.version_id == DefinitionVersion.id)
    rows = session.execute(
        select(Definition.slug, DefinitionVersion.id, DefinitionVersion.content["name"], size.scalar_subquery())
        .join(DefinitionVersion, DefinitionVersion.id == Definition.live_version_id)
        .where(Definition.kind == VALUE_SET, Definition.status == "active")
        .order_by(Definition.slug)
    )
    return {slug: ValueSet(slug, version_id, name, codes or 0) for slug, version_id, name, codes in rows}


def known_of(versions: Iterable[tuple[str, str, DefinitionVersion]]) -> Known:
    """What these versions (kind, slug, version) define; other kinds are passed over."""
    segments = {}
    names = {}
    value_sets = {}
    custom = {}
    for kind, slug, version in versions:
        if kind == SEGMENT:
            segments[slug] = version.content["rule"]
            names[slug] = version.content.get("name", {})
        elif kind == VALUE_SET:
            content = version.content
            value_sets[slug] = ValueSet(slug, version.id, content["name"], len(content["codes"]))
        elif kind == FIELD:
            custom[slug] = in_rules(slug, version)
    return Known(segments, value_sets, custom, names)
