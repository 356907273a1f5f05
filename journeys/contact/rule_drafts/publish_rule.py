"""Puts the draft of a contact rule in force: its parameters take the place of the defaults from the next plan on."""

from __future__ import annotations

from sqlalchemy import insert
from sqlalchemy.orm import Session

from journeys.contact.rule_drafts.rule_problems import pins_of_rule, pins_of_version, rule_problems
from journeys.contact.rule_drafts.rule_records import approval_problems
from journeys.foundation.acting import Act
from journeys.foundation.errors import refuse_errors
from journeys.store.configuration import DefinitionVersion, VersionPin
from journeys.store.putting_in_force.definitions import CONTACT_RULE, find
from journeys.store.putting_in_force.write_version import write_version


def publish_rule(
    session: Session, act: Act, slug: str, row_version: int | None = None, is_reviewed: bool = False
) -> DefinitionVersion:
    """Return the version now in force; Invalid with every problem; one definition sets a rule for one scope.

    What binds some messages only has been approved by somebody: its content says by whom, or a second person has just
    done so (`is_reviewed`). Stale when somebody saved since `row_version`. The segments that it names are pinned as
    they are now: where one has changed, an unchanged draft becomes a new version.
    """
    definition = find(session, CONTACT_RULE, slug, row_version)
    content = definition.draft or {}
    found = rule_problems(session, slug, content)
    if not is_reviewed:
        found += approval_problems(content)
    refuse_errors(found)
    pins = pins_of_rule(session, content)
    before = definition.live_version_id
    if before is not None and pins != pins_of_version(session, before):
        # the next version is a new one although the draft is the same
        definition.status = "draft"
        definition.live_version = None
    version = write_version(session, act, definition)
    if version.id != before and pins:
        rows = [
            {"version_id": version.id, "kind": kind, "slug": name, "pinned_version_id": pinned}
            for (kind, name), pinned in pins.items()
        ]
        session.execute(insert(VersionPin), rows)
    return version
