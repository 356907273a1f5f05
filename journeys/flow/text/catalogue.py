"""What a journey may refer to: templates, segments, queues, stages, channels; read once for a whole check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.deciding.rule_set import every_parameter_in_force
from journeys.contact.rules.consent import Unasked
from journeys.contact.rules.frequency_caps import Caps
from journeys.contact.rules.quiet_hours import Hours
from journeys.contact.rules.rest_days import RestDays
from journeys.contact.texts.wording_uses import outdated_templates
from journeys.contact.texts.wordings import Wording, live_wordings, pinned_wordings, written_out
from journeys.criteria.custom.facts import FieldInRules
from journeys.criteria.known import Known, ValueSet, known
from journeys.flow.words.names import QUEUE, Names, names_of, written_names
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import (
    FIELD,
    FORM,
    JOURNEY,
    ORGANISATION,
    SEGMENT,
    SETTING,
    STAGE,
    TEMPLATE,
    VALUE_SET,
    live_versions_of,
)
from journeys.store.putting_in_force.write_version import checksum_of
from journeys.store.tasks import TaskQueue
from journeys.store.webhooks import WebhookConnection

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Catalogue:
    """Slug → content of what is published, and the plain lists. Empty for a check without a database.

    `outdated` are templates in force with the wordings that they quote as they no longer are. `focus` is the kind of
    record that the journey being checked is about, `journey` its slug, None where it has none yet; `roles` are the
    portal's, None where they cannot be asked; `rules` the parameters of all contact rules; `names` what people call
    all this.
    """

    templates: Mapping[str, Content] = field(default_factory=dict)
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    segments: Mapping[str, Content] = field(default_factory=dict)
    journeys: Mapping[str, Content] = field(default_factory=dict)
    forms: frozenset[str] = frozenset()
    queues: frozenset[str] = frozenset()
    connections: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ("en",)
    versions: Mapping[tuple[str, str], int] = field(default_factory=dict)
    value_sets: Mapping[str, ValueSet] = field(default_factory=dict)
    custom: Mapping[str, FieldInRules] = field(default_factory=dict)
    rules: Mapping[str, Any] = field(default_factory=dict)
    time_zone: str = "UTC"
    caps: Caps = field(default_factory=Caps)
    quiet: Hours = field(default_factory=Hours)
    rest: RestDays = field(default_factory=RestDays)
    unasked: Unasked = field(default_factory=Unasked)
    outdated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    focus: str | None = None
    journey: str | None = None
    roles: frozenset[str] | None = None
    names: Names = field(default_factory=dict)

    @property
    def known(self) -> Known:
        """What the rules of a journey may name; segments that are not in force have a name all the same."""
        rules = {slug: content.get("rule", {}) for slug, content in self.segments.items()}
        names = {key[1]: name for key, name in self.names.items() if key[0] == SEGMENT}
        names |= {slug: content.get("name", {}) for slug, content in self.segments.items()}
        return Known(rules, self.value_sets, self.custom, names)

    @property
    def edition(self) -> str:
        """A checksum of all that journeys are judged by: by the same one the same draft has the same problems."""
        lists = [sorted(each) for each in (self.queues, self.connections, self.stages, self.forms, self.roles or ())]
        rules = [asdict(each) for each in (self.caps, self.quiet, self.rest, self.unasked)]
        quoted = [[slug, *wordings] for slug, wordings in sorted(self.outdated.items())]
        used = [[kind, slug, version] for (kind, slug), version in sorted(self.versions.items())]
        return checksum_of(
            {"lists": lists, "rules": rules, "used": used, "languages": list(self.languages), "quoted": quoted}
        )


@dataclass(frozen=True)
class Defaults:
    """What holds where neither patient nor branch says otherwise."""

    time_zone: str = "UTC"
    language: str = "en"
    languages: tuple[str, ...] = ("en",)


def read_catalogue(session: Session, journey: str | None = None) -> Catalogue:
    """Everything that is published now, to judge the journey of this slug."""
    live = live_versions_of(session, TEMPLATE, SEGMENT, FIELD, JOURNEY, STAGE, FORM)
    templates, segments, journeys, stages = live[TEMPLATE], live[SEGMENT], live[JOURNEY], live[STAGE]
    versions = {
        (kind, slug): version.id for kind in (TEMPLATE, SEGMENT, FIELD, JOURNEY) for slug, version in live[kind].items()
    }
    in_force = known(session)
    rules = every_parameter_in_force(session)
    versions |= {(VALUE_SET, slug): value_set.version_id for slug, value_set in in_force.value_sets.items()}
    defaults = read_defaults(session)
    quoted = pinned_wordings(session, [version.id for version in templates.values()])
    queues = session.execute(select(TaskQueue.slug, TaskQueue.name).where(TaskQueue.active)).all()
    names = dict(written_names(session))
    names |= {(QUEUE, slug): name for slug, name in queues}
    for kind, found in ((TEMPLATE, templates), (JOURNEY, journeys), (STAGE, stages), (FORM, live[FORM])):
        names |= names_of(kind, {slug: version.content for slug, version in found.items()})
    return Catalogue(
        templates={slug: written_out(each.content, quoted.get(each.id, {})) for slug, each in templates.items()},
        wordings=live_wordings(session),
        segments={slug: version.content for slug, version in segments.items()},
        journeys={slug: version.content for slug, version in journeys.items()},
        forms=frozenset(live[FORM]),
        queues=frozenset(slug for slug, _name in queues),
        connections=frozenset(session.scalars(select(WebhookConnection.slug).where(WebhookConnection.active))),
        stages=frozenset(stages),
        languages=defaults.languages,
        time_zone=defaults.time_zone,
        versions=versions,
        value_sets=in_force.value_sets,
        custom=in_force.custom,
        rules=rules,
        caps=rules["frequency_caps"],
        quiet=rules["quiet_hours"],
        rest=rules["rest_days"],
        unasked=rules["consent"],
        outdated=outdated_templates(session),
        journey=journey,
        names=names,
    )


def read_defaults(session: Session) -> Defaults:
    """The organisation's time zone and languages, from the setting `organisation`."""
    content = session.scalar(
        select(DefinitionVersion.content)
        .join(Definition, Definition.live_version_id == DefinitionVersion.id)
        .where(Definition.kind == SETTING, Definition.slug == ORGANISATION)
    )
    found = content or {}
    languages = tuple(found.get("languages", ())) or ("en",)
    return Defaults(
        time_zone=found.get("time_zone", "UTC"),
        language=found.get("language", languages[0]),
        languages=languages,
    )
