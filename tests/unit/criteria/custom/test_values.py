"""Values: what is given is judged whole, kept with its history, read back the same, and told to whoever waits."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from journeys.criteria.custom.content import live_fields
from journeys.criteria.custom.custom_history import custom_history
from journeys.criteria.custom.open_custom_form import open_custom_form
from journeys.criteria.custom.read_custom_values import read_custom_values
from journeys.criteria.custom.set_custom_values import set_custom_values
from journeys.foundation.errors import Invalid, Missing
from journeys.store.access import Appointment
from journeys.store.custom_values import CustomValue
from journeys.store.events import Event
from journeys.store.organisation import Location
from tests.unit.criteria.custom.made import DAY, NOW, SMOKING, STAFF, a_patient, an_act, publish, say

pytestmark = pytest.mark.store


def read(session: Session, patient_id: int, **choices: Any) -> dict[str, Any]:
    found = read_custom_values(session, an_act(), "patient", [patient_id], roles=STAFF, **choices)
    return found[patient_id]


def wrong(refused: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [problem.where for problem in refused.value.problems]


def test_a_value_of_each_type_is_read_as_it_was_given(session: Session) -> None:
    session.add(Location(slug="harbour", name="Harbour"))
    values = {
        "text": "Prefers mornings",
        "number": 12.5,
        "date": "2026-02-28",
        "yes-no": False,
        "choice": "former",
        "many-choices": ["current", "never"],
        "reference": "harbour",
        "table": [{"what": "Penicillin", "since": "2001-01-01"}, {"how-much": 3}],
    }
    for kind in values:
        publish(session, kind, kind)
    person = a_patient(session)
    changed = set_custom_values(session, an_act(), "patient", person, values, roles=STAFF)
    assert sorted(changed) == sorted(values)
    assert read(session, person) == values
    assert set_custom_values(session, an_act(NOW + DAY), "patient", person, values, roles=STAFF) == []


CODES = [choice["code"] for choice in SMOKING]
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=40)
TEXTS = WORDS.filter(lambda text: bool(text.strip()))
NUMBERS = st.integers(-(10**15), 10**15) | st.floats(-1e15, 1e15, allow_nan=False)
DAYS = st.dates(dt.date(1890, 1, 1), dt.date(2150, 12, 31)).map(dt.date.isoformat)
ROWS = st.fixed_dictionaries({"what": TEXTS}, optional={"since": DAYS, "how-much": st.integers(0, 99)})
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "text": TEXTS,
        "number": NUMBERS,
        "date": DAYS,
        "yes-no": st.booleans(),
        "choice": st.sampled_from(CODES),
        "many-choices": st.lists(st.sampled_from(CODES), min_size=1, unique=True).map(sorted),
        "table": st.lists(ROWS, min_size=1, max_size=3),
    },
)


def test_any_valid_value_is_read_as_it_was_given_and_its_past_stays(engine: Engine) -> None:
    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(first=VALUES, second=VALUES)
    def same(first: dict[str, Any], second: dict[str, Any]) -> None:
        with Session(engine) as session:
            for kind in ("text", "number", "date", "yes-no", "choice", "many-choices", "table"):
                publish(session, kind, kind)
            person = a_patient(session)
            set_custom_values(session, an_act(), "patient", person, first, roles=STAFF)
            set_custom_values(session, an_act(NOW + DAY), "patient", person, second, roles=STAFF)
            assert read(session, person) == {**first, **second}
            assert read(session, person, at=NOW) == first
            assert read(session, person, at=NOW - DAY) == {}
            session.rollback()

    same()


def test_every_problem_is_said_at_its_place_and_nothing_is_written(session: Session) -> None:
    publish(session, "smoking", "choice")
    publish(session, "distance", "number", minimum=0)
    publish(session, "card", "text", pattern="[A-Z]{2}[0-9]+", most_characters=8)
    publish(session, "visits", "table")
    publish(session, "near", "reference")
    publish(session, "born", "date", maximum="2026-01-01")
    person = a_patient(session)
    given = {
        "smoking": "sometimes",
        "distance": -1,
        "card": "ab12",
        "visits": [{"since": "2026-02-30"}],
        "near": "nowhere",
        "born": "2026-01-02",
        "shoe-size": 42,
    }
    with pytest.raises(Invalid) as refused:
        set_custom_values(session, an_act(), "patient", person, given, roles=STAFF)
    assert sorted(wrong(refused)) == [
        "custom.born",
        "custom.card",
        "custom.distance",
        "custom.near",
        "custom.shoe-size",
        "custom.smoking",
        "custom.visits.0.since",
    ]
    with pytest.raises(Invalid):
        say(session, person, smoking="never", distance=-1)
    assert read(session, person) == {}
    assert session.scalar(select(func.count()).select_from(CustomValue)) == 0


def test_a_change_closes_what_was_said_before_and_tells_audit_and_events(session: Session) -> None:
    publish(session, "smoking", "choice")
    publish(session, "note", "text")
    person = a_patient(session)
    assert say(session, person, smoking="never", note="first") == ["note", "smoking"]
    assert say(session, person, NOW + DAY, smoking="never", note="second") == ["note"]
    assert say(session, person, NOW + 2 * DAY, note=None) == ["note"]
    assert read(session, person) == {"smoking": "never"}
    assert read(session, person, at=NOW) == {"smoking": "never", "note": "first"}
    assert read(session, person, at=NOW + DAY) == {"smoking": "never", "note": "second"}
    past = custom_history(session, an_act(), "patient", person, "note", roles=STAFF)
    assert [(each.value, each.from_at, each.until_at) for each in past] == [
        ("second", NOW + DAY, NOW + 2 * DAY),
        ("first", NOW, NOW + DAY),
    ]
    told = session.execute(select(Event.kind, Event.patient_id, Event.at).order_by(Event.id)).all()
    assert [tuple(event) for event in told] == [("patient.changed", person, NOW + number * DAY) for number in range(3)]


def test_free_text_stands_nowhere_in_the_open(session: Session) -> None:
    publish(session, "note", "text")
    publish(session, "visits", "table")
    person = a_patient(session)
    say(session, person, note="a secret sentence", visits=[{"what": "a secret cell"}])
    rows = session.execute(select(CustomValue.__table__).where(CustomValue.record_id == person)).mappings().all()
    assert "secret" not in repr([dict(row) for row in rows])
    assert all(row["value_sealed"].startswith(b"v1.") for row in rows)


def test_a_form_needs_only_what_it_shows(session: Session) -> None:
    publish(session, "smoking", "choice", required=["form"])
    publish(session, "note", "text")
    person = a_patient(session)
    with pytest.raises(Invalid) as refused:
        say(session, person, note="only this", smoking=None)
    assert wrong(refused) == ["custom.smoking"]
    assert say(session, person, note="it was not shown") == ["note"]
    say(session, person, smoking="never")
    with pytest.raises(Invalid):
        say(session, person, smoking=None)


@pytest.mark.parametrize("place", ["api", "import"])
def test_elsewhere_an_old_gap_bars_nobody_from_changing_another_field(place: str, session: Session) -> None:
    publish(session, "smoking", "choice", required=["api", "import"])
    publish(session, "note", "text")
    person = a_patient(session)

    def send(**values: Any) -> list[str]:
        return set_custom_values(session, an_act(), "patient", person, values, place=place, roles=STAFF)

    with pytest.raises(Invalid) as refused:
        send(note="the first that is said")
    assert wrong(refused) == ["custom.smoking"]
    assert send(note="first", smoking="never") == ["note", "smoking"]
    with pytest.raises(Invalid) as refused:
        send(smoking=None)
    assert wrong(refused) == ["custom.smoking"]
    say(session, person, smoking=None)
    assert send(note="second") == ["note"]


def test_a_field_is_asked_when_its_rule_holds_also_of_what_is_just_said(session: Session) -> None:
    publish(session, "smoking", "choice")
    smokes = {"field": "custom.smoking", "is": "is", "value": "current"}
    publish(session, "packs", "number", visible_when=smokes, required=["form"])
    person = a_patient(session)
    with pytest.raises(Invalid) as refused:
        say(session, person, smoking="never", packs=3)
    assert wrong(refused) == ["custom.packs"]
    with pytest.raises(Invalid) as refused:
        say(session, person, smoking="current", packs=None)
    assert wrong(refused) == ["custom.packs"]
    assert say(session, person, smoking="current", packs=3) == ["packs", "smoking"]
    # what was said stays when it is not asked any more
    say(session, person, NOW + DAY, smoking="former")
    form = {each.field.slug: each for each in open_custom_form(session, an_act(), "patient", person, roles=STAFF)}
    assert (form["packs"].value, form["packs"].is_asked) == (3, False)
    assert form["smoking"].is_asked


def test_a_default_fills_forms_and_is_no_fact(session: Session) -> None:
    publish(session, "smoking", "choice", default="never")
    person = a_patient(session)
    [asked] = open_custom_form(session, an_act(), "patient", person, roles=STAFF)
    assert (asked.value, asked.offered, asked.may_change) == (None, "never", True)
    assert read(session, person) == {}
    say(session, person, smoking="current")
    [asked] = open_custom_form(session, an_act(), "patient", person, roles=STAFF)
    assert (asked.value, asked.offered) == ("current", "current")


def test_a_field_of_an_appointment_belongs_to_its_patient(session: Session) -> None:
    publish(session, "transport", "choice", on="appointment")
    person = a_patient(session)
    visit = Appointment(patient_id=person, status="booked")
    session.add(visit)
    session.flush()
    set_custom_values(session, an_act(), "appointment", visit.id, {"transport": "never"}, roles=STAFF)
    row = session.scalars(select(CustomValue)).one()
    assert (row.patient_id, row.record_kind, row.record_id) == (person, "appointment", visit.id)
    found = read_custom_values(session, an_act(), "appointment", [visit.id, 999_999], roles=STAFF)
    assert found == {visit.id: {"transport": "never"}}
    with pytest.raises(Missing):
        set_custom_values(session, an_act(), "appointment", 999_999, {}, roles=STAFF)
    with pytest.raises(Invalid):
        set_custom_values(session, an_act(), "journey", 1, {}, roles=STAFF)


def test_a_record_that_moves_to_another_patient_takes_its_values_along(session: Session) -> None:
    publish(session, "transport", "choice", on="appointment")
    publish(session, "smoking", "choice")
    one, two = a_patient(session), a_patient(session)
    visit = Appointment(patient_id=one, status="booked")
    session.add(visit)
    session.flush()
    set_custom_values(session, an_act(), "appointment", visit.id, {"transport": "never"}, roles=STAFF)
    say(session, one, smoking="never")
    visit.patient_id = two
    session.flush()
    rows = session.execute(select(CustomValue.field, CustomValue.patient_id).order_by(CustomValue.field)).all()
    assert [tuple(row) for row in rows] == [("smoking", one), ("transport", two)]


def test_only_one_value_of_a_field_holds_at_a_time(session: Session) -> None:
    version = publish(session, "distance", "number")
    person = a_patient(session)
    say(session, person, distance=1)
    second = CustomValue(
        patient_id=person,
        record_kind="patient",
        record_id=person,
        field="distance",
        type="number",
        version_id=version.id,
        value_number=2,
        from_at=NOW,
        recorded_at=NOW,
        recorded_by="test",
    )
    with pytest.raises(IntegrityError, match="ix_custom_value_current"), session.begin_nested():
        session.add(second)
        session.flush()


def test_fields_come_in_the_order_of_forms(session: Session) -> None:
    publish(session, "last", "text")
    publish(session, "second", "text", order=20)
    publish(session, "first", "text", order=10)
    publish(session, "elsewhere", "text", on="task")
    assert list(live_fields(session, "patient")) == ["first", "second", "last"]
