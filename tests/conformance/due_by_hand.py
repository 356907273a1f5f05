"""What a careful person would read out of raw FHIR: where each patient stands in seven guidelines on a day.

Written apart from `journeys.care`: nothing but the resources themselves, and codes chosen by what a display says. Days
are those of UTC, as a clinic without a zone of its own has them.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dateutil.relativedelta import relativedelta

Resource = dict[str, Any]
Stand = tuple[str, dt.date | None]
"""Status and due date; no date when nothing is left to be done."""

DEAD = "excluded"


class Chart:
    """One patient's resources up to a moment."""

    def __init__(self, resources: Sequence[Resource], now: dt.datetime):
        (self.patient,) = [each for each in resources if each["resourceType"] == "Patient"]
        self.resources = resources
        self.now = now
        self.today = now.date()
        self.born = dt.date.fromisoformat(self.patient["birthDate"])

    @property
    def age(self) -> int:
        """Whole years on that day."""
        return relativedelta(self.today, self.born).years

    @property
    def dead(self) -> bool:
        """Whether the patient had died by then."""
        died = self.patient.get("deceasedDateTime")
        return died is not None and moment(died) <= self.now

    def of(self, kind: str, *words: str) -> Iterator[tuple[dt.date, Resource]]:
        """Records of that kind whose display has one of the words, with their days, as far as they had happened."""
        for each in self.resources:
            if each["resourceType"] == kind and any(word in display(each) for word in words):
                at = when(each)
                if at <= self.now:
                    yield at.date(), each

    def last(self, kind: str, *words: str) -> dt.date | None:
        """The day of the newest of them."""
        return max((day for day, _ in self.of(kind, *words)), default=None)

    def ongoing(self, *words: str) -> list[dt.date]:
        """Since when the patient has such conditions that are still on the list."""
        active = ("active", "recurrence", "relapse")
        return [day for day, each in self.of("Condition", *words) if coded(each["clinicalStatus"])["code"] in active]


def coded(concept: Resource) -> Resource:
    """The first coding of a concept."""
    return dict(concept["coding"][0])


def display(resource: Resource) -> str:
    """How the resource is called."""
    concept = resource.get("code") or resource.get("vaccineCode") or {"coding": [{}]}
    return str(coded(concept).get("display", ""))


def moment(text: str) -> dt.datetime:
    """An instant of FHIR."""
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def when(resource: Resource) -> dt.datetime:
    """When it happened or began."""
    for key in ("effectiveDateTime", "occurrenceDateTime", "onsetDateTime", "authoredOn", "performedDateTime"):
        if key in resource:
            return moment(resource[key])
    return moment(resource["performedPeriod"]["start"])


def judged(chart: Chart, due: dt.date, soon: int, overdue: int, *, met: bool) -> Stand:
    """The status on the chart's day for something due on a day, with a window in days before and after it."""
    if chart.dead:
        return DEAD, due
    if chart.today < due - dt.timedelta(days=soon):
        return "satisfied" if met else "not-due", due
    if chart.today < due:
        return "soon-due", due
    return ("due" if chart.today < due + dt.timedelta(days=overdue) else "overdue"), due


def again(
    chart: Chart, last: dt.date | None, interval: relativedelta, start: dt.date, soon: int, overdue: int
) -> Stand:
    """Due an interval after the last time, or at the start when there was none."""
    return judged(chart, start if last is None else last + interval, soon, overdue, met=last is not None)


def blood_pressure(chart: Chart) -> Stand | None:
    """Every six months while hypertension is on the list, every three from 65 years on."""
    since = chart.ongoing("Hypertension")
    if not since or chart.dead:
        return None
    interval = relativedelta(months=3 if chart.age >= 65 else 6)
    start = min(since) + relativedelta(months=1)
    return again(chart, chart.last("Observation", "Blood Pressure"), interval, start, 28, 30)


def borderline_glucose(chart: Chart) -> Stand | None:
    """Once a year after a last HbA1c of 5.7 % or more; nobody in these records has diabetes."""
    values = sorted(chart.of("Observation", "Hemoglobin A1c"), key=lambda each: each[0])
    if not values or values[-1][1]["valueQuantity"]["value"] < 5.7:
        return None
    return again(chart, values[-1][0], relativedelta(years=1), chart.today, 30, 60)


def breast(chart: Chart) -> Stand | None:
    """Women of 40 to 74, every two years."""
    if chart.patient["gender"] != "female" or not 40 <= chart.age <= 74:
        return None
    last = chart.last("Procedure", "ammogra")
    return again(chart, last, relativedelta(years=2), chart.born + relativedelta(years=40), 60, 180)


def cervical(chart: Chart) -> Stand | None:
    """Women of 21 to 65, every three years."""
    if chart.patient["gender"] != "female" or not 21 <= chart.age <= 65:
        return None
    last = chart.last("Procedure", "ervical", "Papanicolaou")
    return again(chart, last, relativedelta(years=3), chart.born + relativedelta(years=21), 60, 180)


def colorectal(chart: Chart) -> Stand | None:
    """45 to 75 years: ten years after a colonoscopy, a year after a stool test; never after cancer of the colon."""
    if not 45 <= chart.age <= 75:
        return None
    scope = chart.last("Procedure", "Colonoscopy")
    last = max((day for day in (scope, chart.last("Procedure", "occult blood")) if day), default=None)
    decade = scope is not None and scope + relativedelta(years=10) > chart.today
    start = chart.born + relativedelta(years=45)
    status, due = again(chart, last, relativedelta(years=10 if decade else 1), start, 60, 180)
    cancer = any(chart.of("Condition", "malignant neoplasm of colon"))
    return ("excluded" if cancer else status), due


def diphtheria(chart: Chart) -> Stand | None:
    """Doses at 2, 4, 6 and 15 months and 4 years, each missed one made up for four weeks after the one before."""
    if chart.born > chart.today or chart.age > 6:
        return None
    steps = [relativedelta(months=months) for months in (2, 4, 6, 15, 48)]
    doses = sorted(day for day, _ in chart.of("Immunization", "DTaP"))
    if len(doses) >= len(steps):
        return "satisfied", None
    due = chart.born + steps[len(doses)]
    if doses:
        due = max(due, doses[-1] + relativedelta(weeks=4))
    return judged(chart, due, 14, 30, met=bool(doses))


def medicines(chart: Chart) -> Stand | None:
    """Five active medicines or more; nobody in these records has ever been to a review of them."""
    active = [each for each in chart.resources if each["resourceType"] == "MedicationRequest"]
    taken = [each for each in active if each["status"] == "active" and when(each) <= chart.now]
    return judged(chart, chart.today, 30, 60, met=False) if len(taken) >= 5 else None


BY_HAND: dict[str, Callable[[Chart], Stand | None]] = {
    "blood-pressure-review": blood_pressure,
    "breast-screening": breast,
    "cervical-screening": cervical,
    "childhood-dtap": diphtheria,
    "colorectal-screening": colorectal,
    "hba1c-borderline": borderline_glucose,
    "medication-review": medicines,
}
"""Guideline → where somebody stands in it, None when it does not mean them."""
