"""The one door: it lists its commands, and what goes wrong is a message, not a stack trace."""

import subprocess
import sys

import pytest

from config import PROJECT
from launcher.door import commands


def run(*words, **environment):
    return subprocess.run(
        [sys.executable, "run.py", *words], cwd=PROJECT, env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_help_lists_every_command_with_what_it_does():
    said = run("--help").stdout
    assert all(f"  {name} " in said and headline in said for name, headline in commands().items())


def test_every_command_has_one_line_of_help():
    assert {"everything", "web", "worker", "schedule", "setup", "check", "test", "bench"} <= commands().keys()
    assert all(headline.endswith(".") for headline in commands().values())


@pytest.mark.parametrize(
    ("words", "environment", "expected"),
    [
        (["fly"], {}, "There is no command 'fly'"),
        ([], {"WAYMARK_PORT": "eighty", "REDIS_URL": "here"}, "WAYMARK_PORT must be a whole number"),
        (["web"], {"WAYMARK_VAR": "/tmp/waymark-nothing-here"}, "No servers are running for this part"),
        (["setup"], {"DATABASE_URL": "postgresql://x@127.0.0.1:9/y", "REDIS_URL": "unix:///n"}, "does not answer"),
        (["worker", "nobody"], {"WAYMARK_VAR": "/tmp/waymark-nothing-here"}, "No servers are running"),
    ],
)
def test_what_goes_wrong_is_told_without_a_stack_trace(words, environment, expected):
    result = run(*words, **environment)
    assert expected in result.stdout
    assert "Traceback" not in result.stdout + result.stderr
    assert result.returncode != 0
