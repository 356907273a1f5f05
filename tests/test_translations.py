"""Every message of the portal and the engine is there in every language, whole."""

from pathlib import Path

import pytest

from app.base import catalogue


def test_nothing_is_missing_fuzzy_or_left_over() -> None:
    assert catalogue.problems() == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("", "not translated"),
        ('msgid "Save"\nmsgstr ""\n', "not translated"),
        ('#, fuzzy\nmsgid "Save"\nmsgstr "Guardar"\n', "fuzzy"),
        ('msgid "%(count)s selected"\nmsgstr "seleccionadas"\n', "loses a value"),
        ('msgid "%(count)s selected"\nmsgstr "%(cuenta)s"\n', "names a value that does not exist"),
        ('msgid "Said by nobody"\nmsgstr "Nadie"\n', "no longer said anywhere"),
    ],
)
def test_a_faulty_catalogue_is_seen(entry: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "es" / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True)
    file.write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n' + entry)
    said = catalogue.collected()
    monkeypatch.setattr(catalogue, "TRANSLATIONS", tmp_path)
    monkeypatch.setattr(catalogue, "PROJECT", tmp_path)
    monkeypatch.setattr(catalogue, "collected", lambda: said)
    assert [line for line in catalogue.problems() if fault in line]
