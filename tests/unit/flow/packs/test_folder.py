"""A folder is read whole or not at all, with every problem of every file; what is written is what was read."""

import pytest

from config import PROJECT
from journeys.flow.packs.folder import files_of, pack_of, read_folder, write_folder
from journeys.flow.packs.pack import Pack
from journeys.foundation.errors import Invalid

SHIPPED = sorted(path.name for path in (PROJECT / "seed" / "packs").iterdir() if path.is_dir())
MANIFEST = "format: 1\nname:\n  en: Small\n"


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_packs_are_written_as_they_were_read(name):
    folder = PROJECT / "seed" / "packs" / name
    on_disk = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert files_of(read_folder(folder)) == on_disk


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(Invalid, match="There is no such folder"):
        read_folder(tmp_path / "nowhere")


def test_every_problem_of_every_file():
    files = {
        "segments/one.yaml": "a: 1\na: 2",
        "segments/Two.yaml": "a: 1",
        "segments/three.txt": "a: 1",
        "elsewhere/four.yaml": "a: 1",
        "five.yaml": "a: 1",
        "journeys/six.yaml": "- a list",
        "templates/deep/seven.yaml": "a: 1",
    }
    pack, problems = pack_of("Not a slug", files)
    assert pack is None
    assert [problem.where for problem in problems] == [
        "Not a slug",
        "pack.yaml",
        "elsewhere/four.yaml",
        "five.yaml",
        "journeys/six.yaml",
        "segments/Two.yaml",
        "segments/one.yaml, line 2, column 1",
        "segments/three.txt",
        "templates/deep/seven.yaml",
    ]


def test_a_file_that_is_not_text(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "pack.yaml").write_text(MANIFEST)
    (folder / "stages").mkdir()
    (folder / "stages" / "one.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(Invalid) as refused:
        read_folder(folder)
    assert [str(problem) for problem in refused.value.problems] == ["stages/one.yaml: The file is not text in UTF-8"]


class TestWriting:
    @pytest.fixture
    def pack(self):
        return Pack("small", {"format": 1, "name": {"en": "Small"}}, {("stages", "first"): {"format": 1}}, {})

    def test_replaces_the_pack_that_was_there(self, pack, tmp_path):
        folder = tmp_path / "small"
        write_folder(Pack("small", pack.manifest, {("stages", "old"): {"format": 1}}, {}), folder)
        write_folder(pack, folder)
        assert sorted(path.name for path in folder.rglob("*.yaml")) == ["first.yaml", "pack.yaml"]
        assert sorted(path.name for path in tmp_path.iterdir()) == ["small"]

    def test_leaves_alone_what_is_no_pack(self, pack, tmp_path):
        (tmp_path / "letter.txt").write_text("mine")
        with pytest.raises(Invalid, match="holds no pack"):
            write_folder(pack, tmp_path)
        assert (tmp_path / "letter.txt").read_text() == "mine"

    def test_a_failure_leaves_the_old_pack(self, pack, tmp_path, monkeypatch):
        folder = tmp_path / "small"
        write_folder(pack, folder)
        monkeypatch.setattr("journeys.flow.packs.folder.write_yaml", disk_full)
        with pytest.raises(OSError, match="No space left"):
            write_folder(Pack("small", {"format": 2}, {}, {}), folder)
        assert read_folder(folder) == pack
        assert sorted(path.name for path in tmp_path.iterdir()) == ["small"]


def disk_full(value):
    raise OSError(28, "No space left on device")


def test_a_problem_says_the_line_of_its_place():
    files = {"pack.yaml": MANIFEST, "stages/one.yaml": "format: 1\nname:\n  en: One\nposition: first\n"}
    pack, problems = pack_of("small", files)
    assert problems == []
    assert pack.place("stages/one.yaml", "position") == "stages/one.yaml:4: position"
    assert pack.place("stages/one.yaml", "name.es") == "stages/one.yaml:2: name.es"
    assert pack.place("stages/one.yaml", "gone") == "stages/one.yaml:1: gone"
