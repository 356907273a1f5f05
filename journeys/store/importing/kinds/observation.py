"""Observation → `observation`; its components become rows that hang on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from journeys.store.clinical import OBSERVATION_STATUSES, Observation
from journeys.store.importing.findings import ABNORMAL, CRITICAL, worsen_reports_of
from journeys.store.importing.kinds.base import Context, Kind, Row, Written, clinical, reason_of
from journeys.store.importing.reading import Reading
from journeys.store.importing.writing import insert_many, sealed_row

VALUES = ("value_number", "value_unit", "value_system", "value_code", "value_display")
TEXTS = ("valueString", "valueTime", "valueDateTime")


class ObservationKind(Kind):
    """A finding or measurement. A number with a comparator (<5) keeps the number, and the whole as its words."""

    resource_type = "Observation"
    table = Observation
    order = 80
    event = "observation.recorded"

    def read(self, reading: Reading, context: Context) -> Row | None:
        """Code, when, and the value; `parts` are the components, each as (columns, text to seal)."""
        row = clinical(reading, OBSERVATION_STATUSES, subject_needed=False)
        period_start, period_end = reading.period("effectivePeriod")
        effective = reading.moment("effectiveDateTime") or reading.moment("effectiveInstant") or period_start
        issued = reading.moment("issued")
        values, text = value_of(reading)
        components = [component(each) for each in reading.each("component")]
        if row is None:
            return None
        row.values |= {**values, "category": reading.coded("category").code}
        row.values["interpretation"] = reading.coded("interpretation").code
        row.values["effective_at"] = effective or issued
        row.values["effective_until"] = period_end
        row.values |= reason_of(reading)
        row.values["issued_at"] = issued
        row.secrets["value_text"] = text
        row.at = effective or issued
        row.parts = components
        row.refer("encounter_id", reading.reference("encounter", "Encounter"))
        return row

    def write_parts(self, session: Session, context: Context, written: Sequence[Written]) -> None:
        """The components, as rows below their panel; a changed panel gets them anew."""
        changed = [each.id for each in written if not each.is_new]
        if changed:
            session.execute(delete(Observation).where(Observation.parent_id.in_(changed)))
        rows = [
            sealed_row(Observation, {"value_text": text}, **of_panel(panel, context), **values)
            for panel in written
            for values, text in panel.row.parts
        ]
        insert_many(session, Observation, rows)
        telling = [each for each in written if says_something(each.row)]
        worsen_reports_of(session, context.now, {each.patient_id for each in telling if each.patient_id is not None})


def says_something(row: Row) -> bool:
    """Whether a finding or a part of it says how it is to be understood, so that a report may be worse for it."""
    means = [row.values["interpretation"], *(values["interpretation"] for values, _ in row.parts)]
    return any(code in CRITICAL or code in ABNORMAL for code in means)


def of_panel(panel: Written, context: Context) -> dict[str, Any]:
    """What a component has from its panel."""
    names = ("status", "category", "effective_at", "effective_until", "issued_at", "encounter_id")
    inherited = {name: panel.row.values[name] for name in names}
    return {"parent_id": panel.id, "patient_id": panel.patient_id, "recorded_at": context.now, **inherited}


def component(reading: Reading) -> tuple[dict[str, Any], str | None]:
    """One component of a panel: its columns, and the text that is to be sealed."""
    coded = reading.coded("code")
    values, text = value_of(reading)
    meant = {"interpretation": reading.coded("interpretation").code}
    return {"code_system": coded.system, "code": coded.code, "display": coded.display, **meant, **values}, text


def value_of(reading: Reading) -> tuple[dict[str, Any], str | None]:
    """The value columns, and the value as a text when it is nothing that a column can hold."""
    values: dict[str, Any] = dict.fromkeys(VALUES)
    quantity = reading.one("valueQuantity")
    coded = reading.coded("valueCodeableConcept")
    if quantity is not None:
        return {**values, **quantity_of(quantity)}, None
    if coded.code is not None or coded.display is not None:
        said = {"value_system": coded.system, "value_code": coded.code, "value_display": coded.display}
        return {**values, **said}, None
    flag = reading.flag("valueBoolean")
    if flag is not None:
        return {**values, "value_code": "true" if flag else "false"}, None
    whole = reading.whole("valueInteger")
    if whole is not None:
        return {**values, "value_number": whole}, None
    texts = [reading.text(key) for key in TEXTS]
    return values, next((text for text in texts if text), None) or text_of_pair(reading)


def quantity_of(quantity: Reading) -> dict[str, Any]:
    """A Quantity as columns; the unit is UCUM's code where there is one."""
    number = quantity.number("value")
    unit = quantity.text("code") or quantity.text("unit")
    comparator = quantity.text("comparator")
    words = f"{comparator} {number}" if comparator and number is not None else None
    return {"value_number": number, "value_unit": unit, "value_display": words}


def text_of_pair(reading: Reading) -> str | None:
    """A Range or Ratio in words: `1 - 5 mg`, `1:128`."""
    for key, first, second, between in (
        ("valueRange", "low", "high", " - "),
        ("valueRatio", "numerator", "denominator", ":"),
    ):
        pair = reading.one(key)
        if pair is not None:
            sides = [pair.one(first), pair.one(second)]
            return between.join(quantity_in_words(side) for side in sides if side is not None) or None
    return None


def quantity_in_words(quantity: Reading) -> str:
    """A Quantity as it is read aloud."""
    parts = (quantity.text("comparator"), quantity.number("value"), quantity.text("unit"))
    return " ".join(str(part) for part in parts if part is not None)
