"""Messages that nobody here wrote: each is applied, set aside or refused with a reason; none is lost or taken twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.foundation.database import WORKER, connect, sessions
from journeys.store import InterfaceMessage
from journeys.sync.apply_messages import apply_messages
from journeys.sync.hl7.batches import messages_in
from journeys.sync.hl7.message import Message
from journeys.sync.hl7.reading import Unreadable, read_message
from journeys.sync.keep_connection import Plan, keep_connection
from journeys.sync.receive_message import receive_message
from tests.make import branch
from tests.servers import Database

HL7 = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "hl7v2"
FOUND = {
    "MLLP_FRAMING_STRIPPED": "frame-taken-off",
    "FIELD_WHITESPACE_TRIMMED": "spaces-around-a-value",
    "UNKNOWN_ESCAPE_SEQUENCE": "unknown-escape-sequence",
    "UNKNOWN_SEGMENT": "unknown-segment",
    "UNKNOWN_CHARSET": "unknown-character-set",
    "SEGMENT_CASE": "segment-name-in-small-letters",
    "OUT_OF_ORDER_SEGMENT": "event-after-patient",
    "MISSING_REQUIRED_FIELD": "no-message-kind",
}
"""What the material's README expects to be noticed, by what it is called here."""

FATAL = {
    "NO_MSH_SEGMENT": "no-header",
    "MSH_TOO_SHORT": "header-too-short",
    "INVALID_ENCODING_CHARACTERS": "delimiters",
    "EMPTY_INPUT": "empty",
}

pytestmark = pytest.mark.skipif(not HL7.is_dir(), reason="the independent material is not here")


def code_of(path: Path) -> str:
    return path.stem.replace("-", "_").upper()


def files(folder: str) -> list[Path]:
    return sorted((HL7 / "cosyte" / folder).glob("*.hl7"))


def one(path: Path, expected: str | None = None) -> Message:
    return read_message(path.read_bytes(), expected)


def test_what_cannot_be_a_message_is_refused_for_the_reason_that_it_shows() -> None:
    for path in files("malformed"):
        with pytest.raises(Unreadable) as refused:
            one(path)
        assert refused.value.code == FATAL[code_of(path)]


def test_quirks_are_read_and_noticed() -> None:
    for path in files("vendor-quirks"):
        wanted = FOUND.get(code_of(path))
        found = {each.code for each in one(path).findings}
        assert wanted is None or wanted in found, path.name
    mismatch = one(HL7 / "cosyte" / "vendor-quirks" / "encoding-mismatch.hl7", "ASCII")
    assert "character-set-mismatch" in {each.code for each in mismatch.findings}


def test_line_ends_are_nothing_to_notice() -> None:
    for name in ("lf-line-endings", "crlf-line-endings", "mixed-line-endings", "trailing-newline"):
        message = one(HL7 / "cosyte" / "edge-cases" / f"{name}.hl7")
        assert ([each.name for each in message.segments][:3], message.findings) == (["MSH", "EVN", "PID"], ())


def test_values_are_read_as_they_are_meant() -> None:
    def field(name: str, segment: str, number: int, component: int = 1, subcomponent: int = 1) -> str | None:
        found = one(HL7 / "cosyte" / name).first(segment)
        assert found is not None
        return found.text(number, component, subcomponent)

    assert field("edge-cases/truncation-char-msh2.hl7", "OBX", 5) == "truncated#at end"
    assert field("edge-cases/embedded-delimiters.hl7", "PID", 5) == "Smith|Jones"
    assert field("edge-cases/decoded-br.hl7", "OBX", 5) == (
        "Specimen received.\nGross examination normal.\nMicroscopic examination pending."
    )
    assert field("canonical/nested-subcomponents.hl7", "PID", 5, 8, 2) == "Jones"
    assert field("charset/utf8-name.hl7", "PID", 5, 2) == "Renée"
    assert field("text/hex-and-delimiters.hl7", "OBX", 5) == "Ratio 1^128 and unit mg|dL ends with !"


@pytest.mark.parametrize(
    ("name", "count"),
    [("bare-message", 1), ("count-mismatch", 2), ("malformed-mid-batch", 3), ("multi-batch-file", 3)],
)
def test_batches_are_cut_into_their_messages(name: str, count: int) -> None:
    data = (HL7 / "cosyte" / "batch" / f"{name}.hl7").read_bytes()
    assert len(list(messages_in([data]))) == count


@pytest.fixture
def bring(database: Database) -> Iterator[Callable[[list[bytes]], list[InterfaceMessage]]]:
    engine = connect(database.url, WORKER)
    make = sessions(engine)
    house = House(make, ring=lambda name: None)

    def an_act() -> Act:
        return Act(datetime(2026, 5, 4, 15, tzinfo=UTC), "test:hl7", EVERYWHERE, "care")

    with make.begin() as session:
        branch(session)
    number = act(house, an_act(), keep_connection, Plan("city", {"en": "City"}, "riverside"))

    def bring(messages: list[bytes]) -> list[InterfaceMessage]:
        for data in messages:
            act(house, an_act(), receive_message, number, data)
        while apply_messages(house, an_act):
            pass
        with make.begin() as session:
            kept: Any = session.scalars(select(InterfaceMessage)).all()
            session.expunge_all()
            return list(kept)

    yield bring
    engine.dispose()


@pytest.mark.store
def test_every_message_ends_somewhere(bring: Callable[[list[bytes]], list[InterfaceMessage]]) -> None:
    paths = sorted(HL7.rglob("*.hl7")) + sorted(HL7.rglob("*.ndhl7"))
    messages = [piece.data for path in paths for piece in messages_in([path.read_bytes()])]
    kept = bring(messages)
    assert sum(1 + each.repeats for each in kept) == len(messages)
    outcomes = Counter(each.status for each in kept)
    assert outcomes["waiting"] == 0
    assert all(each.problems for each in kept if each.status != "applied")
    assert outcomes["applied"] >= 0.9 * len(kept)
