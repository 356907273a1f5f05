"""Browser tests take the headless shell where it is, and any other Chromium where it is not."""

import pytest

from launcher import browser


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """Puts empty programs of these names on a path that has nothing else; the person has none of playwright's."""
    monkeypatch.delenv("WAYMARK_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))

    def install(*names):
        for name in names:
            (tmp_path / name).touch(mode=0o755)

    return install


def test_the_headless_shell_comes_before_full_chromium(installed, tmp_path):
    installed("chromium", "chromium-headless-shell", "google-chrome")
    assert browser.find() == str(tmp_path / "chromium-headless-shell")


def test_full_chromium_does_where_there_is_no_headless_shell(installed, tmp_path):
    installed("google-chrome", "chromium")
    assert browser.find() == str(tmp_path / "chromium")


def test_the_one_that_is_named_comes_before_all(installed, monkeypatch):
    installed("chromium", "chromium-headless-shell")
    monkeypatch.setenv("WAYMARK_CHROMIUM", "/opt/chromium")
    assert browser.find() == "/opt/chromium"


def test_none_is_found_where_none_is(installed):
    assert browser.find() is None


@pytest.mark.parametrize("archive_has", ["chromium-headless-shell", "chromium"])
def test_root_gets_the_first_that_the_archive_has(installed, monkeypatch, tmp_path, console, archive_has):
    installed("apt-get")
    asked = []

    def apt(*words):
        asked.append(words[-1])
        if words[-1] == archive_has:
            installed(archive_has)

    monkeypatch.setattr(browser, "_apt", apt)
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0)
    assert browser.ensure(console)
    assert browser.find() == str(tmp_path / archive_has)
    assert asked == ["update", *browser.OF_DEBIAN[: browser.OF_DEBIAN.index(archive_has) + 1]]
