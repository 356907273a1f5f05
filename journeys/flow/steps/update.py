"""Changes what is known about the patient."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from sqlalchemy import ColumnElement, Date, cast, func, literal, true

from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.facts import CUSTOM
from journeys.criteria.custom.types import TYPES, type_of
from journeys.criteria.custom.values import value_problems
from journeys.criteria.known import Known
from journeys.flow.running.field_changes import Columns, changes, is_none_of
from journeys.flow.steps.base import Change, FieldNeeded, Rows, Step, Update
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.text.shapes import NEEDED
from journeys.flow.text.times import Duration, in_words
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.foundation.zones import is_zone, wall_time
from journeys.store.custom_values import CustomValue
from journeys.store.people import PAYER_CLASSES, Patient

CHANNEL = "preferred_channel"
FACTS = {
    CHANNEL: N_("Preferred channel"),
    "language": N_("Language"),
    "time_zone": N_("Time zone"),
    "payer_class": N_("Payer class"),
}
"""What of the patient's own record a journey may change: how to reach them, and who pays."""

SET, ADD, REMOVE, CLEAR, TODAY = "set", "add", "remove", "clear", "today"
ACTIONS = (
    (SET, N_("Set it to a value")),
    (ADD, N_("Add choices")),
    (REMOVE, N_("Take choices away")),
    (CLEAR, N_("Empty it")),
    (TODAY, N_("Set it to the day of the step, or so many days from it")),
)
WITH_VALUE = (SET, ADD, REMOVE)
TYPES_OF = {
    SET: ("number", "date", "yes-no", "choice", "many-choices"),
    ADD: ("many-choices",),
    REMOVE: ("many-choices",),
    CLEAR: tuple(TYPES),
    TODAY: ("date",),
}
"""Action → the types of fields that it can be done with; texts are sealed one by one, which no statement does."""

PLAIN = ("choice", "yes-no", "number")
"""The types of which a rule can say that a value is exactly so."""

MOST_DAYS = 3_660

SENTENCES = {
    SET: N_("Set “%(field)s” to %(value)s"),
    ADD: N_("Add to “%(field)s”: %(value)s"),
    REMOVE: N_("Take away from “%(field)s”: %(value)s"),
    CLEAR: N_("Empty “%(field)s”"),
    TODAY: N_("Set “%(field)s” to the day of this step"),
}
LATER = N_("Set “%(field)s” to %(length)s after this step")
EARLIER = N_("Set “%(field)s” to %(length)s before this step")

Action = Literal["set", "add", "remove", "clear", "today"]


@dataclass(frozen=True)
class UpdatePatient(Step):
    """Changes one field: a custom field of the patient or of the record the journey is about, or one of four facts.

    Of a field with several choices it can add and take away some, so that such a field serves as tags; a field with
    one choice serves as a status of the clinic's own. Every past value is kept. The value is written as it would be
    typed: `yes`, `3.5`, `2026-03-01`, a code, codes with commas between.
    """

    label: ClassVar[str] = N_("Update")
    help: ClassVar[str] = N_("Changes a field of the patient: a value, a date, a tag, a status of your clinic.")
    icon: ClassVar[str] = "edit"
    reads: ClassVar[frozenset[str]] = frozenset({"custom_value"})

    field_: str = field(
        metadata={
            "key": "field",
            "label": N_("Field"),
            "help": N_("What changes. Custom fields stand here when they are open to journeys."),
            "source": "written-field",
            "attributes": {"data-redraws": True},
        }
    )
    action: Action = field(
        default="set",
        metadata={"label": N_("What to do"), "choices": ACTIONS, "attributes": {"data-redraws": True}},
    )
    value: str = field(
        default="",
        metadata={"label": N_("Value"), "help": N_("What it becomes."), "editor_for": "field-value"},
    )
    days: int | None = field(
        default=None,
        metadata={
            "label": N_("Days from it"),
            "help": N_("Only for the day of the step: so many days after it; negative numbers count back."),
        },
    )

    def judge(self, where: str) -> Iterable[Problem]:
        """A field, and what the action needs."""
        is_custom = self.field_.startswith(CUSTOM)
        if not is_custom and self.field_ not in FACTS:
            data = {"value": self.field_, "known": ", ".join(FACTS)}
            yield Problem(f"{where}.field", N_("%(value)s is not a field of your clinic, nor one of: %(known)s"), data)
        elif not is_custom and self.action != SET:
            yield Problem(f"{where}.action", N_("This can only be set to a value"))
        if self.action in WITH_VALUE and not self.value:
            yield Problem(f"{where}.value", NEEDED)
        elif self.action not in WITH_VALUE and self.value:
            yield Problem(f"{where}.value", N_("Here no value is written"))
        if self.days is not None and self.action != TODAY:
            yield Problem(f"{where}.days", N_("Days are counted only from the day of the step"))
        elif self.days is not None and abs(self.days) > MOST_DAYS:
            yield Problem(f"{where}.days", N_("At most ten years"))

    def inserts(self, rows: Rows) -> list[Change]:
        """The one change, whatever it takes."""
        if not self.field_.startswith(CUSTOM):
            return [self.of_record(rows)]
        custom = rows.known.custom[self.field_.removeprefix(CUSTOM)].field
        if self.action == CLEAR:
            return changes(rows, custom, true(), [])
        wanted = self.wanted(rows, custom)
        if self.action == ADD:
            return changes(rows, custom, None, wanted)
        if self.action == REMOVE:
            return changes(rows, custom, CustomValue.value_code.in_([each["value_code"] for each in wanted]), [])
        return changes(rows, custom, is_none_of(custom, wanted), wanted)

    def of_record(self, rows: Rows) -> Update:
        """One of the four facts."""
        values = {
            self.field_: self.value,
            "updated_at": rows.c.now,
            "row_version": Patient.row_version + 1,
        }
        return Update(Patient, values, Patient.id == rows.c.patient_id, emits="patient.changed")

    def wanted(self, rows: Rows, custom: CustomField) -> list[Columns]:
        """The rows of the value that is meant."""
        if self.action == TODAY:
            return [{"value_date": self.day(rows)}]
        return list(type_of(custom).rows(custom, self.meant(custom)))

    def day(self, rows: Rows) -> ColumnElement[Any]:
        """The day of the step by the patient's own clock, or so many days from it."""
        here = func.coalesce(wall_time(rows.c.time_zone, rows.c.now), func.timezone("UTC", rows.c.now))
        return cast(here + literal(dt.timedelta(days=self.days or 0)), Date)

    def meant(self, custom: CustomField) -> Any:
        """The plain value that the text means."""
        return type_of(custom).from_text(custom, self.value)

    def custom_fields(self) -> Iterable[FieldNeeded]:
        """The one that it writes."""
        if self.field_.startswith(CUSTOM):
            yield FieldNeeded("field", self.field_, TYPES_OF[self.action], is_written=True, may_be_of_focus=True)

    def misfits(self, field: CustomField, where: str) -> Iterable[Problem]:
        """A value that the field does not allow; a counted day where the field has a first or last one."""
        if self.action == TODAY and {"minimum", "maximum"} & field.content.keys():
            says = N_("This field has a first or last possible day, which a counted day could pass")
            yield Problem(f"{where}.action", says)
        if self.action in WITH_VALUE and field.type in TYPES_OF[self.action]:
            yield from value_problems(field, self.meant(field), f"{where}.value")

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """The value is one that the field can hold."""
        if self.field_ == "time_zone" and not is_zone(self.value):
            yield Problem(f"{where}.value", N_("There is no time zone %(zone)s"), {"zone": self.value})
        if self.field_ == "payer_class" and self.value not in PAYER_CLASSES:
            data = {"value": self.value, "known": ", ".join(PAYER_CLASSES)}
            yield Problem(f"{where}.value", N_("%(value)s is not one of: %(known)s"), data)
        known = catalogue.custom.get(self.field_.removeprefix(CUSTOM))
        if known is not None and self.field_.startswith(CUSTOM):
            yield from self.misfits(known.field, where)

    def makes_true(self, known: Known) -> Mapping[str, Mapping[str, Any]]:
        """The value, where rules can name it."""
        custom = known.custom.get(self.field_.removeprefix(CUSTOM)) if self.field_.startswith(CUSTOM) else None
        if self.action == CLEAR:
            says: dict[str, Any] = {"is": "unknown"}
        elif self.action != SET or (custom is not None and custom.field.type not in PLAIN):
            return {}
        else:
            meant = self.value if custom is None else self.meant(custom.field)
            says = {"is": "true" if meant else "false"} if isinstance(meant, bool) else {"is": "is", "value": meant}
        return {self.field_: {"field": self.field_, **says}}

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """Which field becomes what."""
        if not self.field_.startswith(CUSTOM):
            label = reader.translate(FACTS[self.field_])
            value = reader.channel(self.value) if self.field_ == CHANNEL else self.value
            return reader.translate(SENTENCES[SET]) % {"field": label, "value": value}
        known = reader.known.custom.get(self.field_.removeprefix(CUSTOM))
        days = self.days or 0
        words = SENTENCES[self.action] if days == 0 else LATER if days > 0 else EARLIER
        return reader.translate(words) % {
            "field": reader.custom_field(self.field_),
            "value": self.value if known is None else self.said(known.field, reader),
            "length": in_words(Duration(days=days), reader.translate),
        }

    def said(self, custom: CustomField, reader: Reader) -> str:
        """The value in the reader's words."""
        meant = self.meant(custom)
        if isinstance(meant, bool):
            return reader.translate(N_("yes")) if meant else reader.translate(N_("no"))
        if custom.choices:
            codes = meant if isinstance(meant, list) else [meant]
            return ", ".join(reader.say(custom.choices.get(code) or {"en": code}) for code in codes)
        return f"{self.value} {custom.unit}".strip()
