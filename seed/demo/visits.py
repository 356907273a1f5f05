"""Visits of one invented person, and what is measured and given at them."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

from journeys.store import Appointment, Encounter, Immunization, Observation
from seed.demo import codes
from seed.demo.calendar import Opening
from seed.demo.chart import Chart
from seed.demo.codes import Code, coded
from seed.demo.found import Ground
from seed.demo.people import Person

DAY = dt.timedelta(days=1)
VISIT = dt.timedelta(minutes=20)
YEARS_BACK = 1280
"""Days of history before now."""

MOST_VISITS = 14


class Visits:
    """One person's visits as they are written into the chart. All chance comes from the person's own generator."""

    def __init__(
        self,
        chart: Chart,
        ground: Ground,
        opening: Opening,
        chance: random.Random,
        person: Person,
        patient: int,
    ) -> None:
        """Draw what stays the same for this person: the level of blood pressure, the doctor, the branch."""
        self.chart = chart
        self.ground = ground
        self.opening = opening
        self.chance = chance
        self.person = person
        self.patient = patient
        self.now = chart.now
        self.slug = person.branch["slug"]
        self.doctor = chance.choice(ground.doctors[self.slug])
        self.systolic = chance.gauss(121, 9)
        self.hba1c = chance.gauss(5.3, 0.25)

    def visits(self, until: dt.datetime, age: int) -> None:
        """Ordinary visits: many people come rarely, few come often."""
        often = range(MOST_VISITS + 1)
        count = self.chance.choices(often, [0.15, *(1 / place**1.15 for place in often[1:])])[0]
        for _ in range(count):
            self.appointment((until - self.chance.randrange(1, YEARS_BACK) * DAY).date(), codes.ROUTINE, age=age)
        if self.chance.random() < 0.06 and not self.person.deceased_at:
            self.booking(self.chance.randrange(1, 60))

    def appointment(self, day: dt.date, kind: Code, age: int = 50) -> int | None:
        """A past appointment: mostly kept, sometimes missed or cancelled. Returns the encounter when there was one."""
        start = self.opening.slot(self.chance, day)
        if start >= (self.person.deceased_at or self.now):
            return None
        fate = self.chance.choices(("fulfilled", "noshow", "cancelled"), (85, 8, 7))[0]
        booked_at = start - self.chance.randrange(1, 40) * DAY
        appointment = self.chart.add(
            Appointment,
            patient_id=self.patient,
            status=fate,
            **coded(kind),
            start_at=start,
            end_at=start + VISIT,
            booked_at=booked_at,
            cancelled_at=start - dt.timedelta(hours=30) if fate == "cancelled" else None,
            cancellation_reason="pat" if fate == "cancelled" else None,
            location_id=self.ground.branches[self.slug],
            practitioner_id=self.doctor,
            department_id=self.ground.departments[f"family-medicine-{self.slug}"],
            service_line_id=self.ground.lines["primary-care"],
            recorded_at=booked_at,
        )
        if fate != "fulfilled":
            return None
        encounter = self.encounter(start, codes.CHECK_UP if kind == codes.ROUTINE else codes.FOLLOW_UP, appointment)
        if age >= 18:
            self.blood_pressure(start, encounter)
        self.vaccine(start, encounter, age)
        return encounter

    def booking(self, days_ahead: int, kind: Code = codes.FOLLOWUP) -> None:
        """An appointment to come."""
        start = self.opening.slot(self.chance, self.now.date() + days_ahead * DAY)
        booked_at = self.now - self.chance.randrange(1, 25) * DAY
        self.chart.add(
            Appointment,
            patient_id=self.patient,
            status="booked",
            **coded(kind),
            start_at=start,
            end_at=start + VISIT,
            booked_at=booked_at,
            confirmed_at=booked_at + DAY / 2 if self.chance.random() < 0.3 else None,
            location_id=self.ground.branches[self.slug],
            practitioner_id=self.doctor,
            department_id=self.ground.departments[f"family-medicine-{self.slug}"],
            service_line_id=self.ground.lines["primary-care"],
            recorded_at=booked_at,
        )

    def encounter(self, start: dt.datetime, code: Code, appointment: int | None = None) -> int:
        """A visit that took place."""
        return self.chart.add(
            Encounter,
            patient_id=self.patient,
            status="finished",
            **coded(code),
            class_code="AMB",
            start_at=start,
            end_at=start + VISIT,
            location_id=self.ground.branches[self.slug],
            practitioner_id=self.doctor,
            service_line_id=self.ground.lines["primary-care"],
            appointment_id=appointment,
            recorded_at=start + VISIT,
        )

    def blood_pressure(self, at: dt.datetime, encounter: int | None, systolic: float | None = None) -> None:
        """A measurement; the person's own level drifts up with the years and varies from day to day."""
        years_ago = (self.now - at) / DAY / 365
        high = systolic or self.systolic - 0.9 * years_ago + self.chance.gauss(0, 6)
        low = 0.42 * high + 27 + self.chance.gauss(0, 4)
        panel = self.measure(codes.BLOOD_PRESSURE, at, encounter)
        self.measure(codes.SYSTOLIC, at, encounter, number(high), "mm[Hg]", panel)
        self.measure(codes.DIASTOLIC, at, encounter, number(low), "mm[Hg]", panel)

    def measure(
        self,
        code: Code,
        at: dt.datetime,
        encounter: int | None,
        value: Decimal | None = None,
        unit: str | None = None,
        parent: int | None = None,
    ) -> int:
        """One observation."""
        laboratory = code == codes.HBA1C
        return self.chart.add(
            Observation,
            patient_id=self.patient,
            status="final",
            **coded(code),
            category="laboratory" if laboratory else "vital-signs",
            effective_at=at,
            issued_at=at + DAY if laboratory else at,
            value_number=value,
            value_unit=unit,
            parent_id=parent,
            encounter_id=encounter,
            recorded_at=at + DAY if laboratory else at,
        )

    def vaccine(self, at: dt.datetime, encounter: int, age: int) -> None:
        """A flu shot in autumn, a childhood vaccine for the young."""
        code = None
        if at.month in {9, 10, 11} and self.chance.random() < 0.5:
            code = codes.INFLUENZA
        elif age < 6 and self.chance.random() < 0.5:
            code = codes.MMR
        if code is not None:
            self.chart.add(
                Immunization,
                patient_id=self.patient,
                status="completed",
                **coded(code),
                occurrence_at=at,
                encounter_id=encounter,
                recorded_at=at,
            )


def number(value: float, step: str = "1") -> Decimal:
    """A measured value, rounded as it is written down."""
    return Decimal(value).quantize(Decimal(step))
