"""Reads one server that is due: claim and commit, speak in no transaction, keep page by page; a flow of verbs, not one.

Killed at any moment it is begun again: a page is kept with the place of the walk, and what comes again is known.
"""

from __future__ import annotations

from collections.abc import Callable

from journeys.foundation.acting import Act, House, act
from journeys.foundation.errors import Stale
from journeys.foundation.outgoing import Reach
from journeys.sync.fhir.capability import summary_of
from journeys.sync.fhir.claim_server import Claimed, Walk, claim_server
from journeys.sync.fhir.keep_page import keep_page
from journeys.sync.fhir.pages import Page, first_address, page_of
from journeys.sync.fhir.record_reading import Outcome, record_reading
from journeys.sync.fhir.signing_in import authorization_of
from journeys.sync.fhir.speaking import Speaker, Trouble

MOST_PAGES = 5_000
"""Of one walk: a server that always has another page is not believed."""


def read_servers(
    house: House, make_act: Callable[[], Act], reach: Reach, is_over: Callable[[], bool] = lambda: False
) -> bool:
    """Read one server, and say whether there was one."""
    claimed = act(house, make_act(), claim_server)
    if claimed is None:
        return False
    reader = Reader(house, make_act, claimed, Speaker(claimed.server, reach), is_over)
    try:
        reader.read()
    except Trouble as trouble:
        reader.outcome.trouble = trouble
    except Stale:
        return True
    reader.outcome.skews = tuple(reader.speaker.skews)
    act(house, make_act(), record_reading, claimed, reader.outcome)
    return True


class Reader:
    """One reading of one server."""

    def __init__(
        self, house: House, make_act: Callable[[], Act], claimed: Claimed, speaker: Speaker, is_over: Callable[[], bool]
    ) -> None:
        """Nothing is read yet."""
        self.house = house
        self.make_act = make_act
        self.claimed = claimed
        self.speaker = speaker
        self.is_over = is_over
        self.outcome = Outcome()

    def read(self) -> None:
        """Test it where that is due, and walk what is due; Trouble when the server fails as a whole."""
        now = self.make_act().now
        if self.claimed.is_tested:
            said = self.speaker.get(self.claimed.server.address("metadata"), now)
            self.outcome.capability = summary_of(said)
        self.speaker.authorization = authorization_of(self.speaker, self.claimed.secret, now)
        if not self.claimed.is_read:
            self.look_once()
            return
        for walk in self.claimed.walks:
            if self.is_over():
                self.outcome.is_more = True
                return
            self.walk(walk)

    def look_once(self) -> None:
        """Whether a server that rests would let us in: one page is asked for, and not kept."""
        resource_type = self.claimed.server.types[0]
        self.speaker.get(self.claimed.server.address(f"{resource_type}?_count=1"), self.make_act().now)

    def walk(self, walk: Walk) -> None:
        """Walk on until the end or until the time is over."""
        try:
            while self.step(walk):
                if self.is_over():
                    self.outcome.is_more = True
                    return
        except Trouble as trouble:
            if trouble.is_whole:
                raise
            self.outcome.walks.append((walk, trouble))

    def step(self, walk: Walk) -> bool:
        """Read one page and keep it; whether there is another."""
        server = self.claimed.server
        address = walk.page or first_address(server, walk.resource_type, walk.way, walk.since)
        page = page_of(server, self.speaker.get(address, self.make_act().now), walk.way)
        if page.following == address or walk.pages >= MOST_PAGES:
            raise Trouble("endless")
        move_on(walk, page)
        act(self.house, self.make_act(), keep_page, self.claimed, walk, page.found)
        return walk.page is not None


def move_on(walk: Walk, page: Page) -> None:
    """Where a walk stands after a page."""
    moments = [each.updated_at for each in page.found if each.updated_at is not None]
    walk.highest = max([*moments, *([walk.highest] if walk.highest else [])], default=None)
    walk.page = page.following
    walk.pages += 1
