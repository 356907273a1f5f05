"""HL7 v2 as it comes: frames, batches, delimiters, character sets, escapes, times, answers."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.sync.hl7.answering import Refusal, acknowledgement
from journeys.sync.hl7.batches import Counts, messages_in
from journeys.sync.hl7.escapes import Delimiters, escape, unescape
from journeys.sync.hl7.framing import Frames, FrameTooLarge, framed
from journeys.sync.hl7.message import NOTHING, Message
from journeys.sync.hl7.moments import day, moment
from journeys.sync.hl7.reading import Unreadable, read_message
from tests.unit.sync.messages import SARAH, header, registered

NOW = dt.datetime(2026, 5, 4, 15, tzinfo=dt.UTC)
PLAIN = Delimiters()


def read(text: str | bytes, expected: str | None = None) -> Message:
    return read_message(text if isinstance(text, bytes) else text.replace("\n", "\r").encode(), expected)


def codes(message: Message) -> list[tuple[str, str]]:
    return [(each.code, each.where) for each in message.findings]


def test_fields_repetitions_components_and_subcomponents() -> None:
    message = read(f"{header('ADT^A01', '1')}\nPID|1||7^^^A&1.2&ISO^MR~8^^^B^MR||Doe^John^^^^^^^^x&y")
    patient = message.first("PID")
    assert patient is not None
    assert [value.text(1) for value in patient.each(3)] == ["7", "8"]
    assert (patient.text(3, 4, 2), patient.text(5, 10, 2), patient.text(5, 3), patient.text(99)) == (
        *("1.2", "y"),
        *(None, None),
    )
    assert (message.code, message.trigger, message.control_id, message.sender) == ("ADT", "A01", "1", "EHR|CITY")


def test_nothing_said_is_another_thing_than_said_to_be_nothing() -> None:
    patient = read(f'{header("ADT^A01", "1")}\nPID|1||7||""|""^x').first("PID")
    assert patient is not None
    assert (patient.text(4), patient.text(5), patient.text(6), patient.text(6, 2)) == (None, NOTHING, NOTHING, "x")


def test_delimiters_are_those_of_the_header() -> None:
    message = read(r"MSH@~&#\@EHR@CITY@@@2026@@ADT~A08@9@P@2.5" + "\nPID@1@@7~~~A")
    assert (message.code, message.trigger) == ("ADT", "A08")
    assert next(message.each("PID")).text(3, 4) == "A"


@pytest.mark.parametrize("ends", ["\r", "\n", "\r\n", "\r\r\n"])
def test_any_line_end_ends_a_segment(ends: str) -> None:
    message = read(registered().replace("\n", ends).encode())
    assert [segment.name for segment in message.segments] == ["MSH", "EVN", "PID"]
    assert codes(message) == []


def test_a_line_break_within_a_text_stays_a_line_break() -> None:
    message = read(f"{header('ORU^R01', '1')}\nOBX|1|TX|N||First line\nand second|||||F")
    assert next(message.each("OBX")).one(5).whole() == "First line\nand second"
    assert codes(message) == [("line-without-segment", "OBX")]


@pytest.mark.parametrize(
    ("said", "codec", "found"),
    [
        ("UNICODE UTF-8", "utf-8", []),
        ("", "utf-8", []),
        ("8859/1", "iso-8859-1", []),
        ("ISO IR 999", "utf-8", [("unknown-character-set", "MSH-18")]),
        ("ASCII", "utf-8", [("character-set-mismatch", "MSH-18")]),
    ],
)
def test_the_character_set_is_what_the_header_says_unless_it_cannot_be(
    said: str, codec: str, found: list[tuple[str, str]]
) -> None:
    text = f"{header('ADT^A01', '1')}||||||{said}\nPID|1||7||Zörb"
    data = text.replace("\n", "\r").encode("iso-8859-1" if codec == "iso-8859-1" else "utf-8")
    message = read(data)
    assert (message.character_set, next(message.each("PID")).text(5)) == (codec, "Zörb")
    assert codes(message) == found


def test_bytes_that_are_no_utf_8_are_one_letter_each() -> None:
    message = read(f"{header('ADT^A01', '1')}\rPID|1||7||Zörb".encode("latin-1"))
    assert next(message.each("PID")).text(5) == "Zörb"
    assert codes(message) == [("character-set-guessed", "")]


def test_what_a_connection_says_of_character_sets_counts_more() -> None:
    message = read(f"{header('ADT^A01', '1')}||||||UNICODE UTF-8\rPID|1||7||Żak".encode("iso-8859-2"), "8859/2")
    assert next(message.each("PID")).text(5) == "Żak"
    assert codes(message) == [("character-set-mismatch", "MSH-18")]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", r"a|b^c&d~e" + "\\f"),
        (r"one\.br\two\.sp2\three", "one\ntwo\nthree"),
        (r"\H\hot\N\ and cold", "hot and cold"),
        ("\\.in+2\\in\\.nf\\", "in"),
        ("\\X41\\\\XC3A9\\", "Aé"),
        (r"\Z99\ stays", r"\Z99\ stays"),
        ("ends in \\", "ends in \\"),
    ],
)
def test_escapes(raw: str, text: str) -> None:
    assert unescape(raw, PLAIN) == text


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\0")))
def test_what_is_written_is_read_again(text: str) -> None:
    written = escape(text, PLAIN)
    assert not set("|^~&\n\r") & set(written)
    assert unescape(written, PLAIN) == text


@given(st.lists(st.binary(max_size=40).filter(lambda each: b"\x1c" not in each), max_size=4), st.integers(1, 9))
def test_frames_are_found_however_a_stream_is_cut(messages: list[bytes], size: int) -> None:
    stream = b"\r\n".join(framed(each) for each in messages)
    frames = Frames(1000)
    found = [frame for start in range(0, len(stream), size) for frame in frames.take(stream[start : start + size])]
    assert found == messages
    assert frames.outside == 0


def test_a_frame_without_an_end_is_given_up_and_noise_is_counted() -> None:
    frames = Frames(10)
    assert frames.take(b"noise") == []
    assert frames.outside == 5
    with pytest.raises(FrameTooLarge):
        frames.take(b"\x0b" + b"x" * 20)


@given(st.integers(1, 60))
def test_a_batch_is_the_same_however_it_is_read(size: int) -> None:
    one, two = registered("1").replace("\n", "\r"), registered("2").replace("\n", "\r")
    whole = f"FHS|^~\\&|X\rBHS|^~\\&|X\r{one}\rMSH|^~\r{two}\rBTS|5\rFTS|1\r".encode()
    counts = Counts()
    found = list(messages_in([whole[start : start + size] for start in range(0, len(whole), size)], counts))
    assert [piece.data for piece in found] == [one.encode(), b"MSH|^~", two.encode()]
    assert (counts.messages, counts.wrong) == (3, 1)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("19740305", "1974-03-05"),
        ("1974", "1974"),
        ("197413", None),
        ("20260501100000-0400", "2026-05-01T14:00:00Z"),
        ("202605011000", "2026-05-01T14:00:00Z"),
        ("2026-05-01T10:00:00", "2026-05-01T14:00:00Z"),
        ("2026050110", "2026-05-01T14:00:00Z"),
        ("20260501100000.25+0000", "2026-05-01T10:00:00.250000Z"),
        # the clocks jump from 2 to 3: the first instant after the gap
        ("20260308023000", "2026-03-08T07:00:00Z"),
        # the clocks go back: the first of both
        ("20261101013000", "2026-11-01T05:30:00Z"),
        ("20261301", None),
        ("tomorrow", None),
    ],
)
def test_times(text: str, read_as: str | None) -> None:
    assert moment(text, "America/New_York") == read_as


def test_days_of_times() -> None:
    assert (day("198807050000"), day(None), day("19880230")) == ("1988-07-05", None, None)


def test_an_answer_goes_back_to_whoever_sent_the_message() -> None:
    answer = acknowledgement(read(registered("A|7")), NOW, "W1").decode().split("\r")
    assert answer[0].startswith(r"MSH|^~\&|WAYMARK|CLINIC|EHR|CITY|20260504150000+0000||ACK^A28^ACK|W1|")
    assert answer[1] == "MSA|AA|A"


def test_a_refusal_says_why() -> None:
    answer = acknowledgement(read(registered()), NOW, "W1", Refusal("200", "is of a kind")).decode().split("\r")
    assert answer[1:3] == ["MSA|AR|A1|is of a kind", "ERR|||200^^HL70357|E||||is of a kind"]
    assert acknowledgement(None, NOW, "W1", Refusal("100", "is empty")).decode().split("\r")[1] == "MSA|AR||is empty"


@pytest.mark.parametrize(
    ("asked", "refused", "code"), [("AL", False, "CA"), ("AL", True, "CR"), ("NE", False, ""), ("ER", False, "")]
)
def test_enhanced_mode(asked: str, refused: bool, code: str) -> None:
    message = read(f"{header('ADT^A01', '1')}|||{asked}\n{SARAH}")
    answer = acknowledgement(message, NOW, "W1", Refusal("200", "no") if refused else None).decode()
    assert (f"MSA|{code}|1" in answer) if code else answer == ""


def test_what_cannot_be_a_message_says_why() -> None:
    for data, code in ((b"", "empty"), (b"MSH|^~", "header-too-short"), (b"EVN|A01\r", "no-header")):
        with pytest.raises(Unreadable) as refused:
            read_message(data)
        assert refused.value.code == code
