"""Languages: which there are, which one this reader has, and how the engine's texts are said in it."""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from flask import Flask, current_app, g, request
from flask_babel import get_locale, get_translations, refresh

from journeys.foundation.errors import Problem
from journeys.foundation.words import N_, in_language

TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"
LANGUAGES = {"en": {"name": "English"}, "es": {"name": "Español"}}
COOKIE = "language"
ENGLISH = Locale("en")

# Every text that a script in static/js or an island shows; they ask for them by their English words.
SCRIPT_WORDS = (
    N_("%(count)s selected"),
    N_("%(count)s results"),
    N_("No page matches"),
    N_("This part could not be loaded. Try again."),
    N_("Closed"),
)


def install(app: Flask) -> None:
    """Give templates the reader's language, its direction and the translation of the engine's texts."""
    app.jinja_env.globals.update(
        language=language,
        direction=direction,
        languages=lambda: app.config["LANGUAGES"],
        language_name=language_name,
        own_name=own_name,
        direction_of=direction_of,
        say=say,
        say_texts=say_texts,
        script_words=script_words,
    )


def choose_locale_by_preference(app: Flask) -> None:
    """Let the cookie decide, then the browser. Flask-AppBuilder would ask, and fill, the session.

    Templates look their sentences up in the catalogue of the request, as `say` does.
    """
    app.extensions["babel"].locale_selector = preferred_language
    app.jinja_env.install_gettext_callables(translate, translate_counted, newstyle=True)
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"]


def preferred_language() -> str:
    """The language of this request, always one of the installed ones."""
    if not request:
        return "en"
    installed = list(current_app.config["LANGUAGES"])
    if g.get("spoken") in installed:
        return g.spoken
    chosen = request.cookies.get(COOKIE)
    if chosen in installed:
        return chosen
    return request.accept_languages.best_match(installed, "en") or "en"


def speak(language: str) -> None:
    """Answer this request in a language, if it is installed, whatever the browser asks for and says so far."""
    g.spoken = language.split("-")[0]
    for known in ("reader_locale", "catalogue"):
        g.pop(known, None)
    refresh()


def reader_locale() -> Locale:
    """The reader's language with its habits. It is the same for a whole request, and asked for every date."""
    known: Locale | None = g.get("reader_locale")
    if known is None:
        known = g.reader_locale = the_one(get_locale() or ENGLISH)
    return known


@cache
def the_one(locale: Locale) -> Locale:
    """One object for all equal ones: what is kept by locale is found without comparing them."""
    return locale


def language() -> str:
    """The reader's language as HTML wants it, for example `en` or `pt-BR`."""
    return str(reader_locale()).replace("_", "-")


def direction() -> str:
    """`ltr` or `rtl`."""
    return reader_locale().text_direction


def language_name(code: str) -> str:
    """A language in the reader's own; the code where it has no name."""
    known = reader_locale().languages
    name = str(known.get(code.replace("-", "_")) or known.get(code.partition("-")[0]) or code)
    return name[:1].upper() + name[1:]


@cache
def own_name(code: str) -> str:
    """A language as its own speakers call it; the code where it has no name."""
    try:
        name = str(Locale.parse(code, sep="-").display_name or code)
    except (ValueError, UnknownLocaleError):
        return code
    return name[:1].upper() + name[1:]


@cache
def direction_of(code: str) -> str:
    """`ltr` or `rtl`, for a text in a language; ltr for a code that names none."""
    try:
        direction: str = Locale.parse(code, sep="-").text_direction
    except (ValueError, UnknownLocaleError):
        return "ltr"
    return direction


def translate(sentence: str) -> str:
    """A sentence in the reader's language. As `gettext` of Flask-Babel, which looks for the catalogue each time."""
    return catalogue().ugettext(sentence)


def gettext(sentence: str, **data: Any) -> str:
    """The same with what is put into it."""
    translated = translate(sentence)
    return translated % data if data else translated


def translate_counted(one: str, many: str, number: int) -> str:
    """A sentence that has a form for each number, in the reader's language; nothing is put into it yet."""
    return catalogue().ungettext(one, many, number)


def catalogue() -> Any:
    """The reader's catalogue."""
    known = g.get("catalogue")
    if known is None:
        known = g.catalogue = get_translations()
    return known


def say(says: str | Problem, data: Mapping[str, Any] | None = None) -> str:
    """A message id of the engine (or a Problem) as a sentence in the reader's language."""
    if isinstance(says, Problem):
        says, data = says.says, says.data
    sentence = translate(says)
    return sentence % data if data else sentence


def say_texts(texts: Mapping[str, str] | None) -> str:
    """What people wrote as {language: text}, in the reader's language or the next best."""
    return in_language(texts, language()) if texts else ""


def in_alphabet(texts: Mapping[str, str] | None) -> str:
    """What lists of names are sorted by: the name in the reader's language, whatever its accents and capitals."""
    plain = unicodedata.normalize("NFKD", say_texts(texts))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def say_all(problems: Iterable[Problem]) -> list[str]:
    """Sentences of several problems, each once, in their order."""
    return list(dict.fromkeys(say(problem) for problem in problems))


def script_words() -> dict[str, str]:
    """The texts of the scripts: English words to the reader's."""
    return {word: translate(word) for word in SCRIPT_WORDS}
