"""The contact rules in force: every rule in its order with its parameters, numbered, kept, and read back by number.

A rule's parameters are its defaults unless a published `contact-rule` of that rule says otherwise; records with a scope
bind besides. The whole set is kept as a version of the definition `contact-rules`, so that a decision names the set it
was made by, and replays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, get_type_hints

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.contact.deciding.former_rules import as_it_was
from journeys.contact.rule_drafts import rule_records
from journeys.contact.rule_drafts.rule_records import VERSION, Record, has_scope, is_in_force
from journeys.contact.rules import RULES
from journeys.contact.rules.base import Kind, Rule
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, Problem
from journeys.foundation.words import N_
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import CONTACT_RULE, live_versions
from journeys.store.putting_in_force.write_version import checksum_of, next_version

KIND = "contact-rules"
SLUG = "in-force"
NAME = {"en": "Contact rules", "es": "Reglas de contacto"}
FORMAT = 1
"""Of one published rule."""

SET_FORMAT = 2
"""Of the set that is kept; 1 knew neither kinds nor records."""

Contents = list[Mapping[str, Any]]


@dataclass(frozen=True)
class InForce:
    """One rule with the parameters that hold everywhere, and the records that bind some messages besides.

    `kind` is what the rule was when the set was kept; `is_general` whether the parameters bind at all.
    """

    rule: Rule
    parameters: Any
    kind: Kind | None = None
    is_general: bool = True
    records: tuple[Record, ...] = ()

    @property
    def does(self) -> Kind:
        """What follows when it fails."""
        return self.kind or self.rule.kind


@dataclass(frozen=True)
class RuleSet:
    """Rules in their order; `version` is the number under which the set is kept."""

    version: str
    rules: tuple[InForce, ...]

    def __iter__(self) -> Iterator[InForce]:
        """The rules in order: the place of each is its bit in a candidate's mask."""
        return iter(self.rules)


def rules_in_force(session: Session, act: Act) -> RuleSet:
    """The set that decides now; kept as a new version when it is not the one kept last."""
    published = published_rules(session)
    entries = [entry_of(rule, published.get(name, []), act.now.date()) for name, rule in RULES.items()]
    content = {"format": SET_FORMAT, "rules": entries}
    return RuleSet(str(keep(session, act, content)), tuple(in_force(entry) for entry in entries))


def entry_of(rule: Rule, published: Contents, today: dt.date) -> dict[str, Any]:
    """One rule as the set keeps it: its own parameters, and what was published for some messages and binds today."""
    own = next((content for content in published if not has_scope(content)), None)
    binding = [dict(each) for each in published if has_scope(each) and is_in_force(each, today)]
    entry: dict[str, Any] = {"rule": rule.name, "kind": rule.kind, "parameters": as_json(parameters_of(rule, own))}
    if rule.by_record and own is None:
        entry["general"] = False
    if binding:
        entry["records"] = binding
    return entry


def in_force(entry: Mapping[str, Any]) -> InForce:
    """One entry of a set as it was kept."""
    rule = RULES[entry["rule"]]
    records = tuple(Record(parameters_of(rule, each), each) for each in entry.get("records", ()))
    return InForce(rule, parameters_of(rule, entry), entry["kind"], entry.get("general", True), records)


def published_rules(session: Session) -> dict[str, Contents]:
    """Rule → what the clinic has published about it, in the order of the slugs."""
    found: dict[str, Contents] = {}
    for version in live_versions(session, CONTACT_RULE).values():
        found.setdefault(version.content["rule"], []).append(as_record(version.content, version.id))
    return found


def as_record(content: Mapping[str, Any], version: int) -> Mapping[str, Any]:
    """What was published, with the version where it says what segments mean."""
    return {**content, VERSION: version} if content.get("segments") else content


def parameters_in_force(session: Session, name: str) -> Any:
    """The parameters that hold for one rule."""
    return every_parameter_in_force(session)[name]


def every_parameter_in_force(session: Session) -> dict[str, Any]:
    """Rule → the parameters that hold everywhere for it."""
    published = published_rules(session)
    return {
        name: parameters_of(rule, next((each for each in published.get(name, []) if not has_scope(each)), None))
        for name, rule in RULES.items()
    }


def rules_of(session: Session, version: str) -> RuleSet:
    """The set kept under a number; Missing when there is none, or a rule of it is no longer in the house."""
    content = session.scalar(
        select(DefinitionVersion.content)
        .join(Definition, Definition.id == DefinitionVersion.definition_id)
        .where(Definition.kind == KIND, Definition.slug == SLUG, DefinitionVersion.number == int(version))
    )
    if content is None:
        raise Missing(f"There are no contact rules of version {version}")
    if content["format"] == 1:
        return RuleSet(version, tuple(first_format(entry) for entry in content["rules"]))
    gone = [entry["rule"] for entry in content["rules"] if entry["rule"] not in RULES]
    if gone:
        raise Missing(f"Contact rules that no longer exist: {', '.join(gone)}")
    return RuleSet(version, tuple(in_force(entry) for entry in content["rules"]))


def parameters_at(session: Session, name: str, moment: dt.datetime) -> Any:
    """The parameters that held everywhere for one rule at a moment, by the set that decided then; by today's where none
    had decided yet, or the rule was not there."""
    version = session.scalar(
        select(DefinitionVersion.number)
        .join(Definition, Definition.id == DefinitionVersion.definition_id)
        .where(Definition.kind == KIND, Definition.slug == SLUG, DefinitionVersion.published_at <= moment)
        .order_by(DefinitionVersion.number.desc())
        .limit(1)
    )
    then = [] if version is None else [each for each in rules_of(session, str(version)) if each.rule.name == name]
    return then[0].parameters if then else parameters_in_force(session, name)


def first_format(entry: Mapping[str, Any]) -> InForce:
    """One entry of a set of format 1: the rules were fewer then, and some said more."""
    rule, kind = as_it_was(entry["rule"])
    return InForce(rule, parameters_of(rule, entry), kind)


def keep(session: Session, act: Act, content: dict[str, Any]) -> int:
    """The number of the version that holds this content; a new one when the last one does not."""
    checksum = checksum_of(content)
    kept = select(DefinitionVersion.number, DefinitionVersion.checksum)
    kept = kept.join(Definition, Definition.live_version_id == DefinitionVersion.id)
    last = session.execute(kept.where(Definition.kind == KIND, Definition.slug == SLUG)).first()
    if last is not None and last.checksum == checksum:
        return int(last.number)
    made = {"kind": KIND, "slug": SLUG, "name": NAME, "changed_by": act.by, "draft": content}
    session.execute(insert(Definition).values(made).on_conflict_do_nothing(index_elements=["kind", "slug"]))
    ours = select(Definition).where(Definition.kind == KIND, Definition.slug == SLUG)
    definition = session.scalars(ours.with_for_update().execution_options(populate_existing=True)).one()
    if definition.live_version is None or definition.live_version.checksum != checksum:
        definition.draft = content
        definition.live_version = next_version(session, act, definition, content, checksum)
        session.flush()
        definition.status = "active"
        definition.changed_at = act.now
        session.flush()
    return definition.live_version.number


def parameters_of(rule: Rule, content: Mapping[str, Any] | None) -> Any:
    """The parameters of a rule, with what a definition says in place of the defaults. The content is checked before."""
    given = (content or {}).get("parameters", {})
    kinds = get_type_hints(rule.Parameters)
    return rule.Parameters(**{name: from_json(value, kinds[name]) for name, value in given.items() if name in kinds})


def from_json(value: Any, kind: Any) -> Any:
    """One parameter as its rule wants it: times are written "20:00", sets of words as lists."""
    if kind is dt.time:
        return dt.time.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


def as_json(parameters: Any) -> dict[str, Any]:
    """Parameters as they are written down, the inverse of `from_json`."""
    return {
        name: value.strftime("%H:%M") if isinstance(value, dt.time) else value
        for name, value in asdict(parameters).items()
    }


def problems(content: Mapping[str, Any]) -> list[Problem]:
    """Everything that is wrong with a contact rule as a consultant wrote it."""
    rule = RULES.get(str(content.get("rule")))
    if rule is None:
        return [Problem("rule", N_("There is no contact rule %(rule)s"), {"rule": str(content.get("rule"))})]
    given = content.get("parameters", {})
    if not isinstance(given, Mapping):
        return [Problem("parameters", N_("Give each parameter its value"))]
    known = {field.name for field in fields(rule.Parameters)}
    found = list(rule_records.problems(content))
    found += [
        Problem(f"parameters.{name}", N_("The rule has no parameter %(name)s"), {"name": name})
        for name in given
        if name not in known
    ]
    kinds = get_type_hints(rule.Parameters)
    wrong = [name for name in given if name in known and not fits(given[name], kinds[name])]
    found += [Problem(f"parameters.{name}", N_("This value cannot be read")) for name in wrong]
    return found if found else rule.problems(parameters_of(rule, content), "parameters")


def fits(value: Any, kind: Any) -> bool:
    """Whether a written value can be read as a parameter of this type."""
    if kind is dt.time:
        return is_time(value)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind is bool or kind is str:
        return isinstance(value, kind)
    return isinstance(value, list) and all(isinstance(each, str | int) for each in value)


def is_time(value: Any) -> bool:
    """Whether this is a time of day, written "20:00"."""
    try:
        dt.time.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True
