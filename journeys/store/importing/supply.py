"""From when until when a prescription lasts: as its dosage says, else as long as what is supplied is enough.

Days of supply are what the prescription says, or its quantity divided by what is taken each day, once and for every
repeat that is allowed. The first day counts, so 30 days from 1 March end on 30 March.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from journeys.store.importing.reading import Reading

DAYS: Mapping[str, int | Decimal] = {
    "d": 1,
    "day": 1,
    "days": 1,
    "wk": 7,
    "week": 7,
    "weeks": 7,
    "mo": 30,
    "a": 365,
    "h": Decimal(1) / 24,
}
"""Unit → days, as UCUM and people write it."""

MOST_DAYS = 36_600

Lasting = tuple[dt.datetime | None, dt.datetime | None]


def lasts(reading: Reading, authored: dt.datetime | None) -> Lasting:
    """(start, end) of a MedicationRequest; no end where nothing tells it, or nothing that can be read."""
    reading = Reading(reading.value, reading.where)
    dosages = reading.each("dosageInstruction")
    repeat = repeat_of(dosages[0]) if dosages else None
    first, last = (None, None) if repeat is None else repeat.period("boundsPeriod")
    dispense = reading.one("dispenseRequest")
    supplied, _ = (None, None) if dispense is None else dispense.period("validityPeriod")
    start = first or authored or supplied
    days = None if dispense is None else days_of(dispense, dosages[0] if dosages else None, repeat)
    if start is None or days is None or not 1 <= days <= MOST_DAYS:
        return start, last if start is None or last is None or last >= start else None
    return start, start + dt.timedelta(days=float(days - 1))


def repeat_of(dosage: Reading) -> Reading | None:
    """How often a dose is taken."""
    timing = dosage.one("timing")
    return None if timing is None else timing.one("repeat")


def days_of(dispense: Reading, dosage: Reading | None, repeat: Reading | None) -> Decimal | None:
    """How many days the supply is enough for, with its repeats."""
    times = 1 + (dispense.whole("numberOfRepeatsAllowed") or 0)
    duration = dispense.one("expectedSupplyDuration")
    quantity = dispense.one("quantity")
    if duration is not None:
        days = in_days(duration.number("value"), duration.text("code") or duration.text("unit") or "d")
        return None if days is None else days * times
    amount = None if quantity is None else quantity.number("value")
    a_day = None if dosage is None else taken_a_day(dosage, repeat)
    return amount / a_day * times if amount is not None and a_day else None


def taken_a_day(dosage: Reading, repeat: Reading | None) -> Decimal | None:
    """How much is taken each day; once a day where nothing says how often."""
    rates = dosage.each("doseAndRate")
    dose = None
    if rates:
        exact, between = rates[0].one("doseQuantity"), rates[0].one("doseRange")
        most = exact or (None if between is None else between.one("high"))
        dose = None if most is None else most.number("value")
    return None if dose is None else dose * doses_a_day(repeat)


def doses_a_day(repeat: Reading | None) -> Decimal:
    """How many doses a day."""
    if repeat is None:
        return Decimal(1)
    often = repeat.whole("frequencyMax") or repeat.whole("frequency")
    period = in_days(repeat.number("period"), repeat.text("periodUnit") or "d")
    if often is not None and period:
        return often / period
    return Decimal(len(repeat.texts("timeOfDay")) or 1)


def in_days(number: Decimal | None, unit: str) -> Decimal | None:
    """A span in days; None where the unit is none of time."""
    return None if number is None or unit not in DAYS else number * DAYS[unit]
