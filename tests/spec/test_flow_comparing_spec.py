"""What two texts of a journey differ in, in words: golden cases, and that equal texts and only these differ in nothing.

flow.comparing/changes.yaml: `journey` is a text; a case changes it by `then` (and, before the comparison, both texts
by `then` and the newer one by `and_then`), and `says` what the reader reads, in order.
"""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from journeys.flow.words.comparing import changes
from journeys.flow.words.value_words import is_same

CASES = yaml.safe_load((Path(__file__).parent / "flow.comparing" / "changes.yaml").read_text())
JOURNEY = CASES["journey"]


def merged(text: Any, more: Any) -> Any:
    """The text with some of it changed; None takes out."""
    if not isinstance(text, dict) or not isinstance(more, dict):
        return copy.deepcopy(more)
    found = {**copy.deepcopy(text), **{key: merged(text.get(key), value) for key, value in more.items()}}
    return {key: value for key, value in found.items() if value is not None}


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_changes_in_words(case):
    before, after = JOURNEY, merged(JOURNEY, case["then"])
    if "and_then" in case:
        before, after = after, merged(after, case["and_then"])
    assert [change.says for change in changes(before, after)] == case["says"]


PLACES = st.sampled_from(
    [(), ("steps",), ("steps", "pause"), ("steps", "pause", "next"), ("steps", "call", "config"), ("entry",)]
)
KEYS = st.sampled_from(["start", "name", "next", "type", "config", "for", "days", "pause", "call", "other", "done"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["pause", "call", "end", "", "wait", "nothing"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def texts(draw: Any) -> dict[str, Any]:
    """The journey with a few places overwritten by anything that JSON can hold."""
    text = copy.deepcopy(JOURNEY)
    for _ in range(draw(st.integers(0, 3))):
        inside = text
        for key in draw(PLACES):
            inside = inside[key] if isinstance(inside, dict) and isinstance(inside.get(key), dict) else inside
        key = draw(KEYS)
        if draw(st.booleans()):
            inside[key] = draw(VALUES)
        else:
            inside.pop(key, None)
    return text


@given(texts(), texts())
def test_only_equal_texts_differ_in_nothing(before, after):
    assert bool(changes(before, after)) == (not is_same(before, after))
    assert changes(after, copy.deepcopy(after)) == []
