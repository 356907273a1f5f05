"""The chat of a clinic's site at its own address: no sign-in, no cookie, and without scripts a form that is sent."""

import functools
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import Response, current_app, g, render_template, request
from flask_babel import gettext
from flask_limiter import Limiter, RequestLimit

from app.base import Screen, by_link, clock, expose, perform_by_link, say
from app.base.headers import for_other_sites, let_frame
from app.base.words import preferred_language, speak
from app.views.forms_by_link import Page, Shown, shown, visitor
from journeys.contact.chat.open_chat import OpenChat, open_chat
from journeys.contact.chat.read_chat import SHOWN, Line, read_chat
from journeys.contact.chat.said import Said
from journeys.contact.chat.say_in_chat import LONGEST, say_in_chat
from journeys.contact.chat.say_who import WHO, say_who
from journeys.contact.chat.visits import address_of, new_ticket
from journeys.contact.inbound.act_on_intent import WORDS
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.ids import new_uid
from journeys.foundation.tokens import blind
from journeys.foundation.words import N_, in_language

OF_A_VISIT = "10 per 1 minute; 120 per 1 hour"
OF_AN_ADDRESS = "40 per 1 minute; 400 per 1 hour"
WHO_OF_A_VISIT = "5 per 1 hour"
WHO_OF_AN_ADDRESS = "10 per 1 hour"
LOOKS_OF_AN_ADDRESS = "600 per 1 minute"
"""A page looks every four seconds, and many may look from one address."""

LARGEST = 65_536
"""Bytes of what a page sends."""

SECONDS = 300
"""How long a site may keep the script that puts the chat on its pages."""

TOO_MANY = N_("Much was sent at once. Everything that you wrote is still here: wait a minute, send it again.")
TOO_LARGE = N_("This is too much at once. Write less, and send it again.")


@dataclass(frozen=True)
class Talk:
    """What a page shows besides its texts: the ticket of the visit, its lines, what was typed and what is wrong."""

    ticket: str = field(repr=False)
    lines: list[Line] = field(default_factory=list)
    text: str = field(default="", repr=False)
    line: Page = field(default_factory=lambda: Page([], []))
    who: Page = field(default_factory=lambda: Page([], []))
    is_asking_who: bool = False


class ChatByLink(Screen):
    """The page of a chat, what it sends and looks for, and the script that puts it on a site."""

    name = "chat"

    @expose("/<slug>", methods=("GET", "POST"))
    @by_link
    def index(self, slug: str) -> tuple[str, int]:
        """Ask; take in a line; or only look for answers, which a page without scripts does by a button."""
        chat = self._opened(slug)
        if request.method == "GET":
            return self._show(chat)
        if is_too_large():
            return self._show(chat, [Problem("", TOO_LARGE)], status=413)
        if "look" in request.form:
            return self._show(chat, text=request.form.get("text", ""))
        text = request.form.get("text", "")
        try:
            perform_by_link(say_in_chat, slug, said(chat), text, region())
        except Invalid as invalid:
            return self._show(chat, invalid.problems, text=text, status=422)
        return self._show(chat)

    @expose("/<slug>/who", methods=("POST",))
    @by_link
    def who(self, slug: str) -> tuple[str, int]:
        """Take in who is writing; the page says the same whoever it is."""
        chat = self._opened(slug)
        if is_too_large():
            return self._show(chat, [Problem("", TOO_LARGE)], is_who=True, status=413)
        typed = {key: request.form.getlist(key) for key in request.form}
        try:
            perform_by_link(say_who, slug, said(chat), typed, region())
        except Invalid as invalid:
            return self._show(chat, invalid.problems, is_who=True, status=422)
        return self._show(chat)

    @expose("/<slug>/read", methods=("POST",))
    @by_link
    def read(self, slug: str) -> tuple[str, int]:
        """What is new, for the script of the page."""
        chat = self._opened(slug)
        seen = request.form.getlist("seen")[: 2 * SHOWN] if not is_too_large() else []
        ticket = ticket_of(chat)
        lines = perform_by_link(read_chat, slug, ticket, seen)
        return self.page("chat/lines.html", talk=Talk(ticket, lines), **about(chat))

    @expose("/<slug>.js")
    @by_link
    def script(self, slug: str) -> Response:
        """What a site loads to show a button, and behind it the chat in a frame."""
        chat = self._opened(slug)
        words = {
            "open": gettext("Write to us"),
            "close": gettext("Close the chat"),
            "answered": gettext("You have an answer"),
            "language": language_of(chat),
        }
        answer = Response(render_template("chat/embed.js", words=json.dumps(words)), mimetype="text/javascript")
        answer.headers["Vary"] = "Accept-Language"
        return for_other_sites(answer, SECONDS)

    def too_many(self, _limit: RequestLimit) -> Response:
        """Say to wait, and show again what was typed."""
        chat = self._opened((request.view_args or {})["slug"])
        is_who = (request.endpoint or "").endswith(".who")
        text = request.form.get("text", "")
        return current_app.make_response(self._show(chat, [Problem("", TOO_MANY)], text, is_who, 429))

    def _opened(self, slug: str) -> OpenChat:
        chat = perform_by_link(open_chat, slug)
        speak(language_of(chat))
        let_frame(chat.sites)
        return chat

    def _show(
        self, chat: OpenChat, problems: Iterable[Problem] = (), text: str = "", is_who: bool = False, status: int = 200
    ) -> tuple[str, int]:
        problems = list(problems)
        ticket = ticket_of(chat)
        lines = perform_by_link(read_chat, chat.slug, ticket) if request.method == "POST" else []
        of_who, of_line = (problems, []) if is_who else ([], problems)
        talk = Talk(ticket, lines, text, page_of_line(of_line), page_of_who(chat, of_who), is_who)
        texts = about(chat)
        if lines:
            texts["known"] = []  # a link to another language would leave the visit, where no script keeps its ticket
        return self.page("chat/index.html", talk=talk, key=new_uid(), **texts, status=status)


def limit_chat(limiter: Limiter, screen: ChatByLink) -> None:
    """Slow down whoever writes or tries much; what is counted by names no address and no visit."""
    limit = functools.partial(limiter.limit, methods=["POST"], on_breach=screen.too_many)
    for counted, of_visit, of_address in (
        ("index", OF_A_VISIT, OF_AN_ADDRESS),
        ("who", WHO_OF_A_VISIT, WHO_OF_AN_ADDRESS),
    ):
        is_another = functools.partial(is_not, f"{screen.endpoint}.{counted}")
        limit(of_visit, key_func=visit, exempt_when=is_another)(screen.blueprint)
        limit(of_address, key_func=visitor, exempt_when=is_another)(screen.blueprint)
    looks = functools.partial(is_not, f"{screen.endpoint}.read")
    limiter.limit(LOOKS_OF_AN_ADDRESS, key_func=visitor, exempt_when=looks)(screen.blueprint)


def is_not(endpoint: str) -> bool:
    """Whether this request is for something else."""
    return request.endpoint != endpoint


def visit() -> str:
    """Which visit sends: a keyed hash of its ticket. What is too large is not read."""
    ticket = "" if is_too_large() else request.form.get("ticket", "")
    return blind("visit", ticket or visitor()).hex()


def is_too_large() -> bool:
    """Whether more came than a page sends."""
    return (request.content_length or 0) > LARGEST


def region() -> str:
    """How a number without a country is read."""
    return str(current_app.config["WAYMARK"].phone_region)


def said(chat: OpenChat) -> Said:
    """What came with the request besides the words."""
    return Said(
        ticket=request.form.get("ticket", ""),
        key=request.form.get("key", ""),
        language=language_of(chat),
        trap=request.form.get("website", ""),
    )


def ticket_of(chat: OpenChat) -> str:
    """The ticket that came, while its visit goes on, else a new one."""
    if "chat_ticket" not in g:
        now = clock.now()
        came = "" if request.method == "GET" or is_too_large() else request.form.get("ticket", "")
        g.chat_ticket = came if address_of(chat.slug, came, now) else new_ticket(chat.slug, now)
    return str(g.chat_ticket)


def language_of(chat: OpenChat) -> str:
    """The language that the visitor chose, or whose browser asks for it, among those in which the chat greets."""
    if "chat_language" not in g:
        known = languages_of(chat)
        chosen = request.args.get("language", "")
        wanted = chosen if chosen in known else preferred_language()
        g.chat_language = wanted if wanted in known else known[0]
    return str(g.chat_language)


def languages_of(chat: OpenChat) -> list[str]:
    """Those in which it greets; all of the portal where it greets in none."""
    return chat.languages or list(current_app.config["LANGUAGES"])


def about(chat: OpenChat) -> dict[str, object]:
    """What every part of the page knows."""
    language = language_of(chat)
    return {
        "slug": chat.slug,
        "heading": gettext("Write to us"),
        "greeting": in_language(chat.greeting, language) if chat.greeting else "",
        "hours": in_language(chat.hours, language) if chat.hours else "",
        "emergency": in_language(WORDS["on_page"], language),
        "spoken": language,
        "known": languages_of(chat),
    }


def page_of_line(problems: list[Problem]) -> Page:
    """What is wrong with a line, at its place."""
    faults = [say(each) for each in problems if each.where == "text"]
    line = Shown("text", "text", gettext("Your message"), "long", "off", LONGEST, True, faults=faults)
    return Page([line], [say(each) for each in problems if each.where != "text"])


def page_of_who(chat: OpenChat, problems: list[Problem]) -> Page:
    """The questions of who is writing, with what was typed and what is wrong."""
    keys = {each.key for each in WHO.questions}
    return Page(
        [shown(each, language_of(chat), problems) for each in WHO.questions],
        [say(each) for each in problems if each.where not in keys],
    )
