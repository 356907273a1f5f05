"""Marks the engine's texts for translation; they are translated where they are shown, never here."""

from collections.abc import Mapping


def N_(message: str) -> str:
    """Return `message` unchanged; the extraction of message ids looks for this name."""
    return message


def in_language(texts: Mapping[str, str], language: str, fallback: str = "en") -> str:
    """Return the text of `{language: text}` for `language`, its base language ("es" for "es-MX"), `fallback`, or
    any."""
    for wanted in (language, language.split("-")[0], fallback):
        if wanted in texts:
            return texts[wanted]
    return next(iter(texts.values()), "")
