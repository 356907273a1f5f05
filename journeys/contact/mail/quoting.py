"""What somebody wrote themselves in an e-mail: without what is quoted, what a device adds, and their signature.

It cuts little. What may be cut as a closing or a signature stays when a word in it would be understood: a "stop" below
a "thanks" is a stop.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml

from journeys.contact.replies.intents import phrase_in
from journeys.contact.replies.keywords import kind_of
from journeys.contact.replies.letters import normalise

MOST_LETTERS = 20_000
"""More than that is no answer to a message; what stands later is not looked at."""

MOST_LINES_OF_ATTRIBUTION = 3
SHORTEST_RULE = 20
"""A line of so many dashes or underscores is how Outlook begins what it quotes."""

MOST_LINES_OF_CLOSING = 4
LONGEST_LINE_OF_CLOSING = 40

QUOTED = ">"
SIGNATURE = "--"
"""RFC 3676, 4.3; programs drop the space after it."""

WORDS: dict[str, dict[str, list]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))

ATTRIBUTIONS = tuple((begins, ends) for pairs in WORDS["attributions"].values() for begins, ends in pairs)
DIVIDERS = tuple(words for each in WORDS["dividers"].values() for words in each)
DEVICES = tuple(words for each in WORDS["devices"].values() for words in each)
CLOSINGS = frozenset(words for each in WORDS["closings"].values() for words in each)
HEADERS = tuple((each[0], tuple(each[1:])) for each in WORDS["headers"].values())


def own_words(text: str) -> str:
    """The lines that are the writer's own."""
    lines = text[:MOST_LETTERS].replace("\u00a0", " ").splitlines()
    return "\n".join(without_closing(without_signature(unquoted(lines)))).strip()


def unquoted(lines: Sequence[str]) -> list[str]:
    """The lines before and between what is quoted; where a program marks no lines, all below is quoted."""
    kept: list[str] = []
    place = 0
    while place < len(lines):
        length = opening_at(lines, place)
        if length:
            place += length
            if not is_marked(lines[place:]):
                break
        elif lines[place].lstrip().startswith(QUOTED):
            place += 1
        else:
            kept.append(lines[place].rstrip())
            place += 1
    return kept


def opening_at(lines: Sequence[str], place: int) -> int:
    """How many lines from here on say that what follows is quoted; 0: none."""
    plain = lines[place].strip().casefold()
    if not plain:
        return 0
    if is_divider(plain) or is_header(lines, place):
        return 1
    return attribution_at(lines, place)


def attribution_at(lines: Sequence[str], place: int) -> int:
    """How many lines an attribution takes, which programs break where it gets long; 0 where there is none."""
    said = ""
    for length, line in enumerate(lines[place : place + MOST_LINES_OF_ATTRIBUTION], 1):
        said = f"{said} {line.strip().casefold()}".strip()
        has_number = any(letter.isdecimal() for letter in said)
        if has_number and any(said.startswith(begins) and said.endswith(ends) for begins, ends in ATTRIBUTIONS):
            return length
    return 0


def is_divider(plain: str) -> bool:
    """Whether a line is a rule, or names a message between dashes."""
    if set(plain) <= {"_", "-"}:
        return len(plain) >= SHORTEST_RULE
    return plain.startswith("--") and any(words in plain for words in DIVIDERS)


def is_header(lines: Sequence[str], place: int) -> bool:
    """Whether the head of another mail begins here: its sender, and a line more of it right below."""
    here = lines[place].strip(" *").casefold()
    below = lines[place + 1].strip(" *").casefold() if place + 1 < len(lines) else ""
    return any(here.startswith(sender) and below.startswith(others) for sender, others in HEADERS)


def is_marked(lines: Sequence[str]) -> bool:
    """Whether the next line that says something bears the mark of what is quoted."""
    following = next((line for line in lines if line.strip()), "")
    return following.lstrip().startswith(QUOTED)


def without_signature(lines: Sequence[str]) -> Sequence[str]:
    """The lines before a signature, and before what a device adds."""
    for place, line in enumerate(lines):
        plain = line.strip().casefold()
        is_end = plain == SIGNATURE or plain.startswith(DEVICES)
        if is_end and not is_of_weight(lines[place:]):
            return lines[:place]
    return lines


def without_closing(lines: Sequence[str]) -> Sequence[str]:
    """The lines before a closing, where only a name or the like stands below it."""
    for place in range(max(0, len(lines) - MOST_LINES_OF_CLOSING), len(lines)):
        is_closing = lines[place].strip(" ,.!").casefold() in CLOSINGS
        below = lines[place + 1 :]
        if is_closing and place and all_short(below) and not is_of_weight(below):
            return lines[:place]
    return lines


def all_short(lines: Iterable[str]) -> bool:
    """Whether these could be a name, a street, a number."""
    return all(len(line) <= LONGEST_LINE_OF_CLOSING for line in lines)


def is_of_weight(lines: Sequence[str]) -> bool:
    """Whether something in these lines would be understood."""
    said = [normalise(line) for line in lines]
    return any(kind_of(each) for each in said) or phrase_in(" ".join(said)) is not None
