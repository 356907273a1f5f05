"""A record of a kind that has no table: kept whole, on the timeline of the patient it is about, or nobody's."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from journeys.store.importing.kinds.base import PATIENT, Context, Kind, Row, reason_of
from journeys.store.importing.reading import NOT_CODED, Coded, Reading
from journeys.store.importing.references import ABOUT, Reference, reference_of
from journeys.store.importing.supply import MOST_DAYS
from journeys.store.sources import KeptRecord

NOBODYS = frozenset({"AuditEvent", "Group", "Linkage", "Measure", "Schedule", "Slot"})
"""Kinds that are never about one patient, although they may name some."""

MENTIONS = {"Provenance": ("target", None), "Person": ("link", "target")}
"""Kinds that are about a patient when the first of a list of references is one: (list, key within)."""

DATES = (
    "date",
    "created",
    "effectiveDateTime",
    "occurrenceDateTime",
    "occurredDateTime",
    "identifiedDateTime",
    "performedDateTime",
    "started",
    "sent",
    "received",
    "authoredOn",
    "authored",
    "recorded",
    "recordedDate",
    "onsetDateTime",
    "issued",
    "dateTime",
    "whenHandedOver",
    "dateAsserted",
    "startDate",
    "statusDate",
    "manufactureDate",
)
PERIODS = (
    "period",
    "billablePeriod",
    "occurredPeriod",
    "occurrencePeriod",
    "effectivePeriod",
    "servicePeriod",
    "executionPeriod",
    "performedPeriod",
    "timingPeriod",
    "onsetPeriod",
)
CODES = (
    "code",
    "type",
    "medicationCodeableConcept",
    "codeCodeableConcept",
    "vaccineCode",
    "category",
    "scope",
    "description",
    "reasonCode",
)
STATUSES = ("status", "lifecycleStatus")
REFUSED = re.compile(r".*/extension-[A-Za-z]+\.doNotPerform")
"""The extension that says of an order of R4 that it is one not to do something, as R5 has it for every order."""


class KeptKind(Kind):
    """Takes every kind that has no table. Nothing in it is malformed: what cannot be read is simply not shown."""

    name = "kept"
    resource_type = ""
    table = KeptRecord
    order = 90

    def read(self, reading: Reading, context: Context) -> Row | None:
        """When, as what, with which status it is shown; None when it is nobody's."""
        resource_type = reading.value["resourceType"]
        lenient = Reading(reading.value, reading.where)
        named, is_needed = patients_named(lenient, resource_type)
        if not named:
            return None
        coded = first_coded(lenient)
        row = Row(needed=frozenset({PATIENT}) if is_needed else frozenset())
        row.values = {
            "resource_type": resource_type,
            "at": first_moment(lenient),
            "status": first_status(lenient),
            "code_system": coded.system,
            "code": coded.code,
            "display": coded.display,
            "is_beside": False,
            **asked_by_rules(lenient),
        }
        row.refer(PATIENT, *named)
        return row


KEPT = KeptKind()


def asked_by_rules(reading: Reading) -> dict[str, Any]:
    """What rules ask besides: with which intent, as what sort of thing, why, from when until when, or not to do it."""
    category = reading.coded("category")
    starts, ends = first_period(reading)
    if ends is None:
        starts, ends = supplied(reading)
    return {
        "intent": reading.text("intent"),
        "category_system": category.system,
        "category": category.code or first_text(reading, "category"),
        "do_not_perform": is_refused(reading),
        **reason_of(reading),
        "starts_at": starts,
        "ends_at": ends,
    }


def supplied(reading: Reading) -> tuple[dt.datetime | None, dt.datetime | None]:
    """From when until when a medicine that was handed over is enough; the first day counts."""
    start = reading.moment("whenHandedOver") or reading.moment("whenPrepared")
    supply = reading.one("daysSupply") if isinstance(reading.value.get("daysSupply"), dict) else None
    days = None if supply is None else supply.number("value")
    if start is None or days is None or not 1 <= days <= MOST_DAYS:
        return None, None
    return start, start + dt.timedelta(days=float(days - 1))


def first_text(reading: Reading, key: str) -> str | None:
    """The first of the codes of a list that are texts, as AllergyIntolerance has them."""
    return next(iter(reading.texts(key)), None) if isinstance(reading.value.get(key), list) else None


def is_refused(reading: Reading) -> bool:
    """Whether an order says not to do something."""
    said = [each for each in reading.each("modifierExtension") if REFUSED.fullmatch(each.text("url") or "")]
    return any(flag for flag in (reading.flag("doNotPerform"), *(each.flag("valueBoolean") for each in said)))


def patients_named(reading: Reading, resource_type: str) -> tuple[tuple[Reference, ...], bool]:
    """The references that may lead to the patient, and whether one of them must."""
    if resource_type in NOBODYS:
        return (), False
    if resource_type in MENTIONS:
        return reading.references(MENTIONS[resource_type][0], "Patient", MENTIONS[resource_type][1])[:5], False
    for key in ABOUT:
        value = reading.value.get(key)
        for each in value if isinstance(value, list) else [value]:
            found = reference_of(each, "Patient")
            if found is not None and found.resource_type == "Patient" and (found.can_be_found or key != "actor"):
                return (found,), True
    return (), False


def first_status(reading: Reading) -> str | None:
    """The status, or the clinical one."""
    plain = next((status for status in map(reading.text, STATUSES) if status), None)
    return plain or (reading.coded("clinicalStatus").code if reading.has("clinicalStatus") else None)


def first_moment(reading: Reading) -> dt.datetime | None:
    """The first date that the record has."""
    for key in DATES:
        moment = reading.moment(key) if isinstance(reading.value.get(key), str) else None
        if moment is not None:
            return moment
    starts, ends = first_period(reading)
    return starts or ends


def first_period(reading: Reading) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The first period that the record has; of a document that of what it is about."""
    about = reading.one("context") if isinstance(reading.value.get("context"), dict) else None
    for holder in (reading, about):
        for key in PERIODS:
            is_there = holder is not None and isinstance(holder.value.get(key), dict)
            starts, ends = holder.period(key) if holder is not None and is_there else (None, None)
            if starts or ends:
                return starts, ends
    return None, None


def first_coded(reading: Reading) -> Coded:
    """The first code, or words, that say what the record is."""
    for key in CODES:
        coded = reading.coded(key) if isinstance(reading.value.get(key), dict | list) else NOT_CODED
        if coded.code or coded.display:
            return coded
    return NOT_CODED
