"""Gives one invented person what is not part of ordinary visits: screening, procedures, emergencies, pregnancies.

All chance comes from a generator of its own, so that whoever was invented before stays the same person.
"""

from __future__ import annotations

import datetime as dt

from journeys.store import Encounter, Procedure
from seed.demo import codes
from seed.demo.care import Care, of_age
from seed.demo.codes import Code, coded
from seed.demo.visits import DAY, number

CHRONIC = (
    ((codes.COPD, codes.COPD_ICD), ((45, 0.0), (65, 0.04), (200, 0.11))),
    ((codes.KIDNEY_DISEASE, codes.KIDNEY_DISEASE_ICD), ((45, 0.002), (65, 0.03), (200, 0.16))),
    ((codes.HEART_FAILURE, codes.HEART_FAILURE_ICD), ((45, 0.001), (65, 0.015), (200, 0.08))),
)
"""Codes of a condition, and its share by age: (younger than, share)."""

YEAR = 365


class Further(Care):
    """The rest of one person's care as it is written into the chart."""

    def live(self) -> None:
        """All of it."""
        until = self.person.deceased_at or self.now
        age = self.person.age(self.now.date())
        for both, share in CHRONIC:
            if self.chance.random() < of_age(share, age):
                self.condition(self.chance.choice(both), until - self.chance.randrange(200, 3000) * DAY)
        if age < 18 and self.chance.random() < 0.08:
            self.condition(codes.CHILDHOOD_ASTHMA, until - self.chance.randrange(30, 700) * DAY)
        self.screening(until, age)
        self.procedures(until, age)
        if self.chance.random() < 0.07:
            self.emergencies(until)
        if self.person.gender == "female" and 17 <= age <= 42 and self.person.deceased_at is None:
            self.pregnancy()

    def screening(self, until: dt.datetime, age: int) -> None:
        """What is looked for before anybody is ill: most have had it in time, many long ago or never."""
        if age >= 46 and self.chance.random() < 0.62:
            self.procedure(codes.COLONOSCOPY, until - self.chance.randrange(20, min(age - 45, 12) * YEAR) * DAY)
        elif age >= 46 and self.chance.random() < 0.3:
            self.measure(codes.STOOL_TEST, until - self.chance.randrange(20, 600) * DAY, None, number(0), "ng/mL")
        if self.person.gender == "female" and age >= 42 and self.chance.random() < 0.82:
            self.procedure(codes.MAMMOGRAM, until - self.chance.randrange(10, 900) * DAY)
        if self.person.gender == "female" and 25 <= age <= 66 and self.chance.random() < 0.8:
            self.measure(codes.PAP_TEST, until - self.chance.randrange(10, 1300) * DAY, None)

    def procedures(self, until: dt.datetime, age: int) -> None:
        """An operation or an endoscopy for a few, lately or ahead."""
        chance = self.chance.random()
        if age < 40 or chance > 0.06:
            return
        if chance < 0.02:
            self.procedure(codes.GASTROSCOPY, until - self.chance.randrange(1, 60) * DAY)
        elif chance < 0.04 or self.person.deceased_at is not None:
            self.procedure(self.chance.choice(codes.OPERATIONS), until - self.chance.randrange(1, 120) * DAY)
        else:
            ahead = self.now + self.chance.randrange(3, 100) * DAY
            self.procedure(self.chance.choice(codes.OPERATIONS), ahead, "preparation")

    def emergencies(self, until: dt.datetime) -> None:
        """One or two visits to an emergency department within half a year."""
        for _ in range(self.chance.choice((1, 1, 1, 2))):
            start = until - self.chance.randrange(1, 170) * DAY - self.chance.randrange(1440) * dt.timedelta(minutes=1)
            self.chart.add(
                Encounter,
                patient_id=self.patient,
                status="finished",
                **coded(codes.EMERGENCY),
                class_code="EMER",
                start_at=start,
                end_at=start + dt.timedelta(hours=3),
                recorded_at=start + DAY,
            )

    def pregnancy(self) -> None:
        """Some are with child; some gave birth lately; a few lost the child."""
        chance = self.chance.random()
        if chance > 0.13:
            return
        days_ago = self.chance.randrange(20, 250)
        if chance < 0.08:
            self.condition(codes.PREGNANCY, self.now - days_ago * DAY)
        elif chance < 0.11:
            self.condition(codes.PREGNANCY, self.now - 270 * DAY)
            self.condition(codes.LIVE_BIRTH, self.now - self.chance.randrange(2, 60) * DAY)
        else:
            self.condition(codes.PREGNANCY, self.now - days_ago * DAY)
            self.condition(codes.MISCARRIAGE, self.now - self.chance.randrange(5, days_ago) * DAY)

    def procedure(self, code: Code, at: dt.datetime, status: str = "completed") -> None:
        """A procedure that was done, or that is to come."""
        self.chart.add(
            Procedure,
            patient_id=self.patient,
            status=status,
            **coded(code),
            performed_at=at,
            recorded_at=min(at, self.now),
        )
