"""What a message says, record by record: FHIR resources as far as the message goes.

A `Statement` is a JSON merge patch (RFC 7396) of one FHIR resource: what is absent stays as it is known, None takes it
away; so an HL7 field that is empty changes nothing, and one that is `""` does (HL7 2.8.2, chapter 2.5.3). Records are
known by blinded ids: a record number is nobody's to read in a plain column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from journeys.foundation.tokens import blind
from journeys.sync.hl7.message import Finding
from journeys.sync.hl7.moments import day, moment

KIND = "hl7"

Says = dict[str, Any]


@dataclass(frozen=True)
class Habits:
    """What a connection says of its sender: the zone of times without an offset, names of authorities and codes.

    `authorities` gives the FHIR system of an assigning authority; `codes` the coding that is meant by another, both
    as `system|code`; `own` is the system of numbers that name no authority.
    """

    zone: str = "UTC"
    own: str = "urn:hl7-v2"
    authorities: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Statement:
    """What is said of one record; `otherwise` holds where nobody ever said anything else. Unless it `changes` the
    record, it only makes known what is not known."""

    resource_type: str
    outside_id: str
    says: Says
    otherwise: Says = field(default_factory=dict)
    changes: bool = True


@dataclass
class Telling:
    """Collects what a message says, each record once, in the order in which it is named."""

    habits: Habits
    statements: dict[tuple[str, str], Statement] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def tell(
        self, resource_type: str, key: str, says: Says, changes: bool = True, otherwise: Says | None = None
    ) -> Says:
        """Add what is said of the record with this key (`system|value`); returns a FHIR reference to it."""
        outside_id = outside_id_of(resource_type, key)
        whole = {name: value for name, value in says.items() if value is not UNSAID}
        fresh = Statement(resource_type, outside_id, {}, changes=changes)
        statement = self.statements.setdefault((resource_type, outside_id), fresh)
        statement.says |= whole
        statement.otherwise |= otherwise or {}
        statement.changes = statement.changes or changes
        return {"reference": f"{resource_type}/{outside_id}"}

    def moment(self, text: str | None, where: str) -> Any:
        """A dateTime, None where it is said to be nothing, UNSAID where nothing is said or it is no time."""
        return self.time(text, where, moment(text, self.habits.zone))

    def day(self, text: str | None, where: str) -> Any:
        """A date, likewise."""
        return self.time(text, where, day(text))

    def time(self, text: str | None, where: str, read: str | None) -> Any:
        """What a text of a time says."""
        if text is None:
            return UNSAID
        if text == "":
            return None
        if read is None:
            self.findings.append(Finding("no-time", where))
            return UNSAID
        return read


UNSAID: Any = object()
"""Stands for what a message does not say; keys with it are left out."""


def said(text: str | None) -> Any:
    """A text as a statement has it: UNSAID where nothing is said, None where it is said to be nothing."""
    if text is None:
        return UNSAID
    return text or None


def outside_id_of(resource_type: str, key: str) -> str:
    """How a record is called here; the same key always gives the same, and tells nobody what it was."""
    return f"v2-{blind(KIND, f'{resource_type}|{key}').hex()}"


def without_unsaid(says: Says) -> Says:
    """A part of a resource without what is not said or is said to be nothing."""
    return {name: value for name, value in says.items() if value is not UNSAID and value not in (None, "", [], {})}
