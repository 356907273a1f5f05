"""Texts in the cells of exported files, so that no spreadsheet runs them as a formula, and what they were before.

A spreadsheet that separates cells by semicolons or tabs (Excel in Spanish) makes cells of its own out of one text, and
passes over quotation marks at their beginning: what begins a formula is looked for after each of these signs too
(OWASP, CSV injection).
"""

from __future__ import annotations

import re

BEGINNING = r"""((?:^|[;\t\r\n])[\s";\ufeff]*+)"""
SIGNS = "[=+\\-@\uff1d\uff0b\uff0d\uff20]"
"""What begins a formula, in both widths."""

# each match takes all that may stand before a cell's first sign, so that a long text is walked once
MAY_RUN = re.compile(f"{BEGINNING}({SIGNS})?")
QUOTED = re.compile(f"{BEGINNING}(?:'(?={SIGNS}))?")
BLANK_STARTS = ("\t", "\r", "\n")


def harmless(text: str) -> str:
    """The text with an apostrophe before each sign that would begin a formula, and before a leading tab or new line."""
    quoted = MAY_RUN.sub(lambda found: f"{found[1]}'{found[2]}" if found[2] else found[1], text)
    return f"'{quoted}" if quoted.startswith(BLANK_STARTS) else quoted


def as_it_was(text: str) -> str:
    """The text without the apostrophes of `harmless`."""
    bare = text[1:] if text.startswith("'") and text[1:].startswith(BLANK_STARTS) else text
    return QUOTED.sub(lambda found: found[1], bare)
