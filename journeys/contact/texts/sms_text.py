"""How many text messages a text makes: 160 characters of the short alphabet (GSM 03.38), 70 of any other."""

from __future__ import annotations

from dataclasses import dataclass

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
"""Characters of the short alphabet that take two places."""

MOST_PARTS = 3
"""How many text messages one text may become at its longest."""

SAYS_THE_SAME = {
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "–": "-",
    "—": "-",
    "…": "...",
    "•": "-",
    "\u00a0": " ",
    "\u202f": " ",
    "\t": " ",
    "`": "'",
    "´": "'",
}
"""Characters that writing programs put in, and what says the same in the short alphabet."""

SHORT_ALPHABET = (160, 153)
ANY_ALPHABET = (70, 67)
"""How many places a single message has, and each of several that belong together."""


@dataclass(frozen=True)
class Measure:
    """How long a text is: its alphabet (GSM-7 or UCS-2), places, messages, and the first character outside GSM-7."""

    alphabet: str
    units: int
    parts: int
    forced_by: str | None


def measure(text: str) -> Measure:
    """Measure a text."""
    forced_by = next((letter for letter in text if letter not in GSM and letter not in GSM_EXTENDED), None)
    if forced_by is None:
        sizes = [2 if letter in GSM_EXTENDED else 1 for letter in text]
        return Measure("GSM-7", sum(sizes), parts_of(sizes, SHORT_ALPHABET), None)
    sizes = [len(letter.encode("utf-16-be")) // 2 for letter in text]
    return Measure("UCS-2", sum(sizes), parts_of(sizes, ANY_ALPHABET), forced_by)


def parts_of(sizes: list[int], places: tuple[int, int]) -> int:
    """How many messages hold these characters; one that takes two places is never cut in two."""
    single, each = places
    if sum(sizes) <= single:
        return 1
    parts, left = 1, each
    for size in sizes:
        if size > left:
            parts, left = parts + 1, each
        left -= size
    return parts


def is_short(text: str) -> bool:
    """Whether the short alphabet holds every letter of a text."""
    return all(letter in GSM or letter in GSM_EXTENDED for letter in text)
