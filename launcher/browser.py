"""Finds the Chromium for browser tests, or installs Debian's when root may.

The headless shell is Chromium without the parts that draw windows: the same pages, for two thirds of the processor's
time. It comes first where it is installed; full Chromium does as well.
"""

import os
import shutil
import subprocess
from pathlib import Path

from launcher.console import Console

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OF_DEBIAN = ("chromium-headless-shell", "chromium")
REMEDY = "Install Chromium (on Debian: apt-get install chromium), or name its program in WAYMARK_CHROMIUM."


def find() -> str | None:
    """The program of a Chromium: the one named, the first on the path, or one that playwright brought."""
    named = os.environ.get("WAYMARK_CHROMIUM")
    if named:
        return named
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    own = sorted((Path.home() / ".cache" / "ms-playwright").glob("chromium-*/chrome-linux*/chrome"))
    return str(own[-1]) if own else None


def arguments() -> list[str]:
    """What Chromium must be told here: its sandbox refuses root, and small machines have a small /dev/shm."""
    needed = ["--disable-dev-shm-usage"]
    return [*needed, "--no-sandbox"] if os.geteuid() == 0 else needed


def ensure(console: Console) -> bool:
    """Whether there is a Chromium now; root on Debian installs one that is missing, the headless shell if it can."""
    if find() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        with console.doing("Installing Chromium for the browser tests"):
            _install()
    return find() is not None


def _install() -> None:
    _apt("update")
    for name in OF_DEBIAN:
        if find() is None:
            _apt("install", "-y", name)


def _apt(*words: str) -> None:
    environment = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", *words, "-q"]
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
