"""People are found by what is typed, however it is written; without the key the tokens say nothing."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.foundation import secrets
from journeys.foundation.secrets import Keyring
from journeys.foundation.tokens import (
    LENGTH,
    SOUND,
    blind,
    email_token,
    identifier_token,
    name_tokens,
    phone_number,
    phone_token,
    search_word,
    words_of,
)

WORDS = st.text(st.characters(categories=["L"]), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("José O'Neill-Smith", ["jose", "o", "neill", "smith"]),
        ("MÜLLER  Straße", ["muller", "strasse"]),
        ("李 小龙", ["李", "小龙"]),
        ("  ", []),
        ("محمد", ["محمد"]),
        ("ﬁona", ["fiona"]),
    ],
)
def test_names_are_words_without_accents_and_case(name: str, words: list[str]) -> None:
    assert words_of(name) == words


@given(WORDS, st.integers(1, 12))
def test_every_beginning_of_three_letters_or_more_finds_the_name(name: str, length: int) -> None:
    words = words_of(name)
    kept = set(name_tokens(name))
    for word in words:
        assert set(search_word(word)) & kept
        typed = word[:length]
        if len(typed) >= 3:
            assert set(search_word(typed)) & kept


def test_a_name_is_found_by_its_sound() -> None:
    sounds = [{token for token in name_tokens(name) if token[0] == SOUND} for name in ("Stephen", "Steven")]
    assert sounds[0] == sounds[1]


@pytest.mark.parametrize("written", ["+1 212 555 0123", "(212) 555-0123", "212.555.0123", "2125550123"])
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    assert phone_number(written, "US") == "+12125550123"
    assert phone_token(written, "US") == phone_token("+12125550123", "DE")


@pytest.mark.parametrize("written", ["", "call me", "12", "+999999999999999999999"])
def test_what_cannot_be_a_number_has_no_token(written: str) -> None:
    assert phone_token(written, "US") is None


def test_addresses_and_identifiers_are_normalised() -> None:
    assert email_token(" Ada@Example.ORG ") == email_token("ada@example.org")
    assert identifier_token("MRN 00-17") == identifier_token("mrn0017")
    assert identifier_token("17") != identifier_token("18")


@pytest.fixture
def own_keys() -> Iterator[None]:
    yield
    secrets.install(Keyring.for_tests())


def test_tokens_depend_on_the_index_key_and_on_the_kind(own_keys: None) -> None:
    mine = blind("word", "ada")
    assert len(mine) == LENGTH
    assert blind("prefix", "ada") != mine
    secrets.install(Keyring("k", {"k": b"k" * 32}, b"another index key of 32 bytes ..!"))
    assert blind("word", "ada") != mine
