"""How many text messages a text makes, against an oracle that counts by other means; and that a worst case is one."""

import math
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.contact.texts import merge
from journeys.contact.texts.merge_fields import MERGE_FIELDS
from journeys.contact.texts.sms_text import SAYS_THE_SAME, is_short, measure
from journeys.contact.texts.worst_case import values_of, worst_case

# 3GPP TS 23.038, 6.2.1, as its table is printed: rows of sixteen code points, 0x1B leads to the extension table
TABLE = """
0040 00A3 0024 00A5 00E8 00E9 00F9 00EC 00F2 00C7 000A 00D8 00F8 000D 00C5 00E5
0394 005F 03A6 0393 039B 03A9 03A0 03A8 03A3 0398 039E ____ 00C6 00E6 00DF 00C9
0020 0021 0022 0023 00A4 0025 0026 0027 0028 0029 002A 002B 002C 002D 002E 002F
0030 0031 0032 0033 0034 0035 0036 0037 0038 0039 003A 003B 003C 003D 003E 003F
00A1 0041 0042 0043 0044 0045 0046 0047 0048 0049 004A 004B 004C 004D 004E 004F
0050 0051 0052 0053 0054 0055 0056 0057 0058 0059 005A 00C4 00D6 00D1 00DC 00A7
00BF 0061 0062 0063 0064 0065 0066 0067 0068 0069 006A 006B 006C 006D 006E 006F
0070 0071 0072 0073 0074 0075 0076 0077 0078 0079 007A 00E4 00F6 00F1 00FC 00E0
"""
BASIC = {chr(int(code, 16)) for code in TABLE.split() if code != "____"}
EXTENSION = set("\x0c^{}\\[~]|€")

SHORT = st.text(st.sampled_from(sorted(BASIC)))
MIXED = st.text(st.sampled_from([*sorted(BASIC), *sorted(EXTENSION), *sorted(EXTENSION)]), max_size=400)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=160)


def oracle(text):
    """(alphabet, places, messages): the fewest messages into which the text can be cut between its letters."""
    is_gsm = set(text) <= BASIC | EXTENSION
    sizes = [1 + (letter in EXTENSION) if is_gsm else 1 + (ord(letter) > 0xFFFF) for letter in text]
    single, each = (160, 153) if is_gsm else (70, 67)
    places = sum(sizes)
    return ("GSM-7" if is_gsm else "UCS-2", places, 1 if places <= single else fewest(tuple(sizes), each))


def fewest(sizes, capacity):
    """The fewest runs of letters that each fit, by trying every cut (dynamic programming, from the end)."""
    best = [math.inf] * len(sizes) + [0]
    for start in reversed(range(len(sizes))):
        held = 0
        for end in range(start, len(sizes)):
            held += sizes[end]
            if held > capacity:
                break
            best[start] = min(best[start], 1 + best[end + 1])
    return best[0]


def test_the_table_has_every_place():
    assert len(BASIC) == 127


@given(st.one_of(MIXED, ANY))
def test_length_is_what_the_oracle_counts(text):
    size = measure(text)
    assert (size.alphabet, size.units, size.parts) == oracle(text)
    assert (size.forced_by is None) == (size.alphabet == "GSM-7")
    assert size.forced_by is None or (size.forced_by in text and not is_short(size.forced_by))


@given(MIXED, st.sampled_from(sorted(BASIC | EXTENSION)))
def test_a_longer_text_is_never_fewer_messages(text, letter):
    assert measure(text + letter).parts >= measure(text).parts


def test_what_says_the_same_is_in_the_short_alphabet():
    assert {letter for letter in SAYS_THE_SAME if is_short(letter)} == set()
    assert all(is_short(instead) for instead in SAYS_THE_SAME.values())


@cache
def of_length(most):
    """Values up to a length, in the short alphabet or in any."""
    short = st.text(st.sampled_from(sorted(BASIC)), min_size=1, max_size=most)
    return st.one_of(short, st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=most))


@pytest.mark.parametrize("language", ["en", "es"])
@given(data=st.data())
def test_no_values_make_a_text_longer_than_its_worst_case(language, data):
    names = data.draw(st.lists(st.sampled_from(sorted(MERGE_FIELDS)), max_size=4))
    literal = data.draw(st.text(st.sampled_from(sorted(BASIC - set("{}"))), max_size=120))
    text = merge.parse(literal + " ".join(f"{{{{{name}}}}}" for name in names))
    values = {}
    for name in names:
        field = MERGE_FIELDS[name]
        value = st.sampled_from(values_of(field, language)) if field.ways else of_length(field.longest)
        values[name] = data.draw(value) or "x"
        if not field.is_any and not field.ways and not is_short(values[name]):
            values[name] = "x" * field.longest
    filled = measure(merge.fill(text, values))
    case = worst_case(text, MERGE_FIELDS, language)
    assert filled.parts <= case.worst.parts
    assert filled.forced_by is not None or filled.parts <= case.usual.parts
