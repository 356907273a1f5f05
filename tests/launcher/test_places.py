"""Data lies under var where it can, and in a folder of its own where the servers' account may not enter var."""

import os
import shutil
from pathlib import Path

import pytest

from launcher import places as places_module
from launcher.account import Account, can_enter, server_account
from launcher.errors import LaunchError
from launcher.places import LONGEST_SOCKET_FOLDER, arrange, usable_copy

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has another account for its servers")


@pytest.fixture
def nobody():
    return server_account("nobody")


@pytest.fixture
def locked(tmp_path, nobody):
    """A folder that only root may enter; what is made for it elsewhere is removed."""
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o700)
    yield folder
    link = folder / "var" / "servers"
    if link.is_symlink():
        shutil.rmtree(link.resolve())


def test_an_ordinary_users_data_lies_under_var(tmp_path):
    made = arrange(tmp_path / "var", None)
    assert made.data == tmp_path / "var"
    assert made.postgres == tmp_path / "var" / "pg"
    assert made.sockets.stat().st_mode & 0o777 == 0o700


@as_root
def test_roots_data_lies_under_var_when_the_account_can_enter_it(places):
    assert places.data == places.var
    assert places.sockets.owner() == "nobody"


@as_root
def test_data_goes_where_the_account_can_enter(locked, nobody):
    made = arrange(locked / "var", nobody)
    assert not made.data.is_relative_to(locked)
    assert can_enter(nobody, made.sockets)
    assert str(locked) in (made.data / "README").read_text()


@as_root
def test_the_folder_elsewhere_is_found_again_and_a_new_var_starts_afresh(locked, nobody):
    first = arrange(locked / "var", nobody)
    assert arrange(locked / "var", nobody).data == first.data
    shutil.rmtree(locked / "var")
    second = arrange(locked / "var", nobody)
    shutil.rmtree(first.data)
    assert second.data != first.data


@as_root
def test_databases_that_are_there_keep_their_owner(places):
    places.postgres.mkdir()
    os.chown(places.postgres, 4321, 4321)
    with pytest.raises(KeyError, match="4321"):
        arrange(places.var, places.account)
    os.chown(places.postgres, 1, 1)
    assert arrange(places.var, places.account).account == Account("daemon", 1, 1)


@as_root
def test_programs_are_copied_when_the_account_cannot_run_them(places, tmp_path):
    packages = tmp_path / "packages"
    for folder in ("server", "server.libs", "other"):
        (packages / folder).mkdir(parents=True)
        (packages / folder / "program").write_text("#!/bin/sh\n")
        (packages / folder / "program").chmod(0o700)
    wanted = (("server", "server.libs", "absent"), "server/program", "server-1", places)
    copy = usable_copy(packages, *wanted)
    assert copy == places.data / "programs" / "server-1"
    assert sorted(path.name for path in copy.iterdir()) == ["server", "server.libs"]
    assert can_enter(places.account, copy / "server" / "program")
    assert usable_copy(packages, *wanted) == copy


def test_programs_that_can_be_run_are_not_copied(places):
    assert usable_copy(Path("/"), ("bin",), "bin/sh", "shell", places) == Path("/")


def test_a_long_path_gets_a_short_folder_for_sockets(tmp_path):
    made = arrange(tmp_path / ("long" * 30) / "var", None)
    assert len(str(made.sockets)) <= LONGEST_SOCKET_FOLDER
    assert arrange(made.var, None).sockets == made.sockets
    made.sockets.rmdir()


@as_root
def test_a_folder_for_sockets_that_somebody_else_made_is_refused(tmp_path):
    made = arrange(tmp_path / ("long" * 30) / "var", None)
    os.chown(made.sockets, 1, 1)
    with pytest.raises(LaunchError, match="belongs to somebody else"):
        arrange(made.var, None)
    made.sockets.rmdir()


def test_a_full_disk_is_told_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(places_module, "NEEDED_BYTES", 10**18)
    with pytest.raises(LaunchError, match=r"are free on the disk of(.|\n)*WAYMARK_VAR"):
        arrange(tmp_path / "var", None)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(LaunchError, match="cannot be written"):
        arrange(tmp_path / "var", None)


@as_root
@pytest.mark.parametrize(
    ("name", "message"), [("root", "does not run as root"), ("no-such-account", "there is no account")]
)
def test_an_account_that_will_not_do_is_told(name, message):
    with pytest.raises(LaunchError, match=message):
        server_account(name)
