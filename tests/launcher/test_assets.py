"""Islands are built when something changed, and only then; with a made-up bundler, so that nothing is downloaded."""

import json
import os
import shutil

import pytest

from launcher import assets
from launcher.assets import Tools, build
from launcher.errors import LaunchError

BUNDLER = """
const fs = require("fs")
fs.rmSync("../static/dist", {recursive: true, force: true})
fs.mkdirSync("../static/dist", {recursive: true})
const source = fs.readFileSync("src/hello.ts", "utf8")
if (source.includes("broken")) { console.error("hello.ts is broken"); process.exit(1) }
fs.writeFileSync("../static/dist/manifest.json", JSON.stringify({source}))
"""
NPM = """
const fs = require("fs")
fs.mkdirSync("node_modules/vite/bin", {recursive: true})
fs.copyFileSync("bundler.js", "node_modules/vite/bin/vite.js")
fs.appendFileSync("../npm-calls", process.argv.slice(2).join(" ") + "\\n")
"""


@pytest.fixture
def islands(tmp_path, monkeypatch):
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node on this machine")
    folder = tmp_path / "app" / "islands"
    (folder / "src").mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"name": "islands"}))
    (folder / "package-lock.json").write_text("{}")
    (folder / "src" / "hello.ts").write_text("hello")
    (folder / "bundler.js").write_text(BUNDLER)
    (tmp_path / "npm.js").write_text(NPM)
    tools = Tools(assets.Path(node), (node, str(tmp_path / "npm.js")))
    monkeypatch.setattr(assets, "find_tools", lambda console: tools)
    return folder


def manifest(islands):
    return json.loads((islands.parent / "static" / "dist" / "manifest.json").read_text())


def test_nothing_to_build_is_no_error(tmp_path, console):
    assert build(tmp_path, console) is False


def test_islands_are_built_once_and_again_after_a_change(islands, console):
    assert build(islands, console) is True
    assert build(islands, console) is False
    (islands / "src" / "hello.ts").write_text("goodbye")
    assert build(islands, console) is True
    assert manifest(islands) == {"source": "goodbye"}


def test_packages_are_installed_again_only_when_the_lock_changed(islands, console):
    build(islands, console)
    (islands / "src" / "hello.ts").write_text("goodbye")
    build(islands, console)
    calls = islands.parent / "npm-calls"
    assert calls.read_text() == "ci --ignore-scripts --no-audit --no-fund\n"
    (islands / "package-lock.json").write_text('{"lockfileVersion": 3}')
    build(islands, console)
    assert len(calls.read_text().splitlines()) == 2


def test_a_failed_build_is_told_and_tried_again(islands, console):
    (islands / "src" / "hello.ts").write_text("broken")
    for _ in range(2):
        with pytest.raises(LaunchError, match="hello.ts is broken"):
            build(islands, console)


def test_a_node_that_is_named_is_asked_for_its_version(tmp_path, monkeypatch):
    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v18.20.1\n")
    old.chmod(0o755)
    monkeypatch.setenv("WAYMARK_NODE", str(tmp_path))
    assert assets._nodes_of_the_machine() == [old]
    assert assets._version(str(old)) < assets.LEAST_NODE
    assert assets._version(os.devnull) == (0,)
