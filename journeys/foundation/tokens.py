"""Blind tokens: people are found through keyed hashes of normalised words, never through plain text.

A token is the first 12 bytes of HMAC-SHA-256 under the ring's index key of `kind|value`. Who has the database but not
the key learns which rows share a token and how often, nothing else; that leak is accepted for names, numbers and
identifiers and never taken for health facts."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Iterator

import jellyfish
import phonenumbers

from journeys.foundation.secrets import VAULT

LENGTH = 12
PREFIXES = (3, 4, 5, 6)

WORD = "word"
PREFIX = "prefix"
SOUND = "sound"
PHONE = "phone"
EMAIL = "email"
IDENTIFIER = "identifier"


def blind(kind: str, value: str) -> bytes:
    """The token of one normalised value."""
    key = VAULT.ring().index_key
    return hmac.new(key, f"{kind}|{value}".encode(), hashlib.sha256).digest()[:LENGTH]


def words_of(name: str) -> list[str]:
    """The words of a name: accents, case and punctuation dropped, split at everything that is not a letter or digit."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter))
    return kept.split()


def name_tokens(name: str) -> Iterator[tuple[str, bytes]]:
    """(kind, token) of every word of a name: whole, its prefixes of 3 to 6 letters, its sound (metaphone)."""
    for word in words_of(name):
        yield WORD, blind(WORD, word)
        for length in PREFIXES:
            if len(word) > length:
                yield PREFIX, blind(PREFIX, word[:length])
        sound = jellyfish.metaphone(word)
        if sound:
            yield SOUND, blind(SOUND, sound)


def search_word(word: str) -> list[tuple[str, bytes]]:
    """The tokens under which a typed word (already one of `words_of`) finds people: whole, or as a beginning."""
    found = [(WORD, blind(WORD, word))]
    if len(word) >= PREFIXES[0]:
        found.append((PREFIX, blind(PREFIX, word[: PREFIXES[-1]])))
    return found


def phone_number(text: str, region: str) -> str | None:
    """A phone number in E.164, read with the region's habits ("US"); None when it cannot be one."""
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def phone_token(text: str, region: str) -> tuple[str, bytes] | None:
    """The token of a phone number, or None when it cannot be one."""
    number = phone_number(text, region)
    return None if number is None else (PHONE, blind(PHONE, number))


def email_token(text: str) -> tuple[str, bytes]:
    """The token of an e-mail address."""
    return EMAIL, blind(EMAIL, unicodedata.normalize("NFC", text.strip().casefold()))


def identifier_token(value: str) -> tuple[str, bytes]:
    """The token of an identifier, whoever issued it: people type the number, not the issuer."""
    return IDENTIFIER, blind(IDENTIFIER, "".join(words_of(value)))
