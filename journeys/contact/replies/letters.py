"""Letters as they are compared: one form for what is written alike, and the readings of a word that was disguised."""

from __future__ import annotations

import re
import unicodedata

SIGNS = {
    **dict.fromkeys("🛑✋🚫⛔🙅", " stop "),
    **dict.fromkeys("👍✅✔☑👌🆗", " yes "),
    **dict.fromkeys("👎❌✖❎", " no "),
}
"""Signs that say a word."""

UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
"""What no screen shows (Default_Ignorable_Code_Point of Unicode): joiners, fillers, marks of direction and of style."""

UNMARKED = {
    **str.maketrans("đðøłıħŧ", "ddoliht"),
    **str.maketrans("ىةکیہھ", "يهكيهه", "ـ"),
}
"""Letters that no decomposition makes plain, and the line that only stretches an Arabic word."""

ALPHABET = "abcdefghijklmnopqrstuvwxyz"
BOXED = {
    start + place: letter
    for start in (0x1F150, 0x1F170, 0x1F1E6)
    for place, letter in enumerate(ALPHABET)
    if chr(start + place) not in SIGNS
}
"""Letters in black circles and boxes, and those that flags are made of."""

SMALL_CAPITALS = str.maketrans("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz")
CYRILLIC = str.maketrans("авекмнорстухѕіјԁһӏԛԝ", "abekmhopctyxsijdhlqw")
GREEK = str.maketrans("αβεζηικμνορτυχ", "abezhikmnoptyx")
ARMENIAN = str.maketrans("օսոհցզտ", "ounhgqs")
CHEROKEE = str.maketrans("ᏚᎢᎪᏢᎡᏟ", "stapec")
ALIKE = {**SMALL_CAPITALS, **CYRILLIC, **GREEK, **ARMENIAN, **CHEROKEE}
"""Letters of other alphabets that look Latin, in capitals or small."""

DIGITS = str.maketrans("013457", "oieast")
"""Digits that stand for letters in a word."""

SPELLED = re.compile(r"(?<!\S)(?:[^\W\d_] )+[^\W\d_](?!\S)")
REPEATED = re.compile(r"([^\W\d_])\1+")
SHORTEST = 3
"""Letters of a word that is still the same with some of them doubled."""


def normalise(text: str) -> str:
    """The text as it is compared: one form, small letters, plain digits, no accents, no punctuation, no signs but those
    that say a word, single spaces."""
    seen = UNSEEN.sub("", text)
    for sign, word in SIGNS.items():
        seen = seen.replace(sign, word)
    plain = unicodedata.normalize("NFKC", seen.translate(BOXED)).casefold()
    apart = unicodedata.normalize("NFKD", plain).translate(UNMARKED)
    kept = "".join(kept_of(letter) for letter in apart)
    return " ".join(unicodedata.normalize("NFC", kept).split())


def kept_of(letter: str) -> str:
    """What stays of a letter: digits of every script as ours, letters, and the vowel signs of scripts that are not read
    without them; nothing of accents and apostrophes, a space for the rest."""
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    category = unicodedata.category(letter)
    if letter.isalnum() or (unicodedata.combining(letter) == 0 and category in {"Mc", "Mn"}):
        return letter
    is_part = unicodedata.combining(letter) or letter in "'’‘`´ʼ" or category in {"Cf", "Me"}
    return "" if is_part else " "


def readings(plain: str) -> tuple[str, ...]:
    """A normalised text, and what it reads as where letters are look-alikes, digits, or spelled one by one."""
    latin = plain.translate(ALIKE)
    worded = " ".join(word.translate(DIGITS) if has_letters(word) else word for word in latin.split())
    spelled = SPELLED.sub(lambda found: found[0].replace(" ", ""), worded)
    return tuple(dict.fromkeys((plain, latin, worded, spelled)))


def has_letters(word: str) -> bool:
    """Whether anything but digits is in a word."""
    return not word.isdecimal() and any(letter.isalpha() for letter in word)


def squeezed(plain: str) -> str:
    """A text without doubled letters (STOPPP), as far as words stay long enough to be told apart."""
    return " ".join(single if len(single := REPEATED.sub(r"\1", word)) >= SHORTEST else word for word in plain.split())
