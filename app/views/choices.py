"""What patients choose by the link in a message: no sign-in, nothing of them is shown, and looking changes nothing."""

from flask import flash, request
from flask_babel import gettext
from flask_limiter import Limiter
from werkzeug.wrappers import Response

from app.base import Screen, by_link, expose, perform_by_link, say
from app.base.words import speak
from journeys.contact.consent.choices import Choice, Choices
from journeys.contact.consent.choose import choose
from journeys.contact.consent.read_choices import read_choices
from journeys.contact.consent.stop_by_link import stop_by_link
from journeys.contact.media import MEDIA
from journeys.foundation.errors import Invalid
from journeys.foundation.words import N_

PER_ADDRESS = "30 per 1 minute"

PURPOSES = {
    "transactional": N_("About your appointments and what you asked for"),
    "care": N_("Reminders that are part of your care"),
    "experience": N_("Questions about how it went"),
    "promotional": N_("News and offers"),
}
LEFT = "everything"
"""The button that ends everything."""


class ChoicesByLink(Screen):
    """The page behind the link in a message."""

    name = "choices"

    def __init__(self) -> None:
        """Stand at a short address: it goes into text messages."""
        super().__init__()
        self.route_base = "/m"

    @expose("/<token>", methods=("GET", "POST"))
    @by_link
    def index(self, token: str) -> Response | tuple[str, int]:
        """What holds; and what the patient chooses."""
        found = self._found(token)
        problems: list[str] = []
        wanted = sent(found)
        if request.method == "POST":
            try:
                perform_by_link(choose, token, wanted)
            except Invalid as invalid:
                problems = [say(problem) for problem in invalid.problems]
            else:
                flash(gettext("It is done. This holds from now on."), "success")
                return self.go("index", token=token)
        return self.page(
            "choices/index.html",
            clinic=found.clinic,
            media=[medium(each, wanted if problems else written(found)) for each in media_of(found)],
            problems=problems,
            everything=LEFT,
            is_too_old=found.is_too_old,
            status=422 if problems else 200,
        )

    @expose("/<token>/stop", methods=("GET", "POST"))
    @by_link
    def stop(self, token: str) -> Response:
        """What mail programs send (RFC 8058): it ends this kind of e-mail. People who come here choose on the page."""
        if request.method == "POST":
            perform_by_link(stop_by_link, token)
            return Response(status=200, mimetype="text/plain")
        return self.go("index", token=token)

    def _found(self, token: str) -> Choices:
        """What holds now, with the page in the language of the message."""
        found = perform_by_link(read_choices, token)
        speak(found.language)
        return found


def limit_links(limiter: Limiter, screen: ChoicesByLink) -> None:
    """Slow down whoever tries letters."""
    limiter.limit(PER_ADDRESS)(screen.blueprint)


def media_of(found: Choices) -> list[str]:
    """What the patient is asked about, each once."""
    return list(dict.fromkeys(channel for _, channel in found.writes))


def sent(found: Choices) -> set[Choice]:
    """What was ticked of what was asked; nothing where everything is to end."""
    if LEFT in request.form:
        return set()
    ticked = set(request.form.getlist("choice"))
    return {(purpose, channel) for purpose, channel in found.writes if f"{purpose}:{channel}" in ticked}


def written(found: Choices) -> set[Choice]:
    """What we write as things stand."""
    return {choice for choice, writes in found.writes.items() if writes}


def medium(name: str, ticked: set[Choice]) -> dict[str, object]:
    """One group of the page."""
    kind = MEDIA[name]
    choices = [
        {"value": f"{purpose}:{name}", "label": say(words), "is_ticked": (purpose, name) in ticked}
        for purpose, words in PURPOSES.items()
    ]
    return {"name": name, "icon": kind.icon, "label": say(kind.many), "choices": choices}
