"""The keys under which records meet to be compared: each of several facts, so that few records have the same.

Every slip of one fact leaves another key whole: a wrong birth date the names with the postal code, a wrong name the
birth date with the other one. Keys are blind tokens; who has the database learns which records may be of one person.
"""

from __future__ import annotations

from collections.abc import Iterator

import jellyfish

from journeys.foundation.tokens import blind
from journeys.store.identity.persons import Person, Place

KIND = "match"
STREETS = 2
"""So many of the longest words of an address are taken for the name of its street or town."""

LONG_WORD = 4


def keys_of(person: Person) -> set[bytes]:
    """Every key of one record."""
    return {blind(KIND, "|".join(key)) for key in plain_keys(person)}


def plain_keys(person: Person) -> Iterator[tuple[str, ...]]:
    """The same before they are made blind."""
    for kind in ("phones", "emails"):
        for value in getattr(person, kind):
            yield kind, value
    for issuer, value in person.identifiers:
        yield "identifier", issuer, value
    yield from of_birth(person)
    yield from of_names(person)
    for place in person.places:
        yield from of_place(person, place)


def of_birth(person: Person) -> Iterator[tuple[str, ...]]:
    """The birth date, day and month in either order, with the first letter of a name, the postal code or the house."""
    born = date_of(person)
    if not born:
        return
    firsts = {part[0][0] for name in person.names for part in (name.given, name.family) if part}
    yield from (("born-letter", born, letter) for letter in firsts)
    for place in person.places:
        yield from (("born-place", born, each) for each in (*houses(place), place.postal_code) if each)


def of_names(person: Person) -> Iterator[tuple[str, ...]]:
    """Two names in either order with part of the birth date, and one with the postal code."""
    for place in person.places:
        if place.postal_code:
            yield from (("code-sound", place.postal_code, each) for each in sounds_of(person))
    if person.birth_date is None:
        return
    for name in person.names:
        if name.given and name.family:
            sounds = sorted((sound(name.given[0]), sound(name.family[0])))
            yield from (("names", *sounds, each) for each in (str(person.birth_date.year), date_of(person)[4:]))


def of_place(person: Person, place: Place) -> Iterator[tuple[str, ...]]:
    """A house in a street with one name or the postal code, and the street with one name."""
    streets = streets_of(place)
    beside = [*sounds_of(person), *([place.postal_code] if place.postal_code else [])]
    for street in streets:
        yield from (("house", number, street, each) for number in houses(place) for each in beside)
    if len(streets) == STREETS:
        yield from (("street", *sorted(streets), each) for each in sounds_of(person))


def houses(place: Place) -> list[str]:
    """The numbers of an address that may be a house's."""
    return [word for word in place.words if word.isdecimal() and word != place.postal_code]


def streets_of(place: Place) -> list[str]:
    """How the longest words of an address sound: the street's or the town's name is among them."""
    long_words = sorted((word for word in place.words if len(word) >= LONG_WORD and word.isalpha()), key=len)
    return [sound(word) for word in long_words[-STREETS:]]


def date_of(person: Person) -> str:
    """The birth date with the lesser of day and month first; empty where none is known."""
    born = person.birth_date
    if born is None:
        return ""
    first, second = sorted((born.day, born.month))
    return f"{born.year}{first:02}{second:02}"


def sounds_of(person: Person) -> set[str]:
    """How the first given and the first family name of each name sound."""
    return {sound(part[0]) for name in person.names for part in (name.given, name.family) if part}


def sound(word: str) -> str:
    """How a word sounds, the word itself where that is not known."""
    return jellyfish.metaphone(word) or word
