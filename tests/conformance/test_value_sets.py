"""The value sets of three published measures, tables of thousands of codes, are read whole and without a problem."""

import csv
from pathlib import Path

import pytest

from journeys.criteria.value_sets.check import value_set_problems
from journeys.criteria.value_sets.found import Found
from journeys.criteria.value_sets.read_file import read_file
from journeys.criteria.value_sets.systems import uri_of

MEASURES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ecqm"
FILES = sorted(MEASURES.glob("*/valuesets.csv"))

pytestmark = pytest.mark.skipif(not FILES, reason="the measures are not here")


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.parent.name)
def table(request: pytest.FixtureRequest) -> Path:
    return request.param


def sets_of(table: Path) -> list[Found]:
    """The value sets that have an OID; beside them stand single codes under names that only the measure knows."""
    return [found for found in read_file(table.read_bytes()) if found.url]


def test_every_value_set_is_read_whole(table: Path) -> None:
    with table.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    wanted: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        wanted.setdefault(f"urn:oid:{row['oid']}", set()).add((uri_of(row["system"]) or "", row["code"]))
    wanted.pop("urn:oid:(direct code)")
    found = sets_of(table)
    assert {each.url: set(each.codes) for each in found} == wanted
    assert all(each.problems == [] for each in found)


def test_every_value_set_can_be_published(table: Path) -> None:
    for found in sets_of(table):
        content = {"format": 1, "name": {"en": found.name}, "url": found.url, "version": found.version}
        assert value_set_problems({**content, "codes": list(found.codes.values())}) == []
