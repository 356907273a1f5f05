"""Makes sure that the Python that runs us is new enough and has the packages."""

import importlib.util
import os
import sys
from pathlib import Path

LEAST_VERSION = (3, 11)
PROJECT = Path(__file__).resolve().parents[1]


def use_installed_packages() -> None:
    """Go on in the Python of `.venv` when this one lacks the packages; end with what to do when there is none."""
    if sys.version_info < LEAST_VERSION:
        sys.exit("Waymark needs Python 3.11 or newer. Run `make setup`, then `.venv/bin/python run.py`.")
    if importlib.util.find_spec("psycopg") is not None:
        return
    installed = PROJECT / ".venv" / "bin" / "python"
    if not installed.exists() or Path(sys.prefix) == PROJECT / ".venv":
        sys.exit("Waymark's packages are not installed. Run `make setup` (or `make run`, which does it too).")
    os.execv(installed, [str(installed), *sys.argv])  # noqa: S606 -- the same program in another Python
