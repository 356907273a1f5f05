"""A long text can be read and made, and its links lead to where they say."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from journeys.contact.media import media_that
from journeys.contact.template_checks.base import Check, Looked
from journeys.contact.texts.long_text import FILTERS, LINK_FIELDS, TAGS, fault_in, links_in
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

BROKEN = N_("The fields and conditions cannot be read: %(fault)s. There are only %(tags)s, and the filter %(filters)s")
LINK = N_("A link leads to an address with https://, or to %(fields)s, not to %(link)s")
LARGE = N_("The text has %(letters)s letters. Mail programs cut it off; at most %(most)s")
NOT_HERE = N_("Only e-mails and letters can be long. Write a short text here")

MOST = 20_000
"""Letters of a long text; with its marks it stays below the 102 KB after which mail programs cut."""

LONG_MEDIA = media_that(lambda medium: medium.takes_long)
SHOWN = sorted(TAGS & {"if", "unless", "case"})


class LongTexts(Check):
    """Few tags, one filter, no loops: so nothing runs away, and every field is known before publishing."""

    source = "OWASP ASVS 5.0, 1.3.7 (templates made by users); the limits that stopped every bomb tried"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Each long text."""
        for spot in looked.spots:
            if not spot.is_long:
                continue
            fault = fault_in(spot.text)
            if fault is not None:
                data = {"fault": fault, "tags": ", ".join(SHOWN), "filters": ", ".join(sorted(FILTERS))}
                yield Problem(spot.where, BROKEN, data)
            if spot.medium not in LONG_MEDIA:
                yield Problem(spot.where, NOT_HERE)
            if len(spot.text) > MOST:
                yield Problem(spot.where, LARGE, {"letters": len(spot.text), "most": MOST})
            for link in links_in(spot.text):
                if link not in LINK_FIELDS and not leads_out(link):
                    yield Problem(spot.where, LINK, {"link": link, "fields": ", ".join(sorted(LINK_FIELDS))})


def leads_out(link: str) -> bool:
    """Whether this is a written address that is encrypted."""
    parts = urlsplit(link)
    return parts.scheme == "https" and bool(parts.hostname)
