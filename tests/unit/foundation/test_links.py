"""Links: what we wrote we can read, and nobody else writes one."""

from hypothesis import given
from hypothesis import strategies as st

from journeys.foundation import links
from journeys.foundation.links import LETTERS, number_in, token_of

NUMBERS = st.integers(0, 2**48 - 1)


@given(NUMBERS)
def test_what_was_written_is_read_and_only_for_its_kind(number: int) -> None:
    token = token_of("choices", number)
    assert len(token) == LETTERS
    assert number_in("choices", token) == number
    assert number_in("another", token) is None


@given(NUMBERS, st.integers(0, LETTERS - 2), st.sampled_from("ABab01-_"))
def test_one_other_letter_is_no_link(number: int, place: int, letter: str) -> None:
    token = token_of("choices", number)
    other = token[:place] + letter + token[place + 1 :]
    assert (number_in("choices", other) is None) == (other != token)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_answered(typed: str) -> None:
    assert number_in("choices", typed) is None


def test_without_an_address_there_is_no_link() -> None:
    assert links.written("choices", "/m/", 7) is None
    links.install("https://portal.example/")
    try:
        assert links.written("choices", "/m/", 7) == f"https://portal.example/m/{token_of('choices', 7)}"
    finally:
        links.install("")
