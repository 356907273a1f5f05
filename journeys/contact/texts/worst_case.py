"""How long a text can get: every place as long as its field allows, and with letters that its field could hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from journeys.contact.texts import merge
from journeys.contact.texts.merge_fields import MergeField
from journeys.contact.texts.sms_text import Measure, is_short, measure

BEYOND = "Ł"
"""A letter that is not in the short alphabet, for names that may hold one."""

Fields = Mapping[str, MergeField]
"""What a template may say, by name."""


@dataclass(frozen=True)
class WorstCase:
    """A text as long as it can get: its `text`, its length in letters of the short alphabet where that can be, and its
    length when the field `by` (None: no field) holds a letter beyond it."""

    text: str
    usual: Measure
    worst: Measure
    by: str | None


def worst_case(text: merge.Text, fields: Fields, language: str) -> WorstCase:
    """Reckon the worst case of one text in one language."""
    longest = at_its_longest(text, fields, language)
    usual = measure(longest)
    by = next((each.field for each in merge.places(text) if goes_beyond(fields.get(each.field), language)), None)
    if by is None or usual.forced_by is not None:
        return WorstCase(longest, usual, usual, None)
    return WorstCase(longest, usual, measure(with_letter_beyond(longest)), by)


def at_its_longest(text: merge.Text, fields: Fields, language: str = "en") -> str:
    """The text with every place as long as it is reckoned to get."""
    return "".join(part if isinstance(part, str) else longest(part, fields, language) for part in text)


def longest(place: merge.Place, fields: Fields, language: str) -> str:
    """The longest that a place is reckoned to get, in the short alphabet where it can be said in it."""
    known = fields.get(place.field)
    values = [*values_of(known, language), place.default or ""]
    short = [value for value in values if is_short(value)]
    return max(short or values, key=len)


def values_of(known: MergeField | None, language: str) -> tuple[str, ...]:
    """What a field can say, or as many letters as it is reckoned with."""
    if known is None:
        return ("",)
    if known.ways is None:
        return ("n" * known.longest,)
    return known.ways(language)


def goes_beyond(known: MergeField | None, language: str) -> bool:
    """Whether a field can hold a letter beyond the short alphabet."""
    return known is not None and (known.is_any or not all(map(is_short, values_of(known, language))))


def with_letter_beyond(text: str) -> str:
    """The text with one letter beyond the short alphabet in the place of another, so that it is as long as before."""
    return BEYOND + text[1:]
