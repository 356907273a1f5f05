"""What a patient's word means when it is the whole message; the words themselves are data, in keywords.yaml."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import yaml

STOP = "stop"
WRONG_NUMBER = "wrong-number"
START = "start"
HELP = "help"
CONFIRM = "confirm"
DECLINE = "decline"

WORDS: dict[str, dict[str, list[str]]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
"""Meaning → language → words."""

SIGNS = {"🛑": " stop ", "✋": " stop ", "👍": " yes ", "👎": " no "}
"""Signs that say a word."""

LOOKALIKES = str.maketrans("авекмнорстухѕіјο", "abekmhopctyxsijo")
"""Letters of other alphabets that look Latin."""


def normalise(text: str) -> str:
    """The text as it is compared: one form, small letters, no accents, no punctuation, no signs, single spaces."""
    for sign, word in SIGNS.items():
        text = text.replace(sign, word)
    plain = unicodedata.normalize("NFKC", text).casefold()
    apart = unicodedata.normalize("NFKD", plain)
    kept = "".join(letter if is_kept(letter) else gap(letter) for letter in apart)
    return " ".join(unicodedata.normalize("NFC", kept).split())


def is_kept(letter: str) -> bool:
    """Letters and digits stay, and the vowel signs of scripts that are not read without them."""
    return letter.isalnum() or (unicodedata.combining(letter) == 0 and unicodedata.category(letter) in {"Mc", "Mn"})


def gap(letter: str) -> str:
    """What takes the place of a letter that goes: nothing for accents and apostrophes, a space for the rest."""
    if unicodedata.combining(letter) or letter in "'’‘`´" or unicodedata.category(letter) == "Cf":
        return ""
    return " "


def meanings() -> dict[str, str]:
    """The words as they are compared → what they mean."""
    found: dict[str, str] = {}
    for meaning, by_language in WORDS.items():
        for words in by_language.values():
            for word in words:
                found.setdefault(normalise(word), meaning)
    return found


MEANINGS = meanings()


def kind_of(plain: str) -> str | None:
    """What a whole message (already normalised) means by itself, or None; look-alike letters do not hide a word."""
    return MEANINGS.get(plain) or MEANINGS.get(plain.translate(LOOKALIKES))
