"""What an import can read: JSON that means one thing, lines, documents, bundles of any size, .gz, .zip, folders."""

import gzip
import io
import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.foundation.errors import Invalid
from journeys.store.importing import containers, received
from journeys.store.importing.bundle_entries import Broken, Cutter
from journeys.store.importing.containers import places_of
from journeys.store.importing.received import Received, Rejection, read
from journeys.store.importing.safe_json import UnsafeJson, parse

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


def everything(*paths: Path) -> list[Received | Rejection]:
    return [each for place in places_of(paths) for each in read(place)]


def ids(*paths: Path) -> list[str]:
    return [each.outside_id for each in everything(*paths) if isinstance(each, Received)]


def said(*paths: Path) -> list[str]:
    return [f"{each.place}: {each.problems[0].says}" for each in everything(*paths) if isinstance(each, Rejection)]


def resource(number: Any) -> dict[str, Any]:
    return {"resourceType": "Basic", "id": f"r{number}", "note": 'a "quoted" [bracket] \\'}


@given(VALUES, st.booleans())
def test_whatever_json_means_is_kept(value: Any, spaced: bool) -> None:
    text = json.dumps(value, indent=1 if spaced else None).encode()
    parsed, written = parse(text)
    assert parsed == value
    assert orjson.loads(written) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"consent": "no", "consent": "yes"}', "the same key twice"),
        ('{"a": [{"b": 1, "b": 1}]}', "the same key twice"),
        ('{"a": NaN}', "NaN"),
        ('{"a": -Infinity}', "NaN"),
        ('{"a": "x\\u0000y"}', "U+0000"),
        ('{"a\\u0000": 1}', "U+0000"),
        ('{"a": "\\ud800"}', "half a character"),
        ('{"a": ' + "[" * 300 + "]" * 300 + "}", "nested too deeply"),
        ("[" * 100_000, "is not JSON"),
        ('{"a": ' + "9" * 5000 + "}", "is not JSON"),
        ('{"a": 1', "is not JSON"),
        ("", "is not JSON"),
        (b'{"a": "\xff"}', "is not JSON"),
    ],
)
def test_json_that_means_several_things_or_cannot_be_stored_is_refused(text: str | bytes, reason: str) -> None:
    with pytest.raises(UnsafeJson, match=reason.replace("+", r"\+")):
        parse(text if isinstance(text, bytes) else text.encode())


def test_an_escaped_backslash_before_u0000_is_only_text() -> None:
    value, written = parse(rb'{"a": "\\u0000"}')
    assert value == {"a": "\\u0000"}
    assert orjson.loads(written) == value


@given(st.lists(VALUES.filter(lambda value: isinstance(value, dict | list)), max_size=6), st.integers(1, 40), st.data())
def test_a_bundle_is_cut_into_its_entries_wherever_the_chunks_end(
    entries: list[Any], chunk: int, data: st.DataObject
) -> None:
    around = {"resourceType": "Bundle", "link": [{"entry": [1]}], "entry": entries, "x": {"entry": [{"no": 1}]}}
    keys = data.draw(st.permutations(list(around)))
    text = json.dumps({key: around[key] for key in keys}, indent=data.draw(st.sampled_from([None, 2]))).encode()
    cutter = Cutter(Dripping(text, chunk), limit=1 << 20)
    assert [json.loads(entry) for entry in cutter.entries()] == entries
    assert cutter.resource_type == "Bundle"


def test_memory_holds_one_entry_of_a_bundle_however_large_it_is() -> None:
    entry = json.dumps({"resource": {**resource(1), "note": "x" * 5000}}).encode()

    class Endless(io.RawIOBase):
        """40 MB of a Bundle that is made while it is read."""

        left = 8000

        def read(self, size: int = -1) -> bytes:
            if self.left < 0:
                return b""
            self.left -= 40
            opening = b'{"resourceType": "Bundle", "entry": [' if self.left == 7960 else b""
            return opening + (entry + b",") * 40 if self.left >= 0 else entry + b"]}"

    tracemalloc.start()
    try:
        count = sum(1 for _ in Cutter(Endless(), limit=1 << 20).entries())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 8001
    assert peak < 4_000_000


class Dripping(io.BytesIO):
    """A stream that never gives more than a few bytes at once."""

    def __init__(self, content: bytes, chunk: int) -> None:
        super().__init__(content)
        self.chunk = chunk

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self.chunk)


def test_a_bundle_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    whole = json.dumps({"resourceType": "Bundle", "entry": [{"resource": resource(number)} for number in range(3)]})
    path = tmp_path / "broken.json"
    path.write_text(whole[: whole.index('"r2"')])
    assert ids(path) == ["r0", "r1"]
    assert said(path) == ["broken.json: ends in the middle"]


def test_an_entry_that_is_too_large_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps({"resourceType": "Bundle", "entry": [{"x": "y" * 600_000}]}).encode()
    with pytest.raises(Broken, match="larger than an import takes"):
        list(Cutter(io.BytesIO(text), limit=1000).entries())


def test_a_line_that_is_too_long_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(received, "LIMIT", 2000)
    path = tmp_path / "long.ndjson"
    lines = [resource(1), {**resource(2), "note": "x" * 9000}, resource(3)]
    path.write_text("\n".join(map(json.dumps, lines)))
    assert ids(path) == ["r1", "r3"]
    assert said(path) == ["long.ndjson line 2: is larger than an import takes"]


def test_every_container_is_read(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps(resource(number)) for number in range(2)).encode()
    pretty = json.dumps(resource("pretty"), indent=2).encode()
    bundle = json.dumps({"resourceType": "Bundle", "entry": [{"resource": resource("bundled")}]}, indent=1).encode()
    folder = tmp_path / "delivery"
    (folder / "inner").mkdir(parents=True)
    (folder / ".hidden").write_bytes(b"no")
    (folder / "lines.ndjson.gz").write_bytes(gzip.compress(lines))
    (folder / "inner" / "one.json").write_bytes(b"\xef\xbb\xbf" + pretty)
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        archive.writestr("bundle.json", bundle)
        archive.writestr("../evil/lines.json.gz", gzip.compress(lines))
    found = everything(folder)
    assert sorted(each.outside_id for each in found if isinstance(each, Received)) == sorted(
        ["r0", "r1", "r0", "r1", "rpretty", "rbundled"]
    )
    assert said(folder) == []
    assert "delivery/all.zip/bundle.json entry 1" in [each.place for each in found]


def test_what_others_refer_to_is_read_first(tmp_path: Path) -> None:
    for name, kind in (("a", "Observation"), ("b", "Patient"), ("c", "Organization"), ("d", "Encounter")):
        (tmp_path / f"{name}.json").write_text(json.dumps({"resourceType": kind, "id": name}))
    assert ids(tmp_path) == ["c", "b", "d", "a"]


def test_a_zip_bomb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b" " * (containers.FREE_BYTES + 1))
    with pytest.raises(Invalid, match="unpacks to far more than its size"):
        places_of([path])


def test_a_gzip_bomb_is_stopped_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "FREE_BYTES", 1000)
    path = tmp_path / "bomb.ndjson.gz"
    path.write_bytes(gzip.compress(b"\n" * 10_000_000))
    assert said(path) == ["bomb.ndjson.gz: unpacks to far more than its size"]


def test_a_damaged_container_is_said(tmp_path: Path) -> None:
    path = tmp_path / "cut.ndjson.gz"
    path.write_bytes(gzip.compress(json.dumps(resource(1)).encode() * 2000)[:-20])
    assert any("damaged" in each for each in said(path))
    zipped = tmp_path / "cut.zip"
    zipped.write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(Invalid, match="Is not a zip"):
        places_of([zipped])


def test_paths_that_are_no_use_are_all_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as raised:
        places_of([tmp_path / "one", tmp_path / "two"])
    assert [problem.where for problem in raised.value.problems] == [str(tmp_path / "one"), str(tmp_path / "two")]
    with pytest.raises(Invalid, match="There is no file to import here"):
        places_of([tmp_path])


def test_an_entry_that_deletes_or_holds_nothing_is_said(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    entries = [
        {"request": {"method": "DELETE", "url": "Patient/1"}},
        {"fullUrl": "urn:uuid:1"},
        {"resource": resource(1)},
    ]
    path.write_text(json.dumps({"resourceType": "Bundle", "entry": entries}))
    assert ids(path) == ["r1"]
    assert said(path) == [
        "b.json line 1 entry 1: asks for a deletion, which an import does not do",
        "b.json line 1 entry 2: holds no resource",
    ]


def test_a_list_with_entries_is_no_bundle(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text(json.dumps({"entry": [{"item": {"reference": "Patient/1"}}], "id": "l", "resourceType": "List"}))
    assert ids(path) == ["l"]


def test_a_resource_without_an_id_is_known_by_its_address_or_its_content(tmp_path: Path) -> None:
    bare = {"resourceType": "Basic", "note": "x"}
    path = tmp_path / "b.json"
    entries = [{"fullUrl": "urn:uuid:abc-1", "resource": bare}, {"resource": bare}]
    path.write_text(json.dumps({"resourceType": "Bundle", "entry": entries}))
    first, second = ids(path)
    assert first == "abc-1"
    assert second.startswith("content-")
    assert ids(path) == [first, second]


def test_the_same_content_is_the_same_however_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "spaced.json").write_text(json.dumps(resource(1), indent=3))
    (tmp_path / "tight.ndjson").write_text(json.dumps(resource(1), separators=(",", ":")))
    digests = {each.digest for each in everything(tmp_path) if isinstance(each, Received)}
    assert len(digests) == 1
