"""What speaks for two records being of one person, and what is never said to be certain."""

import datetime as dt
import random
from dataclasses import replace

import pytest
from hypothesis import given, strategies

from journeys.store.identity.comparisons import (
    address_level,
    birth_level,
    family_level,
    given_level,
    identifier_level,
    words_alike,
)
from journeys.store.identity.persons import Name, Person, Place, name_of, place_of
from journeys.store.identity.scoring import (
    CERTAIN,
    GENERATIONS,
    NAME_ALONE,
    NO,
    ONE_SOURCE,
    POSSIBLE,
    SEXES,
    TWINS,
    Score,
    score,
)

BORN = dt.date(1974, 3, 2)
HOME = place_of("12 Harbour Lane, Riverside, NY 10001", "10001")
SARAH = Person(
    id=1,
    names=(Name(("sarah",), ("mitchell",)),),
    birth_date=BORN,
    gender="female",
    phones=frozenset({"+12125550123"}),
    places=(HOME,),
)


def levels(found: Score) -> dict[str, str]:
    return {finding.attribute: finding.level for finding in found.findings}


@pytest.mark.parametrize(
    ("mine", "theirs", "level"),
    [
        ("sarah", "sarah", "same"),
        ("sarah jane", "sarah", "same"),
        ("sarah jane", "sarah ann", "close"),
        ("sarah", "sally", "nickname"),
        ("francisco", "paco", "nickname"),
        ("sarah", "s", "initial"),
        ("sarah", "shara", "close"),
        ("sarah", "john", "other"),
        ("sarah", "", None),
    ],
)
def test_given_names(mine: str, theirs: str, level: str | None) -> None:
    assert given_level(mine.split(), theirs.split()) == level
    assert given_level(theirs.split(), mine.split()) == level


@pytest.mark.parametrize(
    ("mine", "theirs", "level"),
    [
        ("garcia lopez", "garcia", "close"),
        ("o brien", "obrien", "same"),
        ("mitchell", "mitchel", "close"),
        ("mitchell", "nakamura", "other"),
        ("", "nakamura", None),
    ],
)
def test_family_names(mine: str, theirs: str, level: str | None) -> None:
    assert family_level(mine.split(), theirs.split()) == level


@pytest.mark.parametrize(
    ("theirs", "level"),
    [
        (BORN, "same"),
        (dt.date(1974, 2, 3), "swapped"),
        (dt.date(1974, 3, 12), "slip"),
        (dt.date(1947, 3, 2), "slip"),
        (dt.date(1975, 4, 9), "other"),
        (None, None),
    ],
)
def test_birth_dates(theirs: dt.date | None, level: str | None) -> None:
    assert birth_level(BORN, theirs) == level


def test_addresses() -> None:
    assert address_level([HOME], [place_of("12 Harbor Ln Riverside NY 10001", "10001")]) == "same"
    assert address_level([HOME], [place_of("80 Mill Road, Easton, NY 10001", "10001")]) == "area"
    assert address_level([HOME], [place_of("80 Mill Road, Easton, PA", "18040")]) == "other"
    assert address_level([HOME], []) is None


def test_identifiers_of_different_issuers_say_nothing_of_each_other() -> None:
    assert identifier_level(frozenset({("a", "1")}), frozenset({("b", "1")})) is None
    assert identifier_level(frozenset({("a", "1")}), frozenset({("a", "2")})) == "other"
    assert identifier_level(frozenset({("a", "1")}), frozenset({("a", "1"), ("b", "2")})) == "same"


def test_a_name_without_parts_ends_in_the_family_name() -> None:
    assert name_of(None, None, "María  José Pérez") == Name(("maria", "jose"), ("perez",))


def test_the_same_person_twice_is_certain_and_says_why() -> None:
    found = score(SARAH, replace(SARAH, id=2))
    assert found.verdict == CERTAIN
    assert levels(found) == dict.fromkeys(("given", "family", "birth_date", "gender", "phone", "address"), "same")
    assert not found.doubts


def test_names_in_each_others_place_are_seen() -> None:
    found = score(SARAH, replace(SARAH, id=2, names=(Name(("mitchell",), ("sarah",)),)))
    assert levels(found)["given"] == "swapped"
    assert found.verdict == CERTAIN


def test_what_is_not_said_weighs_nothing() -> None:
    bare = replace(SARAH, id=2, phones=frozenset(), places=(), gender=None)
    assert set(levels(score(SARAH, bare))) == {"given", "family", "birth_date"}


def test_a_rare_name_says_more_than_a_common_one() -> None:
    rare = score(SARAH, replace(SARAH, id=2), lambda _: 0.0001)
    common = score(SARAH, replace(SARAH, id=2), lambda _: 0.02)
    assert rare.total > common.total + 4


def test_twins_are_never_certain() -> None:
    twin = replace(SARAH, id=2, names=(Name(("emma",), ("mitchell",)),))
    found = score(SARAH, twin)
    assert TWINS in found.doubts
    assert found.verdict == POSSIBLE


def test_father_and_son_are_never_certain() -> None:
    father = replace(SARAH, names=(Name(("john",), ("mitchell",)),), gender="male")
    son = replace(father, id=2, birth_date=dt.date(2001, 11, 19))
    found = score(father, son)
    assert GENERATIONS in found.doubts
    assert found.verdict != CERTAIN


def test_a_name_alone_is_nothing() -> None:
    stranger = Person(id=2, names=SARAH.names, birth_date=dt.date(1990, 8, 30), places=(place_of("9 Elm", "94110"),))
    assert score(SARAH, stranger).verdict == NO
    nameless = Person(id=2, names=SARAH.names)
    found = score(SARAH, nameless)
    assert NAME_ALONE in found.doubts
    assert found.verdict != CERTAIN


def test_two_records_of_one_source_and_two_sexes_are_never_certain() -> None:
    assert ONE_SOURCE in score(replace(SARAH, source_id=7), replace(SARAH, id=2, source_id=7)).doubts
    assert not score(replace(SARAH, source_id=7), replace(SARAH, id=2, source_id=8)).doubts
    assert SEXES in score(SARAH, replace(SARAH, id=2, gender="male")).doubts


WORDS = strategies.sampled_from(
    ["sarah", "sara", "sally", "s", "mitchell", "mitchel", "nakamura", "de", "cruz", "emma"]
)
NAMES = strategies.builds(
    Name, strategies.lists(WORDS, max_size=2).map(tuple), strategies.lists(WORDS, max_size=2).map(tuple)
)
DATES = strategies.one_of(strategies.none(), strategies.dates(dt.date(1974, 1, 1), dt.date(1975, 12, 31)))
PLACES = strategies.builds(
    Place,
    strategies.lists(strategies.sampled_from(["12", "21", "harbour", "harbor", "lane", "road"])).map(tuple),
    strategies.sampled_from(["", "10001", "10010"]),
)
PEOPLE = strategies.builds(
    Person,
    id=strategies.integers(1, 9),
    names=strategies.lists(NAMES, max_size=2).map(tuple),
    birth_date=DATES,
    gender=strategies.sampled_from([None, "female", "male"]),
    phones=strategies.frozensets(strategies.sampled_from(["+1", "+2"]), max_size=2),
    emails=strategies.frozensets(strategies.sampled_from(["a@x", "b@x"]), max_size=2),
    places=strategies.lists(PLACES, max_size=2).map(tuple),
    identifiers=strategies.frozensets(strategies.sampled_from([("a", "1"), ("a", "2"), ("b", "1")]), max_size=2),
    source_id=strategies.sampled_from([None, 1, 2]),
)


@given(PEOPLE, PEOPLE)
def test_it_is_the_same_whichever_is_named_first(one: Person, other: Person) -> None:
    there, back = score(one, other), score(other, one)
    assert there.total == back.total
    assert there.verdict == back.verdict
    assert there.doubts == back.doubts


@given(PEOPLE, strategies.integers())
def test_the_order_of_what_a_record_has_does_not_matter(one: Person, seed: int) -> None:
    names, places = list(one.names), list(one.places)
    random.Random(seed).shuffle(names)
    random.Random(seed).shuffle(places)
    turned = replace(one, names=tuple(names), places=tuple(places))
    assert score(one, SARAH).total == score(turned, SARAH).total


@given(strategies.text(max_size=8), strategies.text(max_size=8))
def test_likeness_of_words_is_mutual(one: str, other: str) -> None:
    assert words_alike(one, other) == words_alike(other, one)
    assert words_alike(one, one)
