"""Gives one invented person some years of care: conditions, plans, regular reviews, referrals."""

from __future__ import annotations

import datetime as dt

from journeys.store import (
    CarePlan,
    CarePlanActivity,
    Condition,
    DiagnosticReport,
    Episode,
    MedicationRequest,
    Note,
    Referral,
)
from seed.demo import codes
from seed.demo.codes import Code, coded
from seed.demo.visits import DAY, YEARS_BACK, Visits, number

HALF_YEAR = 182
QUARTER = 91

HYPERTENSION_BY_AGE = ((30, 0.005), (45, 0.09), (65, 0.32), (200, 0.6))
DIABETES_BY_AGE = ((30, 0.005), (45, 0.05), (65, 0.13), (200, 0.23))

NOTES = (
    "Prefers a call in the late afternoon.",
    "Brings her daughter to translate.",
    "Asked for large print.",
    "Works nights; not before 11.",
    "Needs the entrance without steps.",
)


class Care(Visits):
    """One person's care as it is written into the chart."""

    def live(self) -> None:
        """All of it, in the order in which it happened."""
        person = self.person
        age = person.age(self.now.date())
        until = person.deceased_at or self.now
        hypertension = self.chance.random() < of_age(HYPERTENSION_BY_AGE, age)
        diabetes = self.chance.random() < of_age(DIABETES_BY_AGE, age)
        self.visits(until, age)
        for code in codes.OTHER_CONDITIONS:
            if self.chance.random() < 0.02 + age / 1500:
                self.condition(code, until - self.chance.randrange(200, 4000) * DAY)
        if hypertension:
            self.hypertension(until)
        if diabetes:
            self.diabetes(until)
        if self.chance.random() < 0.08:
            written_at = until - self.chance.randrange(1, 700) * DAY
            self.chart.add(
                Note,
                patient_id=self.patient,
                written_at=written_at,
                written_by="user:nina",
                text=self.chance.choice(NOTES),
            )
        if age >= 18 and self.chance.random() < 0.06:
            self.referral(self.chance.choice(sorted(self.ground.specialists)), self.chance.randrange(3, 400))

    def condition(self, code: Code, since: dt.datetime) -> None:
        """A condition that is still active."""
        self.chart.add(
            Condition,
            patient_id=self.patient,
            status="active",
            **coded(code),
            verification_status="confirmed",
            category="problem-list-item",
            onset_at=since,
            asserted_at=since,
            recorded_at=since,
        )

    def medicine(self, code: Code, since: dt.datetime) -> None:
        """A prescription."""
        self.chart.add(
            MedicationRequest,
            patient_id=self.patient,
            status="active",
            **coded(code),
            intent="order",
            authored_at=since,
            recorded_at=since,
        )

    def hypertension(self, until: dt.datetime) -> None:
        """High blood pressure, its medicine, a review about every half year, and the plan that asks for the next."""
        self.systolic += self.chance.gauss(20, 8)
        since = until - self.chance.randrange(400, 3000) * DAY
        self.condition(codes.HYPERTENSION if self.chance.random() < 0.7 else codes.HYPERTENSION_ICD, since)
        self.medicine(self.chance.choice((codes.LISINOPRIL, codes.AMLODIPINE)), since + DAY)
        self.episode("hypertension-care", since)
        last = self.reviews(until, since, HALF_YEAR)
        self.plan(codes.BP_REVIEW, HALF_YEAR, last, since)
        due_in = (last + HALF_YEAR * DAY - self.now) / DAY
        if not self.person.deceased_at and -20 < due_in < 25 and self.chance.random() < 0.4:
            self.booking(max(1, int(due_in) + self.chance.randrange(3, 15)))

    def diabetes(self, until: dt.datetime) -> None:
        """Diabetes: HbA1c that improves or does not, metformin, a test every three or six months."""
        self.hba1c = self.chance.gauss(7.3, 0.9)
        since = until - self.chance.randrange(300, 4000) * DAY
        self.condition(codes.DIABETES if self.chance.random() < 0.7 else codes.DIABETES_ICD, since)
        self.medicine(codes.METFORMIN, since + DAY)
        self.episode("diabetes-care", since)
        interval = HALF_YEAR if self.hba1c < 7 else QUARTER
        last = self.tests(until, since, interval)
        self.plan(codes.HBA1C_TEST, interval, last, since)

    def reviews(self, until: dt.datetime, since: dt.datetime, interval: int) -> dt.datetime:
        """Visits with a measurement back to the beginning; returns the last one's time."""
        begin = max(since, until - YEARS_BACK * DAY)
        last = at = self.last_done(until, interval)
        while at > begin:
            start = self.opening.slot(self.chance, at.date())
            if start < until:
                last = max(last, start) if start - last < 5 * DAY and start > last else last
                self.blood_pressure(start, self.encounter(start, codes.FOLLOW_UP))
            at -= (interval + self.chance.randrange(-15, 30)) * DAY
        return last

    def tests(self, until: dt.datetime, since: dt.datetime, interval: int) -> dt.datetime:
        """HbA1c results back to the beginning; returns the last one's time."""
        begin = max(since, until - YEARS_BACK * DAY)
        last = at = self.last_done(until, interval)
        while at > begin:
            value = max(4.6, self.hba1c + self.chance.gauss(0, 0.35))
            self.measure(codes.HBA1C, at, None, number(value, "0.1"), "%")
            at -= (interval + self.chance.randrange(-10, 30)) * DAY
        return last

    def last_done(self, until: dt.datetime, interval: int) -> dt.datetime:
        """When something regular was done last: mostly within its interval, some are late, a few very late."""
        in_time, late, lost = (3, interval), (interval, interval + 60), (interval + 60, 700)
        low, high = self.chance.choices((in_time, late, lost), (82, 13, 5))[0]
        return self.opening.slot(self.chance, (until - self.chance.randrange(low, high) * DAY).date() - 4 * DAY)

    def plan(self, code: Code, interval: int, last: dt.datetime, since: dt.datetime) -> None:
        """A care plan with the one activity that comes again and again."""
        ended = self.person.deceased_at
        plan = self.chart.add(
            CarePlan,
            patient_id=self.patient,
            status="completed" if ended else "active",
            **coded(codes.CARE_PLAN),
            intent="plan",
            start_at=since,
            end_at=ended,
            recorded_at=since,
        )
        self.chart.add(
            CarePlanActivity,
            patient_id=self.patient,
            care_plan_id=plan,
            position=1,
            status="stopped" if ended else "in-progress",
            **coded(code),
            interval_days=interval,
            due_on=(last + interval * DAY).astimezone(self.opening.zone).date(),
        )

    def episode(self, programme: str, since: dt.datetime) -> None:
        """The stay in a programme."""
        ended = self.person.deceased_at
        self.chart.add(
            Episode,
            patient_id=self.patient,
            status="finished" if ended else "active",
            programme_id=self.ground.programmes[programme],
            start_at=since,
            end_at=ended,
            recorded_at=since,
        )

    def referral(self, line: str, days_ago: int, status: str | None = None) -> None:
        """A referral to a specialist: the older it is, the further it came, unless it went stale."""
        ordered_at = self.now - days_ago * DAY
        states = ("sent", "received", "accepted", "scheduled", "attended", "results-received", "closed")
        reached = status or states[min(len(states) - 1, int(days_ago / 20 * self.chance.uniform(0.3, 1.4)))]
        referral = self.chart.add(
            Referral,
            patient_id=self.patient,
            status=reached,
            **coded(codes.REFERRALS[line]),
            priority="urgent" if self.chance.random() < 0.12 else "routine",
            ordered_at=ordered_at,
            status_at=ordered_at + days_ago * DAY * 0.6 if reached != "sent" else ordered_at,
            due_at=ordered_at + 42 * DAY,
            from_location_id=self.ground.branches[self.slug],
            to_organization_id=self.ground.specialists[line],
            service_line_id=self.ground.lines[line],
            question="Please assess and advise on treatment.",
            recorded_at=ordered_at,
        )
        if reached in {"results-received", "closed"}:
            done_at = ordered_at + days_ago * DAY * 0.7
            self.chart.add(
                DiagnosticReport,
                patient_id=self.patient,
                status="final",
                **coded(codes.ECHO_REPORT if line == "cardiology" else codes.LAB_REPORT),
                effective_at=done_at,
                issued_at=done_at,
                referral_id=referral,
                needs_review=reached == "results-received",
                received_at=done_at,
                conclusion="No acute findings. Continue present treatment.",
                recorded_at=done_at,
            )


def of_age(table: tuple[tuple[int, float], ...], age: int) -> float:
    """The share that a table of (younger than, share) gives for an age."""
    return next(share for limit, share in table if age < limit)
