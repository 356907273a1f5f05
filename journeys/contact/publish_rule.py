"""Puts the draft of a contact rule in force: its parameters take the place of the defaults from the next plan on."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.contact.rule_records import scope_of
from journeys.contact.rule_set import FORMAT, problems
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.words import N_
from journeys.store.configuration import DefinitionVersion
from journeys.store.definitions import CONTACT_RULE, find, live_versions
from journeys.store.write_version import write_version


def publish_rule(session: Session, act: Act, slug: str) -> DefinitionVersion:
    """Return the version now in force; Invalid with every problem; one definition sets a rule for one scope."""
    definition = find(session, CONTACT_RULE, slug)
    content = definition.draft or {}
    found = problems(content)
    if content.get("format") != FORMAT:
        found.append(Problem("format", N_("This version of Waymark reads format %(format)s"), {"format": FORMAT}))
    for other, version in live_versions(session, CONTACT_RULE).items():
        if other != slug and scope_of(version.content) == scope_of(content):
            found.append(Problem("rule", N_("The rule is already set by %(slug)s"), {"slug": other}))
    if found:
        raise Invalid(found)
    return write_version(session, act, definition)
