"""The reference pages of the manual are what the registries say."""

from launcher.reference import FOLDER, pages


def test_the_reference_pages_say_what_the_code_says() -> None:
    written = {file.name: file.read_text() for file in FOLDER.glob("*.md")}
    assert written == pages(), "run `python run.py reference`"
