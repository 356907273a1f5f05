"""Changes what is known about the patient."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from journeys.flow.catalogue import Catalogue
from journeys.flow.reader import ENGLISH, Reader
from journeys.flow.steps.base import Change, Rows, Step, Update
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.foundation.zones import is_zone
from journeys.store.people import PAYER_CLASSES, Patient


@dataclass(frozen=True)
class UpdatePatient(Step):
    """Sets one field of the patient to one value, for example the preferred channel after two calls."""

    label: ClassVar[str] = N_("Update")
    help: ClassVar[str] = N_("Changes one fact about the patient.")
    icon: ClassVar[str] = "edit"
    writes: ClassVar[frozenset[str]] = frozenset({"patient"})

    field_: Literal["preferred_channel", "language", "time_zone", "payer_class"] = field(
        metadata={"key": "field", "label": N_("Field"), "help": N_("Which fact changes.")},
    )
    value: str = field(metadata={"label": N_("Value"), "help": N_("What it becomes.")})

    def inserts(self, rows: Rows) -> list[Change]:
        """The one change."""
        values = {
            self.field_: self.value,
            "updated_at": rows.c.now,
            "row_version": Patient.row_version + 1,
        }
        return [Update(Patient, values, Patient.id == rows.c.patient_id, emits="patient.changed")]

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """The value is one that the field can hold."""
        if self.field_ == "time_zone" and not is_zone(self.value):
            yield Problem(f"{where}.value", N_("There is no time zone %(zone)s"), {"zone": self.value})
        if self.field_ == "payer_class" and self.value not in PAYER_CLASSES:
            data = {"value": self.value, "known": ", ".join(PAYER_CLASSES)}
            yield Problem(f"{where}.value", N_("%(value)s is not one of: %(known)s"), data)

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """Which field becomes what."""
        words = reader.translate(N_("Set %(field)s of the patient to %(value)s"))
        return words % {"field": self.field_, "value": self.value}
