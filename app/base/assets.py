"""The islands' built files, found through the manifest that the build writes to `static/dist`."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext
from markupsafe import Markup

from app.base.headers import nonce

MANIFEST = Path(__file__).resolve().parents[1] / "static" / "dist" / "manifest.json"


def install(app: Flask) -> None:
    """Give templates `island(source)`."""
    app.jinja_env.globals["island"] = island


def island(source: str, *, is_needed: bool = True) -> Markup:
    """The tags that load one island, for example `island("src/relative-time.ts")`.

    A portal whose islands were not built says so in the place of a needed one, and leaves out the others.
    """
    manifest = _manifest()
    if source not in manifest and not is_needed:
        return Markup("")
    if source not in manifest:
        return Markup('<p class="notice notice--warning" role="status">{}</p>').format(
            gettext("This part is not built yet. Run: make assets")
        )
    tags = [Markup('<link rel="stylesheet" href="{}">').format(_address(file)) for file in _styles_of(manifest, source)]
    script = _address(manifest[source]["file"])
    tags.append(Markup('<script type="module" src="{}" nonce="{}"></script>').format(script, nonce()))
    return Markup("\n").join(tags)


def _styles_of(manifest: dict[str, Any], source: str) -> list[str]:
    """Styles of an entry and of everything it imports, each once."""
    styles: dict[str, None] = {}
    waiting, seen = [source], set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            styles.update(dict.fromkeys(manifest[name].get("css", [])))
            waiting.extend(manifest[name].get("imports", []))
    return list(styles)


def _address(file: str) -> str:
    return url_for("static", filename=f"dist/{file}")


def _manifest() -> dict[str, Any]:
    """The build's manifest, read again when a build has changed it."""
    try:
        changed = MANIFEST.stat().st_mtime_ns
    except FileNotFoundError:
        return {}
    return _read_manifest(changed)


@cache
def _read_manifest(_changed: int) -> dict[str, Any]:
    return json.loads(MANIFEST.read_text())
