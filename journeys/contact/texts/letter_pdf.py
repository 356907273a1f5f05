"""Letters as one PDF: each on pages of its own, its address where a window envelope shows it, any script rightly
joined and directed."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.resources import files

from babel import Locale
from fpdf import FPDF

# what it says at DEBUG and INFO is about fonts, line by line
logging.getLogger("fontTools").setLevel(logging.ERROR)

FONT, ARABIC = "letter", "letter-arabic"
FILES = {
    FONT: ("fontpkg_noto_sans", "NotoSans[wdth,wght].ttf"),
    ARABIC: ("fontpkg_noto_sans_arabic", "NotoSansArabic[wdth,wght].ttf"),
}
"""Noto (OFL): Latin, Greek and Cyrillic with every accent, Devanagari; Arabic. Other scripts have no letters here."""

SIZE = 10.5
"""Points, one size for all: fpdf2 2.8 draws in the size before where a line falls back to another font."""

LINE = 5.5
MARGIN = 25.0
WINDOW = (20.0, 50.0, 85.0)
"""Millimetres from the left and the top, and the width: inside the window of DIN 680 and of US no. 10 envelopes."""

BODY = 105.0
FORMATS = {"A4": "A4", "letter": "letter"}


@dataclass(frozen=True)
class Sheet:
    """One letter: in which language, from whom, to whom, when, what it says. Addresses have a line for each line."""

    language: str
    sender: str = field(repr=False)
    name: str = field(repr=False)
    address: str = field(repr=False)
    day: str = ""
    subject: str = field(default="", repr=False)
    body: str = field(default="", repr=False)


def letters_pdf(sheets: Iterable[Sheet], paper: str = "A4") -> bytes:
    """The file. `paper` is one of FORMATS."""
    pdf = FPDF(format=FORMATS[paper])
    pdf.set_margin(MARGIN)
    pdf.set_auto_page_break(True, MARGIN)
    for name, (package, file) in FILES.items():
        pdf.add_font(name, fname=str(files(package) / "files" / file))
    pdf.set_fallback_fonts([ARABIC])
    for sheet in sheets:
        write(pdf, sheet)
    return bytes(pdf.output())


def write(pdf: FPDF, sheet: Sheet) -> None:
    """One letter, from a page of its own on."""
    is_rtl = Locale.parse(sheet.language, sep="-").text_direction == "rtl"
    side = "R" if is_rtl else "L"
    pdf.add_page()
    left, top, width = WINDOW
    directed(pdf, is_rtl=False)
    pdf.set_font(FONT, size=SIZE)
    pdf.set_xy(left, top - 1.5 * LINE)
    pdf.cell(width, LINE, sheet.sender, border="B")
    pdf.set_xy(left, top)
    pdf.multi_cell(width, LINE, f"{sheet.name}\n{sheet.address}", align="L")
    directed(pdf, is_rtl)
    pdf.set_xy(MARGIN, BODY - 3 * LINE)
    pdf.multi_cell(0, LINE, sheet.day, align="L" if is_rtl else "R", new_x="LMARGIN", new_y="NEXT")
    pdf.set_xy(MARGIN, BODY)
    if sheet.subject:
        pdf.multi_cell(0, LINE, sheet.subject, align=side, border="B", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(LINE)
    for paragraph in sheet.body.splitlines():
        if paragraph.strip():
            pdf.multi_cell(0, LINE, paragraph, align=side, new_x="LMARGIN", new_y="NEXT")
        else:
            pdf.ln(LINE)


def directed(pdf: FPDF, is_rtl: bool) -> None:
    """Join letters as their script wants it, and read from that side where a line says no other."""
    pdf.set_text_shaping(True, direction="rtl" if is_rtl else "ltr")
