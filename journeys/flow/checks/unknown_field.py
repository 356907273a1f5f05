"""Every custom field that a step reads or writes is in force, of the patient or the record, and of a fitting type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from journeys.flow.checks.base import Check
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.definition import Head, Node
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

PATIENT = "patient"
UNKNOWN = N_("There is no field %(field)s of patients")
UNKNOWN_OR_OF_RECORD = N_("There is no field %(field)s of patients, or of the records that the journey is about")
OTHER_TYPE = N_("The field %(field)s is of the type %(type)s; here it must be one of: %(types)s")


class UnknownField(Check):
    """Nobody waits for a date that is none, and nothing is written where nothing can stand."""

    def look(
        self, head: Head, nodes: Mapping[str, Node], written: frozenset[str], catalogue: Catalogue
    ) -> Iterable[Problem]:
        """Each field that a step names by itself; rules are judged where they stand."""
        for node in nodes.values():
            for needed in node.step.custom_fields():
                where = f"steps.{node.id}.config.{needed.where}"
                known = catalogue.custom.get(needed.slug)
                on = {PATIENT, catalogue.focus} if needed.may_be_of_focus else {PATIENT}
                if known is None or known.on not in on or needed.slug == needed.name:
                    says = UNKNOWN_OR_OF_RECORD if needed.may_be_of_focus else UNKNOWN
                    yield Problem(where, says, {"field": needed.name})
                elif known.field.type not in needed.types:
                    data = {"field": needed.name, "type": known.field.type, "types": ", ".join(needed.types)}
                    yield Problem(where, OTHER_TYPE, data)
