"""A journey as text keeps its comments, and comes back with the same bytes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import PROJECT
from journeys.flow.packs.journey_text import BESIDE, read_journey, write_journey
from journeys.flow.packs.yaml_text import read_yaml

PACKED = sorted((PROJECT / "seed/packs").glob("*/journeys/*.yaml"))

TEXT = """\
# Agreed with the nurses in March.
# Wording is theirs.
format: 1
name:
  en: Recall # not for children
start: wait
goals:
  # the review itself
  - name:
      en: "Seen # today"
steps:
  # two weeks were too long
  wait:
    type: wait
    config:
      note: |
        # this is text
        and this
      timeout:
        days: 10  # was 14
    next: {}
# that is all
"""

CANONICAL = TEXT.replace("Recall # not", "Recall  # not").replace('"Seen # today"', "'Seen # today'")


def test_comments_are_kept_by_their_place():
    content = read_journey(TEXT).value
    assert content["comments"] == {
        "format": "# Agreed with the nurses in March.\n# Wording is theirs.",
        "name.en #": "# not for children",
        "goals.0": "# the review itself",
        "steps.wait": "# two weeks were too long",
        "steps.wait.config.timeout.days #": "# was 14",
        "": "# that is all",
    }
    assert content["goals"][0]["name"]["en"] == "Seen # today"
    assert content["steps"]["wait"]["config"]["note"] == "# this is text\nand this\n"


def test_a_text_comes_back_with_the_same_bytes():
    assert write_journey(read_journey(TEXT).value) == CANONICAL
    assert write_journey(read_journey(CANONICAL).value) == CANONICAL


def test_a_comment_behind_the_sign_of_a_block_is_kept():
    content = read_journey("steps:\n  a:\n    says: | # why\n      text\n").value
    assert content["comments"] == {"steps.a.says #": "# why"}
    assert read_journey(write_journey(content)).value == content


@pytest.mark.parametrize("place", ["steps.gone.config", "steps.gone #", "nothing"])
def test_a_comment_whose_place_is_gone_is_not_lost(place):
    content = {**read_journey("format: 1\nsteps:\n  a: {}\n").value, "comments": {place: "# why"}}
    text = write_journey(content)
    assert "# why" in text
    assert write_journey(read_journey(text).value) == text


@pytest.mark.parametrize("path", PACKED, ids=lambda path: path.stem)
def test_every_packed_journey_comes_back_with_a_comment_at_each_of_its_places(path):
    content = read_journey(path.read_text()).value
    assert write_journey(content) == path.read_text()
    places = [place for place in read_yaml(path.read_text()).lines if place]
    above = {place: f"# above {place}" for place in places}
    text = write_journey({**content, "comments": {**above, **{place + BESIDE: "# beside" for place in places}}})
    assert all(f"# above {place}" in text for place in places)
    assert write_journey(read_journey(text).value) == text


TEXTS = st.text(max_size=12) | st.sampled_from(["#", " # no", "a #b", "# c\n# d", "'\"#", "|", "- #"])
STEPS = st.dictionaries(
    st.sampled_from(["a", "b", "c-d"]),
    st.fixed_dictionaries({"type": st.just("wait"), "config": st.dictionaries(TEXTS, TEXTS, max_size=3)}),
)
PLACES = st.sampled_from(["", "format", "name", "name.en", "steps", "steps.a", "steps.b.config", "steps.c-d.type", "x"])


@settings(max_examples=400, deadline=None)
@given(
    st.fixed_dictionaries({"format": st.just(1), "name": st.fixed_dictionaries({"en": TEXTS}), "steps": STEPS}),
    st.dictionaries(st.tuples(PLACES, st.sampled_from(["", BESIDE])).map("".join), TEXTS),
)
def test_whatever_a_journey_says_comes_back_with_its_comments(content, comments):
    text = write_journey({**content, "comments": comments})
    document = read_journey(text)
    assert not document.problems
    read = dict(document.value)
    assert bool(read.pop("comments", {})) == bool(comments)
    assert read == content
    assert write_journey(document.value) == text
