"""One question to a FHIR server, within limits of time and size; what went wrong is a code, never its words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from journeys.foundation.outgoing import Answer, NoAnswer, NotReached, Reach, Request
from journeys.sync.fhir.server import Server

LARGEST = 16 * 1024 * 1024
"""Bytes that an answer may have."""

JSON = "application/fhir+json"
LONGEST_WAIT = 3_600


class Trouble(Exception):
    """The server did not give what was asked for; the text is a code. `wait` are the seconds it asks to be left alone,
    `is_whole` whether other questions would fare no better."""

    def __init__(self, code: str, wait: int = 0, is_whole: bool = False) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code
        self.wait = wait
        self.is_whole = is_whole


@dataclass
class Speaker:
    """Speaks to one server, and knows what was heard of its clock."""

    server: Server
    reach: Reach
    authorization: str | None = None
    skews: list[int] = field(default_factory=list)

    def get(self, url: str, now: dt.datetime) -> bytes:
        """What stands at an address of the server; Trouble for anything but an answer of status 200."""
        if not self.server.is_own(url):
            raise Trouble("elsewhere")
        headers = {"Accept": JSON, "User-Agent": "Waymark"}
        if self.authorization is not None:
            headers["Authorization"] = self.authorization
        answer = self.ask(url, Request("GET", headers), now)
        if answer.status != 200:
            raise trouble_of(answer)
        return answer.body

    def ask(self, url: str, request: Request, now: dt.datetime) -> Answer:
        """One exchange with a host that may be spoken to."""
        if not self.server.may_speak_to(url):
            raise Trouble("elsewhere")
        try:
            answer = self.reach.ask(url, request, LARGEST + 1)
        except (NotReached, NoAnswer) as error:
            raise Trouble(str(error), is_whole=True) from None
        if len(answer.body) > LARGEST:
            raise Trouble("too-large")
        self.note_clock(answer, now)
        return answer

    def note_clock(self, answer: Answer, now: dt.datetime) -> None:
        """Keep how far the server's clock is ahead."""
        try:
            there = parsedate_to_datetime(answer.headers.get("date", ""))
        except ValueError:
            return
        if there.tzinfo is not None:
            self.skews.append(round((there - now).total_seconds()))


def trouble_of(answer: Answer) -> Trouble:
    """What an answer of another status means."""
    said = answer.headers.get("retry-after", "")
    wait = min(int(said), LONGEST_WAIT) if said.isascii() and said.isdigit() and len(said) < 6 else 0
    is_whole = answer.status in (401, 429) or answer.status >= 500
    return Trouble(f"http-{answer.status}", wait, is_whole)
