"""Free times by the link in a message: one press books, no sign-in, no script, no cookie; looking changes nothing."""

from flask import redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Screen, by_link, expose, perform_by_link, say, say_texts
from app.views.visits_by_link import chosen_slot, days_of, from_at, later, speak_with
from journeys.access.links.book_by_link import book_by_link
from journeys.access.links.booking_link import ENDED, USED
from journeys.access.links.read_booking import BookingSeen, read_booking
from journeys.contact.texts.visit_links import LINK
from journeys.foundation.errors import Invalid, Missing
from journeys.foundation.links import token_of
from journeys.foundation.words import N_

SAYS = {
    USED: N_("You have booked by this link already."),
    ENDED: N_("This link has run out. Ask your clinic for a new one."),
}


class BookingByLink(Screen):
    """The free times that a link offers."""

    name = "booking"

    def __init__(self) -> None:
        """Stand at a short address: it goes into text messages."""
        super().__init__()
        self.route_base = "/b"

    @expose("/<token>", methods=("GET", "POST"))
    @by_link
    def index(self, token: str) -> Response | tuple[str, int]:
        """Free times; and book one. Whoever comes too late sees what is still free."""
        problems: list[str] = []
        if request.method == "POST":
            try:
                made = perform_by_link(book_by_link, token, chosen_kind(), chosen_slot())
            except Invalid as invalid:
                problems = [say(problem) for problem in invalid.problems]
            except Missing:
                problems = [gettext("There is no such time. Choose another one.")]
            else:
                return redirect(url_for("visits.index", token=token_of(LINK, made.id)), 303)
        try:
            found = perform_by_link(read_booking, token, chosen_kind(), from_at())
        except Missing:
            return self.page("visits/unknown.html", status=404)
        speak_with(found.language)
        return self._show(token, found, problems)

    def _show(self, token: str, found: BookingSeen, problems: list[str]) -> tuple[str, int]:
        several = found.branches if len(found.branches) > 1 else {}
        only = "" if several else next(iter(found.branches.values()), "")
        return self.page(
            "visits/book.html",
            token=token,
            found=found,
            says=gettext(SAYS[found.standing]) if found.standing in SAYS else "",
            kinds=[(slug, say_texts(name)) for slug, name in found.kinds],
            days=days_of(list(found.times), dict(several)),
            later=later(list(found.times)),
            where=only,
            visit=url_for("visits.index", token=found.visit) if found.visit else "",
            problems=problems,
            status=409 if problems else 200,
        )


def chosen_kind() -> str:
    """The type that was chosen, where the link leaves it open."""
    return str(request.values.get("kind", ""))
