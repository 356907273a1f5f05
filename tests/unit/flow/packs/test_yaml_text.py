"""YAML is read strictly and written in one way: what was read comes back, and what was written is read back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.flow.packs.yaml_text import DEEPEST, LONGEST, read_yaml, write_yaml

NUMBERS = st.integers(-(10**17), 10**17) | st.floats(allow_nan=False, allow_infinity=False)
LIKE_NUMBERS = st.from_regex(r"[-+]?[0-9._:eExo-]{1,8}", fullmatch=True)
PLAIN = st.none() | st.booleans() | NUMBERS | st.text() | LIKE_NUMBERS
KEYS = st.text(max_size=5) | st.sampled_from(["1", "no", "at", "steps", "start", "next", "1e5", "=", "<<"])
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@settings(max_examples=400, deadline=None)
@given(VALUES)
def test_whatever_json_holds_comes_back(value):
    text = write_yaml(value)
    document = read_yaml(text)
    assert not document.problems
    assert document.value == value
    assert write_yaml(document.value) == text


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_no_text_makes_reading_fail(text):
    document = read_yaml(text)
    assert document.problems or write_yaml(document.value) is not None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("at: 2026-03-01", "2026-03-01"),
        ("at: 10:00", "10:00"),
        ("at: no", "no"),
        ("at: 0x1F", "0x1F"),
        ("at: 012", "012"),
        ("at: 1_000", "1_000"),
        ("at: '7'", "7"),
        ("at: 7", 7),
        ("at: -1.5", -1.5),
        ("at: true", True),
        ("at: True", "True"),
        ("at:", None),
        ("at: null", None),
    ],
)
def test_only_jsons_own_words_have_a_type(text, value):
    document = read_yaml(text)
    assert document.problems == []
    assert document.value == {"at": value}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: &x 1\nb: *x", "line 1, column 4: Anchors and aliases are not allowed; write the value out"),
        ("a: 1\nb: 2\na: 3", "line 3, column 1: a is written twice"),
        ("1: x", "line 1, column 1: Keys must be text; put quotes around 1"),
        ("a: [1, 2", "line 1, column 9: This is not YAML: expected ',' or ']', but got '<stream end>'"),
        (
            "a: !!python/object:os.system x",
            "line 1, column 4: tag:yaml.org,2002:python/object:os.system is not allowed here",
        ),
        ("a: 1\n---\nb: 2", "line 2, column 1: This is not YAML: but found another document"),
        ("a: \x00", "line 1, column 1: The file holds characters that YAML does not allow"),
        ("a: " + "[" * 60 + "]" * 60, f"line 1, column 43: This is nested more than {DEEPEST} deep"),
        ("a" * (LONGEST + 1), "line 1, column 1: The file is too long to be a definition"),
    ],
)
def test_what_cannot_be_read_has_its_place(text, problem):
    assert [str(each) for each in read_yaml(text).problems] == [problem]


def test_every_repeated_key_is_said():
    assert len(read_yaml("a: 1\na: 2\nb:\n  c: 1\n  c: 2\n").problems) == 2


def test_aliases_cannot_blow_up():
    bomb = "a: &a [x, x]\n" + "\n".join(
        f"{name}: &{name} [*{before}, *{before}]" for before, name in zip("abcdef", "bcdefg", strict=True)
    )
    assert read_yaml(bomb).value is None


def test_lines_of_places():
    document = read_yaml("steps:\n  remind:\n    config:\n      template: first\n")
    assert document.lines["steps.remind.config.template"] == 4


def test_steps_stand_in_walking_order():
    journey = {
        "start": "write",
        "steps": {
            "finish": {"type": "end", "next": {}},
            "lost": {"type": "end"},
            "call": {"type": "task", "next": {"done": "finish"}},
            "write": {"type": "send_message", "next": {"next": "call"}},
        },
    }
    steps = [line.strip(" :") for line in write_yaml(journey).splitlines() if line.startswith("  ") and line[2] != " "]
    assert steps == ["write", "call", "finish", "lost"]
