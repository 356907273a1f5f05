"""The journey designer: its page, and what it asks while somebody draws; every question is a POST with a token.

Nothing of a journey stands in an address. The server is the only judge: the designer holds no rule of its own.
"""

import datetime as dt
import json
from typing import Any

from flask import Response, abort, jsonify, request, url_for
from flask_babel import get_locale, gettext

from app.base import Screen, allowed, expose, perform, reading, say_texts
from app.base.designer_words import DESIGNER_WORDS
from app.base.lists import count_words
from app.designer import panels
from app.designer.describing import judged, told_all, told_of_text, ways_of_blank
from app.views.journey_forms import step_types
from app.views.journeys import STATES
from journeys.flow.packs.journey_text import read_journey, write_journey
from journeys.flow.seeing.enrolled import left, standing
from journeys.flow.steps import STEPS
from journeys.flow.text.catalogue import read_catalogue
from journeys.flow.text.save_journey import Saved, save_journey
from journeys.flow.words.place_words import part_words
from journeys.flow.words.reader import Reader
from journeys.store.putting_in_force.definitions import JOURNEY, find

MOST_BYTES = 2_000_000
"""Far above 500 steps, twice: a draft and the one it was written over."""

LATELY = dt.timedelta(days=30)
QUESTIONS = ("judge", "panel", "typed", "write", "read")


class Designer(Screen):
    """The page of the designer and its questions."""

    name = "designer"

    @expose("/<slug>/")
    @allowed("read")
    def index(self, slug: str) -> tuple[str, int]:
        """The designer, with the draft and what is to be said of it."""
        with reading() as (session, _act):
            definition = find(session, JOURNEY, slug)
            content = definition.draft or {}
            judgement = judged(content, read_catalogue(session, slug))
        given = {"content": content, "rowVersion": definition.row_version, "judgement": judgement}
        state = STATES[definition.status]
        return self.page("designer/index.html", definition=definition, state=state, given=given | self._settings(slug))

    def _settings(self, slug: str) -> dict[str, Any]:
        """What never changes while the page is open."""
        types = [
            {
                "type": kind,
                "label": label,
                "help": help_,
                "icon": STEPS[kind].icon,
                "ways": ways_of_blank(kind),
            }
            for kind, label, help_ in step_types()
        ]
        return {
            "slug": slug,
            "mayChange": self.may("change"),
            "types": types,
            "icons": url_for("static", filename="icons.svg"),
            "language": str(get_locale()),
            "words": {word: gettext(word) for word in DESIGNER_WORDS},
            "addresses": {question: self.address(question) for question in QUESTIONS}
            | {"save": self.address("save", slug=slug), "counts": self.address("counts", slug=slug)},
        }

    @expose("/judge", methods=("POST",))
    @allowed("read")
    def judge(self) -> Response:
        """What is to be said of a draft as it stands."""
        asked = question()
        content = draft_of(asked, "content")
        with reading() as (session, _act):
            return jsonify(judged(content, read_catalogue(session, journey_of(asked))))

    @expose("/panel", methods=("POST",))
    @allowed("change")
    def panel(self) -> Response:
        """The form of one step, or of the head."""
        return jsonify({"html": panels.opened().html()})

    @expose("/typed", methods=("POST",))
    @allowed("change")
    def typed(self) -> Response:
        """What the form says, as JSON; and the form again where entries were added or removed."""
        panel, is_redrawn = panels.typed()
        answer: dict[str, Any] = {"value": panel.value(), "ways": panel.ways(), "faults": panel.faults()}
        if is_redrawn:
            answer["html"] = panel.html()
        return jsonify(answer)

    @expose("/write", methods=("POST",))
    @allowed("read")
    def write(self) -> Response:
        """The one text of a draft."""
        return jsonify({"text": write_journey(draft_of(question(), "content"))})

    @expose("/read", methods=("POST",))
    @allowed("read")
    def read(self) -> Response:
        """The draft that a text holds, and what is wrong, each at its line; no draft when it cannot be read."""
        asked = question()
        text = asked.get("text")
        document = read_journey(text if isinstance(text, str) else "")
        if document.problems or not isinstance(document.value, dict):
            says = [told_of_text(each) for each in document.problems]
            return jsonify({"problems": says or [unreadable()]})
        with reading() as (session, _act):
            catalogue = read_catalogue(session, journey_of(asked))
        problems = told_all(document.value, catalogue, document.lines)
        return jsonify({"content": document.value, "problems": problems})

    @expose("/<slug>/save", methods=("POST",))
    @allowed("change")
    def save(self, slug: str) -> tuple[Response, int]:
        """Save the draft, woven with what somebody else saved meanwhile; 409 names what both changed."""
        asked = question()
        number = asked.get("rowVersion")
        if not isinstance(number, int):
            abort(400)
        saved = perform(save_journey, slug, draft_of(asked, "content"), draft_of(asked, "base"), number)
        return jsonify(told_of_saving(saved)), 409 if saved.conflicts else 200

    @expose("/<slug>/counts", methods=("POST",))
    @allowed("read")
    def counts(self, slug: str) -> Response:
        """How many stand at each step, and left it by each way lately: in words, by step and by `step port`."""
        with reading() as (session, act):
            definition = find(session, JOURNEY, slug)
            here = standing(session, definition.id)
            gone = left(session, definition.id, act.now - LATELY)
        return jsonify(
            {
                "here": {step: count_words(count) for step, count in here.items() if count.number},
                "left": {f"{step} {port}": count_words(count) for (step, port), count in gone.items()},
            }
        )


def told_of_saving(saved: Saved) -> dict[str, Any]:
    """What the designer goes on with: the woven draft over the one that is stored now."""
    stored = saved.theirs if saved.conflicts else saved.woven
    conflicts = [
        {"part": list(each.part), "where": each.where, "name": name_of(each.part, (saved.woven, saved.theirs))}
        for each in saved.conflicts
    ]
    return {
        "content": saved.woven,
        "stored": stored,
        "rowVersion": saved.definition.row_version,
        "isWoven": saved.is_woven,
        "conflicts": conflicts,
        "by": saved.definition.changed_by.removeprefix("user:") if saved.conflicts else "",
    }


def name_of(part: tuple[str, ...], sides: tuple[dict[str, Any], ...]) -> str:
    """What people call a part of a journey."""
    if part[0] != "steps":
        return part_words(".".join(part), {}, Reader(gettext, say_texts))
    steps = [side.get("steps", {}).get(part[1]) for side in sides]
    names = [say_texts(step.get("name")) for step in steps if isinstance(step, dict)]
    return next(filter(None, names), part[1])


def unreadable() -> dict[str, Any]:
    """What is said of a text without any names and values."""
    says = gettext("The file should hold named values")
    return {"where": "", "says": says, "severity": "error", "step": "", "part": "", "proof": [], "line": 1}


def question() -> dict[str, Any]:
    """The JSON object that was sent; 413 when it is larger than any journey, 400 when it is none."""
    sent = request.get_data()
    if len(sent) > MOST_BYTES:
        abort(413)
    try:
        asked = json.loads(sent)
    except (ValueError, RecursionError):
        abort(400)
    if not isinstance(asked, dict):
        abort(400)
    return asked


def journey_of(asked: dict[str, Any]) -> str | None:
    """The slug of the journey that a question is about, which other journeys in force may name."""
    slug = asked.get("journey")
    return slug if isinstance(slug, str) else None


def draft_of(asked: dict[str, Any], name: str) -> dict[str, Any]:
    """A draft of a question; 400 when it is none."""
    content = asked.get(name)
    if not isinstance(content, dict):
        abort(400)
    return content
