"""Where a problem of a journey stands is said in names: of its step, and of what its form calls what lies in it."""

import pytest

from journeys.flow.words.place_words import part_words, place_words
from journeys.flow.words.reader import Reader
from journeys.flow.words.way_words import ways_in
from journeys.foundation.words import in_language
from tests.unit.flow.clinic import a_step

CONTENT = {
    "steps": {
        "call": {**a_step("task"), "name": {"en": "Call", "es": "Llamar"}},
        "part": {**a_step("branch"), "name": {"en": "How far"}},
        "odd": {"type": "no-such-type"},
    }
}


def reader(language: str = "en") -> Reader:
    return Reader(say=lambda texts: in_language(texts, language))


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("steps.call.config.due", "Step “Call”: Due in"),
        ("steps.call.config.outcomes.1.code", "Step “Call”: Outcomes 2, Code"),
        ("steps.call.config", "Step “Call”: Settings"),
        ("steps.call.next.timeout", "Step “Call”: When nothing happens in time"),
        ("steps.call.stage", "Step “Call”: Stage"),
        ("steps.call", "Step “Call”"),
        ("steps.part.config.branches.0.rule.all.3.value", "Step “How far”: Branches 1, Rule"),
        ("steps.call.config.no_such_key", "Step “Call”"),
        ("steps.odd.config.due", "Step “odd”"),
        ("steps.gone.type", "Step “gone”: Type"),
        ("entry.where.code_system", "Entry, Only when, Code system"),
        ("goals.0.rule", "Goals 1, Rule"),
        ("reentry.days", "Coming in again, Days"),
        ("name.es", "Name"),
        ("start", "First step"),
        ("steps", "Steps"),
        ("", ""),
    ],
)
def test_a_place_is_said_in_words(where: str, says: str) -> None:
    ways = ways_in(reader(), CONTENT).says
    assert place_words(where, CONTENT, reader(), ways) == says


def test_who_sees_the_step_is_told_what_lies_in_it() -> None:
    assert part_words("steps.call.config.due", CONTENT, reader()) == "Due in"
    assert part_words("steps.call", CONTENT, reader()) == ""
    assert place_words("steps.call.config.due", CONTENT, reader("es")) == "Step “Llamar”: Due in"


@pytest.mark.parametrize("content", [{}, {"steps": []}, {"steps": {"call": None}}, {"steps": {"call": {"type": []}}}])
def test_nothing_is_too_broken(content: dict[str, object]) -> None:
    assert place_words("steps.call.config.due", content, reader()) == "Step “call”"
