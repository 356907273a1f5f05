"""How alike two records are, attribute by attribute, in levels that have names. What one of them does not say is None.

Every comparison gives the same whichever record is named first.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Sequence
from pathlib import Path

import jellyfish
import yaml

from journeys.store.identity.persons import Name, Person, Place

SAME, NICKNAME, CLOSE, INITIAL, SWAPPED, SLIP, NEAR, AREA, OTHER = (
    "same",
    "nickname",
    "close",
    "initial",
    "swapped",
    "slip",
    "near",
    "area",
    "other",
)

ALIKE = 0.88
"""From this likeness (Jaro and Winkler's) on, two words may be one that somebody wrote wrongly."""

SHORT = 4
"""Words of fewer letters are alike only when one letter more, less or in another place is all."""

ADDRESS_SAME, ADDRESS_NEAR = 0.75, 0.5


def forms_by_name() -> dict[str, frozenset[int]]:
    """Each name and short form → the lines of nicknames.yaml that it stands in."""
    found: dict[str, set[int]] = {}
    content = yaml.safe_load((Path(__file__).parent / "nicknames.yaml").read_text())
    lines = [line for lines in content.values() for line in lines]
    for number, line in enumerate(lines):
        for form in line:
            found.setdefault(form, set()).add(number)
    return {form: frozenset(numbers) for form, numbers in found.items()}


FORMS = forms_by_name()


def names_alike(one: Person, other: Person) -> list[tuple[str | None, str | None, bool, str]]:
    """For each pairing of their names: the level of the given names, of the family names, whether these stand in each
    other's place, and the words that are the same, joined."""
    found = []
    for mine in one.names:
        for theirs in other.names:
            # in an order of their own: which of them is turned round must not depend on who is named first
            first, second = sorted((mine, theirs))
            turned = Name(second.family, second.given)
            found.append((*pairing(first, second), False, common(first, second)))
            found.append((*pairing(first, turned), True, common(first, turned)))
    return found


def pairing(mine: Name, theirs: Name) -> tuple[str | None, str | None]:
    """The levels of given and family names."""
    return given_level(mine.given, theirs.given), family_level(mine.family, theirs.family)


def common(mine: Name, theirs: Name) -> str:
    """The words that both have, which say how rare the name is."""
    return " ".join(sorted({*mine.given, *mine.family} & {*theirs.given, *theirs.family}))


def given_level(mine: Sequence[str], theirs: Sequence[str]) -> str | None:
    """Given names: all, or the first that one of them has alone."""
    if not mine or not theirs:
        return None
    if mine == theirs or "".join(mine) == "".join(theirs):
        return SAME
    first, second = sorted((mine[0], theirs[0]), key=len)
    if first == second:
        return SAME if min(len(mine), len(theirs)) == 1 else CLOSE
    if FORMS.get(first, frozenset()) & FORMS.get(second, frozenset()):
        return NICKNAME
    if len(first) == 1:
        return INITIAL if second.startswith(first) else OTHER
    is_alike = words_alike(first, second) or words_alike("".join(mine), "".join(theirs))
    return CLOSE if is_alike else OTHER


def family_level(mine: Sequence[str], theirs: Sequence[str]) -> str | None:
    """Family names: all of them, or one of several, as after a marriage."""
    if not mine or not theirs:
        return None
    if "".join(mine) == "".join(theirs):
        return SAME
    if set(mine) & set(theirs) or words_alike("".join(mine), "".join(theirs)):
        return CLOSE
    return CLOSE if any(words_alike(word, another) for word in mine for another in theirs) else OTHER


@functools.lru_cache(100_000)
def words_alike(one: str, other: str) -> bool:
    """Whether two words may be one that was written wrongly, heard wrongly or broken off."""
    one, other = sorted((one, other))
    slips = jellyfish.damerau_levenshtein_distance(one, other)
    if min(len(one), len(other)) < SHORT:
        return slips <= 1 and one[:1] == other[:1]
    if slips <= 1 or jellyfish.jaro_winkler_similarity(one, other) >= ALIKE:
        return True
    sound = jellyfish.metaphone(one)
    return len(sound) > 1 and sound == jellyfish.metaphone(other)


def birth_level(mine: dt.date | None, theirs: dt.date | None) -> str | None:
    """Birth dates: day and month in each other's place, or one digit wrong."""
    if mine is None or theirs is None:
        return None
    if mine == theirs:
        return SAME
    if (mine.year, mine.month, mine.day) == (theirs.year, theirs.day, theirs.month):
        return SWAPPED
    slips = jellyfish.damerau_levenshtein_distance(f"{mine:%Y%m%d}", f"{theirs:%Y%m%d}")
    return SLIP if slips == 1 else OTHER


def gender_level(one: str | None, other: str | None) -> str | None:
    """What the records call their gender."""
    if one is None or other is None:
        return None
    return SAME if one == other else OTHER


def shared_level(mine: frozenset[str], theirs: frozenset[str]) -> str | None:
    """Numbers and addresses to reach somebody: one in common will do."""
    if not mine or not theirs:
        return None
    return SAME if mine & theirs else OTHER


def identifier_level(mine: frozenset[tuple[str, str]], theirs: frozenset[tuple[str, str]]) -> str | None:
    """Identifiers of one issuer; those of different issuers say nothing of each other."""
    if mine & theirs:
        return SAME
    return OTHER if {issuer for issuer, _ in mine} & {issuer for issuer, _ in theirs} else None


def address_level(mine: Iterable[Place], theirs: Iterable[Place]) -> str | None:
    """Postal addresses: the two that are most alike."""
    levels = [place_level(place, another) for place in mine for another in theirs]
    return min(levels, key=(SAME, NEAR, AREA, OTHER).index) if levels else None


@functools.lru_cache(100_000)
def place_level(one: Place, other: Place) -> str:
    """Two addresses by the words they share, wrongly written ones too."""
    likeness = (covered(one.words, other.words) + covered(other.words, one.words)) / 2
    has_code = bool(one.postal_code and one.postal_code == other.postal_code)
    if likeness >= ADDRESS_SAME or (has_code and likeness >= ADDRESS_NEAR):
        return SAME
    if likeness >= ADDRESS_NEAR:
        return NEAR
    return AREA if has_code else OTHER


def covered(words: Sequence[str], others: Sequence[str]) -> float:
    """Which part of some words is found among others; a number only as it is."""
    if not words:
        return 0.0
    met = [
        word in others or (not word.isdecimal() and any(words_alike(word, each) for each in others)) for word in words
    ]
    return sum(met) / len(words)
