"""The part that needs no package: finds a Python, makes .venv, knows when the lists of packages changed."""

import os
import shutil
import subprocess
import sys

import pytest

from config import PROJECT


@pytest.fixture
def checkout(tmp_path):
    """A checkout whose lists of packages are empty, on a machine without any Python."""
    (tmp_path / "launcher").mkdir()
    shutil.copy(PROJECT / "launcher" / "install.sh", tmp_path / "launcher")
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "requirements-dev.txt").write_text("")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "cat", "cksum", "rm", "touch"):
        (programs / name).symlink_to(shutil.which(name))
    return tmp_path


def install(checkout, **environment):
    return subprocess.run(
        ["sh", "launcher/install.sh"], cwd=checkout, env={"PATH": str(checkout / "bin"), **environment},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def give_python(checkout, name, text=None):
    program = checkout / "bin" / name
    program.write_text(text or f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    program.chmod(0o755)


def test_without_any_python_it_says_what_to_do(checkout):
    result = install(checkout)
    assert result.returncode == 1
    assert "Waymark needs Python 3.11, 3.12 or 3.13" in result.stderr
    assert "WAYMARK_PYTHON=" in result.stderr


def test_one_that_is_named_but_no_good_is_passed_over(checkout):
    give_python(checkout, "python3", "#!/bin/sh\necho 'command not found' >&2\nexit 127\n")
    assert install(checkout, WAYMARK_PYTHON=os.devnull).returncode == 1


@pytest.mark.slow
def test_it_installs_once_and_again_when_a_list_changed(checkout):
    give_python(checkout, "python3", "#!/bin/sh\nexit 1\n")
    give_python(checkout, "python3.12")
    first = install(checkout)
    assert "Making .venv with Python" in first.stdout, first.stderr
    assert install(checkout).stdout == ""
    (checkout / "requirements.txt").write_text("# a change\n")
    again = install(checkout).stdout
    assert "Installing" in again
    assert "Making" not in again
