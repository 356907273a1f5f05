"""Every life of every pack that comes with Waymark, day by day, and the lives beside this file."""

from pathlib import Path

import pytest

from config import PROJECT
from journeys.flow.packs.folder import read_folder
from journeys.flow.packs.lives.playing import play
from journeys.flow.packs.yaml_text import read_yaml, write_yaml
from launcher.commands.pack import with_needed

pytestmark = [pytest.mark.store, pytest.mark.slow]

PACKS = PROJECT / "seed" / "packs"
NAMES = sorted(folder.name for folder in PACKS.iterdir() if folder.is_dir())
OF_PACKS = [(name, life) for name in NAMES for life in sorted(read_folder(PACKS / name).tests)]
OF_THE_HOUSE = sorted(Path(__file__).parent.glob("*.yaml"))


@pytest.mark.parametrize(("name", "life"), OF_PACKS)
def test_life_of_a_pack(house, name, life):
    packs = with_needed(PACKS / name)
    differences = play(house, packs, packs[-1].tests[life])
    assert not differences, "\n".join(differences)


@pytest.mark.parametrize("path", OF_THE_HOUSE, ids=lambda path: path.stem)
def test_life_of_the_house(house, path):
    document = read_yaml(path.read_text())
    assert document.problems == []
    pack = document.value.pop("pack")
    assert write_yaml({"pack": pack, **document.value}) == path.read_text()
    assert play(house, with_needed(PACKS / pack), document.value) == []


def test_the_life_in_the_manual(house):
    manual = (PROJECT / "docs" / "packs.md").read_text()
    example = manual.partition("```yaml\n")[2].partition("```")[0]
    document = read_yaml(example)
    assert write_yaml(document.value) == example
    assert play(house, with_needed(PACKS / "hypertension-recall"), document.value) == []


def test_every_journey_that_is_shipped_has_a_life():
    with_journeys = [name for name in NAMES if read_folder(PACKS / name).of("journeys")]
    assert with_journeys
    assert set(with_journeys) <= {name for name, _ in OF_PACKS}


@pytest.mark.parametrize("name", NAMES)
def test_whoever_promises_the_safety_board_brings_its_clocks(name):
    pack = read_folder(PACKS / name)
    if any("safety board" in str(content) for content in pack.of("journeys").values()):
        assert "safety-clocks" in pack.needs
