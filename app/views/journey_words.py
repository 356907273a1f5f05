"""How the pages of a journey speak: who reads them, what ways out are called, problems in names."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from app.base import say_texts
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.words.names import Names
from journeys.flow.words.reader import Reader
from journeys.flow.words.way_words import SayWay, ways_in

Content = Mapping[str, Any]


def reader_by(catalogue: Catalogue) -> Reader:
    """Who reads this page: their language, and the names of what is in force."""
    return Reader(gettext, say_texts, known=catalogue.known, names=catalogue.names)


def ways_of(names: Names, *contents: Content) -> SayWay:
    """What says the ways out of a journey's steps, however broken, or of several texts of it."""
    return ways_in(Reader(gettext, say_texts, names=names), *contents).says
