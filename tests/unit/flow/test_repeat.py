"""Going round so many times, and no more."""

import pytest

from journeys.store.enrolments import Enrolment
from tests.unit.flow.clinic import a_journey, a_step

pytestmark = pytest.mark.store

ROUND = a_journey(
    {
        "pause": a_step("wait", "rounds", for_={"days": 1}),
        "rounds": a_step("repeat", {"again": "pause", "enough": "end"}, times=2),
        "end": a_step("end"),
    }
)


def test_who_has_gone_round_often_enough_goes_on(clinic):
    clinic.publish(ROUND)
    clinic.people(2)
    clinic.enrol()
    for _ in range(3):
        clinic.pass_time(days=1)
    around = ["pause>next", "rounds>again"] * 2
    for enrolment in clinic.all(Enrolment):
        assert clinic.walked(enrolment_id=enrolment.id) == [*around, "pause>next", "rounds>enough", "end>end"]
