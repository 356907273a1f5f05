"""Links lead openly to where they say: no shorteners, no bare numbers, always encrypted."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from journeys.contact.template_checks.base import WARNING, Check, Looked
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

SHORTENERS = frozenset(yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))["shorteners"])
LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'»)\]]+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/[^\s<>\"'»)\]]*", re.I)

SHORTENED = N_("%(host)s hides where the link leads, and carriers block it. Write the clinic's own address in full")
NUMBER = N_("A link to the bare number %(host)s looks like fraud. Write the clinic's own address")
OPEN_LINE = N_("The link to %(host)s is not encrypted. Write it with https://")
BROKEN = N_("The link %(link)s cannot be read")


class Links(Check):
    """Shorteners and bare numbers are refused; a link without encryption is pointed out."""

    source = "CTIA Messaging Principles 5.3; NCSC guidance quoted in nhsuk-service-manual-community-backlog 366"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Each link of each text."""
        for spot in looked.spots:
            for link in LINK.findall(spot.literal()):
                yield from of_link(spot.where, link.rstrip(".,;:!?"))


def of_link(where: str, link: str) -> Iterator[Problem]:
    """What is wrong with one link."""
    has_scheme = "://" in link
    try:
        host = (urlsplit(link if has_scheme else f"https://{link}").hostname or "").removeprefix("www.")
    except ValueError:
        yield Problem(where, BROKEN, {"link": link})
        return
    if host in SHORTENERS:
        yield Problem(where, SHORTENED, {"host": host})
    elif is_number(host):
        yield Problem(where, NUMBER, {"host": host})
    elif link.lower().startswith("http://"):
        yield Problem(where, OPEN_LINE, {"host": host}, WARNING)


def is_number(host: str) -> bool:
    """Whether a host is an address of numbers."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
