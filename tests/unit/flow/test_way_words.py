"""Ways out are said as the step, its template or the other journey names them, else as all journeys do."""

import pytest

from journeys.flow.words.names import ANSWER, names_of, read_names
from journeys.flow.words.reader import Reader
from journeys.flow.words.way_words import ways_in
from journeys.foundation.words import in_language
from journeys.store.putting_in_force.definitions import JOURNEY
from tests.unit.flow.clinic import a_journey, a_step

OTHER = {"care": a_journey({"end": {**a_step("end", reason="well"), "name": {"en": "Goes well", "es": "Va bien"}}})}
NAMES = {
    **names_of(JOURNEY, OTHER),
    (ANSWER, "first", "moved"): {"en": "Has moved", "es": "Se ha mudado"},
    (ANSWER, "second", "moved"): {"en": "Lives elsewhere", "es": "Vive en otro lugar"},
    (ANSWER, "nowhere", "later"): {"en": "Never asked", "es": "Nunca"},
}
TELLS = {"en": "Somebody", "es": "Alguien"}
STEPS = {
    "part": a_step(
        "branch", branches=[{"port": "moved", "name": TELLS, "rule": {}}, {"port": "high-risk", "rule": {}}]
    ),
    "draw": a_step("experiment", shares=[{"port": "moved", "name": TELLS, "percent": 100}]),
    "first": a_step("ask", template="first"),
    "second": a_step("ask", template="second"),
    "hear": a_step("wait", event="message.answered", answers=["moved", "later"]),
    "call": a_step("task", outcomes=[{"code": "other", "name": TELLS}]),
    "care": a_step("sub_journey", journey="care", reasons=["well"]),
}


def says(step, port, language="en", *contents):
    reader = Reader(say=lambda texts: in_language(texts, language), names=NAMES)
    return ways_in(reader, *(contents or [{"steps": STEPS}])).says(step, port)


@pytest.mark.parametrize(
    ("step", "port", "words"),
    [
        ("part", "moved", "When: Somebody"),
        ("part", "high-risk", "When: high risk"),
        ("part", "otherwise", "Otherwise"),
        ("draw", "moved", "When: Somebody"),
        ("first", "moved", "When: Has moved"),
        ("second", "moved", "When: Lives elsewhere"),
        ("hear", "later", "When: later"),
        ("call", "other", "When: Somebody"),
        ("first", "other", "Any other answer"),
        ("care", "well", "When: Goes well"),
        ("care", "not-let-in", "When the patient is not let in"),
        ("gone", "moved", "When: moved"),
    ],
)
def test_each_step_has_words_of_its_own(step, port, words):
    assert says(step, port) == words


def test_in_the_language_of_the_reader():
    assert says("care", "well", "es") == "When: Va bien"


def test_a_wait_hears_the_answers_of_every_template_of_the_journey():
    assert says("hear", "moved") in ("When: Has moved", "When: Lives elsewhere")


def test_what_an_older_text_alone_names_is_said_too():
    newer = {"steps": {**STEPS, "part": a_step("branch", branches=[{"port": "moved", "name": {"en": "Anybody"}}])}}
    assert says("part", "moved", "en", newer, {"steps": STEPS}) == "When: Anybody"
    assert says("draw", "moved", "en", {"steps": {}}, {"steps": STEPS}) == "When: Somebody"


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"steps": 3},
        {"steps": {"part": None}},
        {"steps": {"part": {"config": 3}}},
        {"steps": {"part": {"config": {"template": [], "branches": [{"port": "moved", "name": TELLS}]}}}},
        {"steps": {"part": {"config": {"branches": "moved", "outcomes": [None, {"code": 4, "name": TELLS}]}}}},
        {"steps": {"part": {"config": {"branches": [{"port": "moved", "name": "Somebody"}], "journey": {}}}}},
    ],
)
def test_half_a_journey_is_said_by_its_codes(content):
    assert says("part", "moved", "en", content) == "When: moved"


@pytest.mark.store
def test_the_names_of_ends_are_read_with_all_others(clinic):
    clinic.publish(OTHER["care"], slug="care")
    with clinic.sessions() as session:
        names = read_names(session)
    assert names["reason", "care", "well"] == {"en": "Goes well", "es": "Va bien"}
