"""`python run.py import`: what it shows, what it keeps of rejections, what it says before it begins."""

import io
import json
from pathlib import Path

import pytest

from config import Settings
from journeys.foundation import secrets
from journeys.foundation.errors import Invalid
from journeys.store.importing.load import Choices
from launcher.importing import SHOWN, import_files

pytestmark = pytest.mark.store

PERSON = {"resourceType": "Patient", "id": "anna", "name": [{"text": "Anna Example"}], "birthDate": "1974-03-02"}


@pytest.fixture
def settings(database, tmp_path):
    yield Settings.from_environment({"DATABASE_URL": database.url, "WAYMARK_VAR": str(tmp_path / "var")})
    secrets.install(secrets.Keyring.for_tests())


def written(folder: Path, *lines: object) -> Path:
    path = folder / "delivery" / "records.ndjson"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines))
    return path


def test_an_import_shows_its_counts_and_a_second_one_no_change(settings, console, said: io.StringIO, tmp_path) -> None:
    path = written(tmp_path, PERSON)
    summary = import_files(settings, [path], Choices(), console)
    assert summary.counts == {("Patient", "new"): 1}
    assert summary.sources == ["delivery"]
    first = said.getvalue()
    assert "no change" not in first
    assert ["Patient", "1", "1", "0", "0", "0"] in [line.split() for line in first.splitlines()]
    import_files(settings, [path], Choices(), console)
    assert "1 resources" in said.getvalue() and "no change" in said.getvalue()
    assert not (settings.var / "imports").exists()


def test_every_rejection_is_kept_in_a_file_and_the_first_are_shown(settings, console, said, tmp_path) -> None:
    wrong = [{**PERSON, "id": f"p{number}", "birthDate": "Geheimnis"} for number in range(SHOWN + 5)]
    import_files(settings, [written(tmp_path, PERSON, *wrong, "{")], Choices(), console)
    kept = list((settings.var / "imports").iterdir())
    assert len(kept) == 1
    lines = kept[0].read_text().splitlines()
    assert len(lines) == SHOWN + 6
    assert "records.ndjson line 2: Patient/p0: Patient.birthDate is not a date" in lines
    assert f"records.ndjson line {SHOWN + 7}: is not JSON" in lines
    assert "… and 6 more" in said.getvalue()
    assert "Geheimnis" not in said.getvalue() + kept[0].read_text()


def test_what_is_wrong_with_the_request_is_said_before_anything_is_written(settings, console, tmp_path) -> None:
    path = written(tmp_path, PERSON)
    with pytest.raises(Invalid, match="There is no such file or folder"):
        import_files(settings, [path, tmp_path / "missing"], Choices(), console)
    assert not settings.key_file.exists()
    with pytest.raises(Invalid, match="There is no branch of this name"):
        import_files(settings, [path], Choices(branch="nowhere"), console)
    assert import_files(settings, [path], Choices(), console).counts == {("Patient", "new"): 1}
