"""Cells that spreadsheets must not run, whatever sign separates cells there, and their way back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.foundation.spreadsheets import as_it_was, harmless

RUNNING = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
TEXTS = st.text(st.sampled_from("=+-@\uff1d;, \t\r\n\"'x\u00a0\ufeff"), max_size=12)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("  =1", "  '=1"),
        ("\n@SUM(A1)", "'\n'@SUM(A1)"),
        ("\uff1d1", "'\uff1d1"),
        ('x;=HYPERLINK("https://example.org")', 'x;\'=HYPERLINK("https://example.org")'),
        ("x; \t+1", "x; \t'+1"),
        ('x;"=A1', "x;\"'=A1"),
        ("one\ttwo\t-2", "one\ttwo\t'-2"),
        ("\tx", "'\tx"),
        ("a - b = c; d", "a - b = c; d"),
        ("", ""),
    ],
)
def test_what_would_run_is_quoted(text: str, cell: str) -> None:
    assert harmless(text) == cell
    assert as_it_was(cell) == text


@given(TEXTS)
def test_no_cell_runs_whatever_separates_cells(text: str) -> None:
    target = io.StringIO(newline="")
    csv.writer(target).writerow(["name", harmless(text)])
    for separator in (",", ";", "\t"):
        for row in csv.reader(io.StringIO(target.getvalue(), newline=""), delimiter=separator):
            assert not any(cell.lstrip(" \t\r\n\u00a0\ufeff").startswith(RUNNING) for cell in row)


@given(TEXTS.filter(lambda text: "'" not in text))
def test_it_comes_back_as_it_was(text: str) -> None:
    assert as_it_was(harmless(text)) == text
