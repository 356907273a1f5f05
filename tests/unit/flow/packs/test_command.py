"""`run.py pack` says what is wrong and where, and its exit code tells a script."""

import argparse
import io
import shutil

import pytest
from sqlalchemy.engine import make_url

from config import PROJECT, Settings
from journeys.flow.packs.scratch import scratch
from journeys.foundation import database as databases
from journeys.foundation.errors import Unavailable
from launcher.commands import pack as command
from launcher.console import Console

PACKS = PROJECT / "seed" / "packs"


def said(*words):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    output = io.StringIO()
    code = command.run(Settings.from_environment({}), parser.parse_args(words), Console(output))
    return code, output.getvalue()


def test_a_shipped_pack_is_named_without_a_path():
    code, text = said("check", "base")
    assert (code, text) == (0, "base: 19 definitions, 0 tests, 0 problems\n")


def test_a_problem_is_said_with_its_file_and_line(tmp_path):
    folder = tmp_path / "base"
    shutil.copytree(PACKS / "base", folder)
    (folder / "stages" / "visit.yaml").write_text("format: 1\nname:\n  en: Visit\nposition: five\n")
    code, text = said("check", str(folder))
    assert code == 1
    assert text.splitlines() == [
        "stages/visit.yaml:4: position: Write the place of the stage as a whole number",
        "base: 19 definitions, 0 tests, 1 problems",
    ]


def test_a_needed_pack_is_said_alone_when_it_is_missing(tmp_path):
    folder = tmp_path / "lonely"
    shutil.copytree(PACKS / "hypertension-recall", folder)
    manifest = folder / "pack.yaml"
    manifest.write_text(manifest.read_text().replace("- base", "- gone"))
    code, text = said("check", str(folder))
    assert code == 1
    assert text.splitlines()[0] == "pack.yaml:9: needs.0: The pack gone is not there"
    assert len(text.splitlines()) == 2


def test_a_folder_that_is_not_there():
    code, text = said("load", "nowhere")
    assert code == 1
    assert "There is no such folder" in text


@pytest.mark.store
def test_lives_need_an_account_that_may_make_databases(database):
    owner = databases.connect(database.url, databases.OWNER)
    with owner.begin() as connection:
        connection.exec_driver_sql("DROP ROLE IF EXISTS waymark_poor")
        connection.exec_driver_sql("CREATE ROLE waymark_poor LOGIN PASSWORD 'poor'")
    poor = make_url(database.url).set(username="waymark_poor", password="poor").render_as_string(hide_password=False)
    try:
        with pytest.raises(Unavailable, match="CREATEDB"), scratch(poor, None):
            pytest.fail("a database was made")
    finally:
        with owner.begin() as connection:
            connection.exec_driver_sql("DROP ROLE waymark_poor")
        owner.dispose()


@pytest.mark.store
def test_nothing_is_left_of_the_databases_that_were_made(database):
    def names():
        engine = databases.connect(database.url, databases.OWNER)
        with engine.connect() as connection:
            found = connection.exec_driver_sql("SELECT datname FROM pg_database").scalars().all()
        engine.dispose()
        return {name for name in found if name.startswith(made.template)}

    with scratch(database.url, None) as made:
        with made.house() as house, house.sessions() as session:
            assert session.connection().exec_driver_sql("SELECT count(*) FROM patient").scalar() == 0
            assert len(names()) == 2
        assert len(names()) == 1
    assert names() == set()
