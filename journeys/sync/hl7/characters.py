"""Which character set a message is in: what its header says (MSH-18, HL7 table 0211), else UTF-8, else Latin-1."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from journeys.sync.hl7.message import Finding

CHARACTER_SETS = {
    "ASCII": "ascii",
    "US-ASCII": "ascii",
    "8859/1": "iso-8859-1",
    "8859/2": "iso-8859-2",
    "8859/3": "iso-8859-3",
    "8859/4": "iso-8859-4",
    "8859/5": "iso-8859-5",
    "8859/6": "iso-8859-6",
    "8859/7": "iso-8859-7",
    "8859/8": "iso-8859-8",
    "8859/9": "iso-8859-9",
    "8859/15": "iso-8859-15",
    "ISO IR6": "ascii",
    "ISO IR14": "iso2022-jp",
    "ISO IR87": "iso2022-jp",
    "ISO IR159": "iso2022-jp-1",
    "GB 18030-2000": "gb18030",
    "KS X 1001": "euc-kr",
    "CNS 11643-1992": "big5",
    "BIG-5": "big5",
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "UTF8": "utf-8",
    "UNICODE UTF-16": "utf-16",
    "UNICODE UTF-32": "utf-32",
}
"""Python's codec by what a header may say; the names of table 0211 and what systems write besides."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""What a text may begin with that tells how it is written."""

UNKNOWN = "unknown-character-set"
MISMATCH = "character-set-mismatch"
GUESSED = "character-set-guessed"


@dataclass(frozen=True)
class Decoded:
    """The text, the codec it was read with, and what was tolerated."""

    text: str
    codec: str
    findings: tuple[Finding, ...] = ()


def decode(data: bytes, said: str | None, expected: str | None = None) -> Decoded:
    """Read bytes whose header says `said`; `expected` is what the connection says, which counts more."""
    codec = codec_of(expected) or codec_of(said)
    findings: list[Finding] = []
    if said and codec_of(said) is None:
        findings.append(Finding(UNKNOWN, "MSH-18"))
    if expected and said and codec_of(said) not in (None, codec_of(expected)):
        findings.append(Finding(MISMATCH, "MSH-18"))
    if codec is not None:
        try:
            return Decoded(data.decode(codec), codec, tuple(findings))
        except UnicodeDecodeError:
            findings.append(Finding(MISMATCH, "MSH-18"))
    try:
        return Decoded(data.decode("utf-8"), "utf-8", tuple(findings))
    except UnicodeDecodeError:
        # a message without a character set that is no UTF-8 is from a system that knows one byte a letter
        return Decoded(data.decode("latin-1"), "latin-1", (*findings, Finding(GUESSED)))


def codec_of(name: str | None) -> str | None:
    """Python's codec for the name of a character set."""
    if not name:
        return None
    plain = " ".join(name.upper().replace("ISO-8859-", "8859/").split())
    return CHARACTER_SETS.get(plain) or CHARACTER_SETS.get(plain.replace("ISO IR ", "ISO IR"))


def without_mark(data: bytes) -> bytes:
    """Bytes of a text that begins with a byte order mark, as UTF-8 without it; any others as they are."""
    for mark, codec in MARKS:
        if data.startswith(mark):
            return data.decode(codec, errors="replace").encode()
    return data
