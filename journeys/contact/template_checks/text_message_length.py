"""How many text messages a text becomes at its longest, and which letter or field makes it so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from journeys.contact.template_checks.base import WARNING, Check, Looked, Spot
from journeys.contact.texts.sms_text import ANY_ALPHABET, MOST_PARTS, SAYS_THE_SAME, SHORT_ALPHABET, Measure
from journeys.contact.texts.worst_case import WorstCase, values_of, worst_case
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

TOO_MANY_FORCED = N_(
    "The text can become %(parts)s text messages, because of the letter %(letter)s; at most %(most)s may be sent. Write"
    " it without"
)
LONGEST_FIELD = N_(
    "The text can become %(parts)s text messages; at most %(most)s may be sent. Its longest field is %(field)s with up"
    " to %(characters)s letters. Shorten the text by %(over)s"
)
SHORTEN = N_("The text can become %(parts)s text messages; at most %(most)s may be sent. Shorten it by %(over)s")
FORCED = N_("The text can become %(parts)s text messages, because of the letter %(letter)s")
FORCED_INSTEAD = N_(
    "The text can become %(parts)s text messages, because of the letter %(letter)s. Write %(instead)s instead"
)
SEVERAL = N_("The text can become %(parts)s text messages")
HELD = N_(
    "With a letter such as ł in %(field)s the text becomes %(parts)s text messages, and is held: at most %(most)s may"
    " be sent. Shorten it by %(over)s letters, or leave that field out"
)


class TextMessageLength(Check):
    """Too many text messages are an error, more than one a warning, and so is a name that alone makes too many."""

    source = "3GPP TS 23.038 (GSM 7-bit, UCS2); each part is charged"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Each text that may be spoken as a text message, at its longest."""
        for spot in looked.spoken_where(lambda medium: medium.counts_parts):
            case = worst_case(spot.parsed, looked.fields, spot.language)
            if case.usual.parts > MOST_PARTS:
                yield too_many(spot, case, looked)
            else:
                yield from of_several(spot, case.usual)
                yield from of_letters(spot, case)


def too_many(spot: Spot, case: WorstCase, looked: Looked) -> Problem:
    """What makes it too long, and by how much."""
    longest = max(
        ((max(map(len, values_of(looked.fields.get(name), spot.language))), name) for name in spot.fields()),
        default=None,
    )
    data = {"parts": case.usual.parts, "most": MOST_PARTS, "over": over(case.usual)}
    if case.usual.forced_by is not None:
        return Problem(spot.where, TOO_MANY_FORCED, {**data, "letter": case.usual.forced_by})
    if longest is None or longest[0] == 0:
        return Problem(spot.where, SHORTEN, data)
    return Problem(spot.where, LONGEST_FIELD, {**data, "characters": longest[0], "field": longest[1]})


def over(size: Measure) -> int:
    """How many places it has too many."""
    _, each = SHORT_ALPHABET if size.forced_by is None else ANY_ALPHABET
    return max(size.units - MOST_PARTS * each, 1)


def of_several(spot: Spot, size: Measure) -> Iterator[Problem]:
    """A warning for more than one, with the letter that makes it so."""
    data = {"parts": size.parts, "most": MOST_PARTS, "letter": size.forced_by or ""}
    if size.parts == 1:
        return
    if size.forced_by is None:
        yield Problem(spot.where, SEVERAL, data, WARNING)
    elif size.forced_by in SAYS_THE_SAME:
        instead = SAYS_THE_SAME[size.forced_by].strip() or " "
        yield Problem(spot.where, FORCED_INSTEAD, {**data, "instead": instead}, WARNING)
    else:
        yield Problem(spot.where, FORCED, data, WARNING)


def of_letters(spot: Spot, case: WorstCase) -> Iterator[Problem]:
    """A warning when one letter of a name alone makes it too long."""
    if case.by is not None and case.worst.parts > MOST_PARTS:
        data = {"parts": case.worst.parts, "most": MOST_PARTS, "field": case.by, "over": over(case.worst)}
        yield Problem(spot.where, HELD, data, WARNING)
