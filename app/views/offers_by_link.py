"""A freed time that is offered to somebody who waits, by the link in the message: looking changes nothing, taking it
asks once more, and whoever comes too late is told so and keeps their place."""

import zoneinfo
from typing import Any

from flask import request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Screen, by_link, expose, perform_by_link
from app.views.visits_by_link import speak_with, when_words, zone_words
from journeys.access.links.answer_by_link import answer_by_link
from journeys.access.links.offer_link import ASKING, LATE, LOST, MINE, OVER, REFUSED
from journeys.access.links.read_offer import OfferSeen, read_offer
from journeys.foundation.errors import Missing
from journeys.foundation.words import N_

STANDING = {
    ASKING: N_("This time is free. Others may be asked too: whoever says yes first has it."),
    MINE: N_("The time is yours."),
    REFUSED: N_("You have said that you do not want this time."),
    LATE: N_("The time for an answer is over, and this offer with it."),
    LOST: N_("This time is taken: somebody else was quicker."),
    OVER: N_("This offer is over, and its link has run out."),
}
"""How the offer stands, in words."""

KINDS = {MINE: "success", LATE: "warning", LOST: "warning"}


class OffersByLink(Screen):
    """One freed time, as whoever has its link sees it."""

    name = "offers"

    def __init__(self) -> None:
        """Stand at a short address: it goes into text messages."""
        super().__init__()
        self.route_base = "/o"

    @expose("/<token>")
    @by_link
    def index(self, token: str) -> tuple[str, int]:
        """The time, until when it can be answered, and where they stand."""
        return self._show(token)

    @expose("/<token>/take", methods=("GET", "POST"))
    @by_link
    def take(self, token: str) -> Response | tuple[str, int]:
        """Say once more what they would take; and take it."""
        if request.method == "POST":
            return self._answer(token, is_yes=True)
        offer = opened(token)
        if offer is None or offer.standing != ASKING:
            return self._show(token)
        return self.page("offers/take.html", token=token, **about(offer))

    @expose("/<token>/refuse", methods=("POST",))
    @by_link
    def refuse(self, token: str) -> Response | tuple[str, int]:
        """Say that they do not want it: the next is asked at once."""
        return self._answer(token, is_yes=False)

    def _answer(self, token: str, *, is_yes: bool) -> Response | tuple[str, int]:
        """Answer, and show what has become of it: the page says it, whoever won."""
        try:
            perform_by_link(answer_by_link, token, is_yes)
        except Missing:
            return self._show(token)
        return self.go("index", token=token)

    def _show(self, token: str) -> tuple[str, int]:
        offer = opened(token)
        if offer is None:
            return self.page("visits/unknown.html", status=404)
        return self.page(
            "offers/show.html",
            token=token,
            says=gettext(STANDING[offer.standing]),
            kind=KINDS.get(offer.standing, ""),
            is_asking=offer.standing == ASKING,
            **about(offer),
        )


def opened(token: str) -> OfferSeen | None:
    """What a link shows, with the page in the patient's language, where the reader chose none; None without it."""
    try:
        found = perform_by_link(read_offer, token)
    except Missing:
        return None
    speak_with(found.language)
    return found


def about(offer: OfferSeen) -> dict[str, Any]:
    """The offer in words, on the wall clock of its place."""
    info = zoneinfo.ZoneInfo(offer.zone)
    return {
        "offer": offer,
        "when": "" if offer.start_at is None else when_words(offer.start_at, info),
        "zone": zone_words(info),
        "until": "" if offer.answer_until is None else when_words(offer.answer_until, info),
        "moves_from": "" if offer.moves_from is None else when_words(offer.moves_from, info),
    }
