"""The translation catalogues: collect every message of the house, check that none lacks its words, compile them.

    python -m app.base.catalogue extract     write new messages into translations/*/LC_MESSAGES/messages.po
    python -m app.base.catalogue check       exit 1 and name every message that is missing, fuzzy or left over
    python -m app.base.catalogue compile     make the .mo files that are read at run time (setup does it too)

Messages are English sentences. They stand in `_("…")`, `gettext("…")`, `lazy_gettext("…")`, `ngettext("…", "…", n)`
or, in the engine, `N_("…")`; scripts ask for those in `app.base.words.SCRIPT_WORDS`, the rule builder for those in
`app.base.builder_words`.
"""

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.base.builder_words import BUILDER_WORDS
from app.base.designer_words import DESIGNER_WORDS
from app.base.words import SCRIPT_WORDS

PROJECT = Path(__file__).resolve().parents[2]
TRANSLATIONS = PROJECT / "translations"
FOLDERS = ("app", "journeys")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
}
OPTIONS = {
    "**/templates/**.html": {
        "trim_blocks": "true",
        "lstrip_blocks": "true",
        "extensions": "jinja2.ext.do",
        "silent": "false",
    }
}
SCRIPT_CALL = re.compile(r"\bword\(\s*[\"'](.+?)[\"']")
PLACE = re.compile(r"%\((\w+)\)[sd]")


def collected() -> Catalog:
    """Every message of the portal and the engine, with the files that say it."""
    catalogue = Catalog(project="Waymark", charset="utf-8")
    for folder in FOLDERS:
        for file, line, message, comments, context in extract_from_dir(
            str(PROJECT / folder),
            method_map=METHODS,
            options_map=OPTIONS,
            keywords=KEYWORDS,
            directory_filter=_is_ours,
        ):
            catalogue.add(message, None, [(f"{folder}/{file}", line)], auto_comments=comments, context=context)
    return catalogue


def extract() -> None:
    """Bring every language's file up to date; words that are there stay."""
    template = collected()
    for file in language_files():
        catalogue = _read(file)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with file.open("wb") as target:
            write_po(target, catalogue, width=120, sort_by_file=False, include_lineno=False, omit_header=False)


def problems() -> list[str]:
    """One line for everything that would show English, or nothing, to a reader of another language."""
    template = collected()
    listed = {*SCRIPT_WORDS, *BUILDER_WORDS, *DESIGNER_WORDS}
    found = [f"script word in no list of app.base: {word!r}" for word in script_calls() - listed]
    for file in language_files():
        catalogue = _read(file)
        name = file.relative_to(PROJECT)
        for message in template:
            if message.id:
                found.extend(f"{name}: {fault}" for fault in _faults(message, catalogue.get(message.id)))
        known = {message.id for message in template}
        found.extend(
            f"{name}: no longer said anywhere: {each.id!r}" for each in catalogue if each.id and each.id not in known
        )
    return found


def compile_all() -> None:
    """Write each language's .mo when its .po is newer; a reader never sees half a file."""
    for file in language_files():
        compiled = file.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns >= file.stat().st_mtime_ns:
            continue
        buffer = io.BytesIO()
        write_mo(buffer, _read(file))
        draft = compiled.with_name(f"{compiled.name}.{os.getpid()}")
        draft.write_bytes(buffer.getvalue())
        draft.replace(compiled)


def language_files() -> list[Path]:
    """The catalogue of every language but English, whose words are the messages themselves."""
    return sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


def script_calls() -> set[str]:
    """Every text that a script asks for."""
    sources = [*(PROJECT / "app/static/js").glob("*.js"), *(PROJECT / "app/islands/src").rglob("*.ts*")]
    return {word for source in sources for word in SCRIPT_CALL.findall(source.read_text())}


def _faults(message: Message, translated: Message | None) -> Iterator[str]:
    where = ", ".join(f"{file}:{line}" for file, line in message.locations[:2])
    if translated is None or not translated.string or not all(_as_texts(translated.string)):
        yield f"not translated: {message.id!r} ({where})"
        return
    if translated.fuzzy:
        yield f"fuzzy: {message.id!r}"
    wanted = set(PLACE.findall(" ".join(_as_texts(message.id))))
    for text in _as_texts(translated.string):
        if not set(PLACE.findall(text)) <= wanted:
            yield f"names a value that does not exist: {text!r}"
    if set(PLACE.findall(" ".join(_as_texts(translated.string)))) != wanted:
        yield f"loses a value: {message.id!r}"


def _as_texts(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def _is_ours(folder: str) -> bool:
    return Path(folder).name not in {"node_modules", "static", "islands", "__pycache__", "migrations"}


def _read(file: Path) -> Catalog:
    with file.open("rb") as source:
        return read_po(source, locale=file.parent.parent.name, charset="utf-8")


def main(command: str) -> int:
    """Run one of the three commands."""
    if command == "extract":
        extract()
    elif command == "compile":
        compile_all()
    elif command == "check":
        found = problems()
        sys.stdout.writelines(f"{line}\n" for line in found)
        sys.stdout.write(f"translations: {len(found)} problems\n")
        return 1 if found else 0
    else:
        sys.stderr.write(__doc__ or "")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or ["help"]))
