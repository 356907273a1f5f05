"""Escape sequences within a text: delimiters, characters by their number, and how a text is to be set.

Source: HL7 2.8.2, chapter 2.7. Highlighting says nothing that a value needs and goes; a line that begins anew is a new
line. What is no escape sequence stays as it came, so that nothing is lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HIGHLIGHTS = ("H", "N")
LINES = re.compile(r"\.(br|sp|ce)([+-]?\d*)", re.IGNORECASE)
SPACES = re.compile(r"\.sk\s*([+-]?\d*)", re.IGNORECASE)
SETTING = re.compile(r"\.(in|ti|fi|nf)\s*[+-]?\d*", re.IGNORECASE)
HEXADECIMAL = re.compile(r"X((?:[0-9A-Fa-f]{2})+)")
CHARACTER_SETS = re.compile(r"[CM][0-9A-Fa-f]{4,6}")
MOST_SPACES = 80


@dataclass(frozen=True)
class Delimiters:
    """The characters that a message is cut at, as its header says; `truncation` came with 2.7."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    truncation: str = ""

    def meant_by(self, letter: str) -> str | None:
        """The character that an escape sequence of one letter stands for."""
        known = {
            "F": self.field,
            "S": self.component,
            "R": self.repetition,
            "E": self.escape,
            "T": self.subcomponent,
            "P": self.truncation or None,
        }
        return known.get(letter)


def unescape(text: str, delimiters: Delimiters) -> str:
    """The text that is meant."""
    mark = re.escape(delimiters.escape)
    if delimiters.escape not in text:
        return text
    return re.sub(f"{mark}([^{mark}]*){mark}", lambda found: meant(found[0], found[1], delimiters), text)


def meant(whole: str, inner: str, delimiters: Delimiters) -> str:
    """What one escape sequence stands for; itself when it is none."""
    character = delimiters.meant_by(inner)
    if character is not None:
        return character
    if inner in HIGHLIGHTS or SETTING.fullmatch(inner):
        return ""
    if LINES.fullmatch(inner):
        return "\n"
    spaces = SPACES.fullmatch(inner)
    if spaces is not None:
        return " " * min(abs(int(spaces[1] or 1)), MOST_SPACES)
    numbers = HEXADECIMAL.fullmatch(inner)
    return whole if numbers is None else by_number(numbers[1])


def by_number(numbers: str) -> str:
    """Characters by their numbers: UTF-8 where they are that, else Latin-1. U+0000 cannot be kept and goes."""
    data = bytes.fromhex(numbers)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def is_known(inner: str, delimiters: Delimiters) -> bool:
    """Whether what stands between two escape characters is an escape sequence of the standard."""
    if inner in HIGHLIGHTS or delimiters.meant_by(inner) is not None:
        return True
    return any(pattern.fullmatch(inner) for pattern in (LINES, SPACES, SETTING, HEXADECIMAL, CHARACTER_SETS))


def unknown_in(text: str, delimiters: Delimiters) -> bool:
    """Whether a text holds an escape sequence that the standard does not know, or one that does not end."""
    if delimiters.escape not in text:
        return False
    pieces = text.split(delimiters.escape)
    inner = pieces[1::2]
    return len(pieces) % 2 == 0 or not all(is_known(piece, delimiters) for piece in inner)


def escape(text: str, delimiters: Delimiters) -> str:
    """A text as it may stand in a field: no delimiter, no line of its own."""
    letters = {delimiters.meant_by(letter): f"{delimiters.escape}{letter}{delimiters.escape}" for letter in "FSRETP"}
    letters |= {"\n": f"{delimiters.escape}.br{delimiters.escape}", "\r": ""}
    return "".join(letters.get(character, character) for character in text)
