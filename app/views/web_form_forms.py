"""What the editor of web forms asks, and the same as the content of a form."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.base import asking, say, say_texts
from app.views.consent_words import PURPOSES
from app.views.drafts import Content
from app.views.field_forms import Choice
from journeys.contact.forms.content import CUSTOM, fields_for_forms
from journeys.contact.forms.questions import FIELD, QUESTIONS, REASON
from journeys.contact.media import MEDIA
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.organisation import Location


def questions() -> list[tuple[str, str]]:
    """The catalogue, then the custom fields that forms may ask."""
    own = fields_for_forms(asking())
    known = [(code, say(kind.label)) for code, kind in QUESTIONS.items() if code != FIELD]
    return [*known, *((f"{CUSTOM}{slug}", say_texts(each.name)) for slug, each in own.items())]


def branches() -> list[tuple[str, str]]:
    """The branches by name."""
    named = select(Location.slug, Location.name).where(Location.slug.is_not(None)).order_by(Location.name)
    return [(slug, name) for slug, name in asking().execute(named)]


def media() -> list[tuple[str, str]]:
    """What consent is about."""
    return [(name, say(medium.one)) for name, medium in MEDIA.items()]


@dataclass(frozen=True)
class Question:
    """One question."""

    asks: str = field(metadata={"label": N_("Asks for"), "choices": questions})
    label: dict[str, str] = field(
        default_factory=dict, metadata={"label": N_("In these words"), "help": N_("Empty: in the usual words.")}
    )
    needed: bool = field(default=False, metadata={"label": N_("An answer is needed")})


@dataclass(frozen=True)
class Box:
    """One consent to tick."""

    purpose: str = field(metadata={"label": N_("About"), "choices": tuple(PURPOSES.items())})
    channel: str = field(metadata={"label": N_("By"), "choices": media})
    wording: dict[str, str] = field(metadata={"label": N_("Wording"), "rows": 2})


@dataclass(frozen=True)
class WebFormForm:
    """A form of the website."""

    name: dict[str, str] = field(
        metadata={
            "label": N_("Heading"),
            "help": N_("The form is offered in the languages in which it has a heading."),
            "group": N_("What visitors read"),
        }
    )
    intro: dict[str, str] = field(default_factory=dict, metadata={"label": N_("Text below the heading"), "rows": 2})
    thanks: dict[str, str] = field(default_factory=dict, metadata={"label": N_("Text after sending"), "rows": 2})
    questions: tuple[Question, ...] = field(
        default=(),
        metadata={
            "label": N_("Questions"),
            "help": N_("Who gives a birth date and a phone number or address of their record is known at once."),
            "group": N_("What is asked"),
        },
    )
    reasons: tuple[Choice, ...] = field(
        default=(), metadata={"label": N_("Reasons for contact"), "help": N_("What visitors choose from.")}
    )
    consents: tuple[Box, ...] = field(
        default=(),
        metadata={
            "label": N_("Consents"),
            "help": N_("One box each, never ticked at first. What was refused before stays refused."),
        },
    )
    branch: str | None = field(
        default=None, metadata={"label": N_("Branch"), "choices": branches, "group": N_("Where it stands")}
    )
    sites: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Websites that may show it in a frame"),
            "help": N_("One a line, as https://www.example.org. Any site may link to it."),
            "attributes": {"dir": "ltr", "spellcheck": "false"},
        },
    )


def as_form(content: Content) -> WebFormForm:
    """The content as the editor shows it."""
    asked = content.get("questions", [])
    listed = [choice for each in asked for choice in each.get("choices", ())]
    return WebFormForm(
        name=content.get("name", {}),
        intro=content.get("intro", {}),
        thanks=content.get("thanks", {}),
        questions=tuple(Question(key_of(each), each.get("label", {}), bool(each.get("needed"))) for each in asked),
        reasons=tuple(Choice(each["code"], each["name"]) for each in listed),
        consents=tuple(Box(**each) for each in content.get("consents", [])),
        branch=content.get("branch"),
        sites=tuple(content.get("sites", ())),
    )


def key_of(question: Content) -> str:
    """What the editor calls a question."""
    asks = str(question.get("asks", ""))
    return f"{CUSTOM}{question.get('field', '')}" if asks == FIELD else asks


def as_content(given: WebFormForm) -> Content:
    """The editor as content; what is empty is left out."""
    reasons = [{"code": each.code, "name": each.name} for each in given.reasons]
    content: dict[str, Any] = {
        "format": 1,
        "name": given.name,
        "intro": given.intro,
        "thanks": given.thanks,
        "branch": given.branch,
        "questions": [as_question(each, reasons) for each in given.questions],
        "consents": [
            {"purpose": each.purpose, "channel": each.channel, "wording": each.wording} for each in given.consents
        ],
        "sites": list(given.sites),
    }
    return {key: value for key, value in content.items() if value or key in ("name", "questions")}


def as_question(given: Question, reasons: list[Content]) -> Content:
    """One question as content."""
    is_own = given.asks.startswith(CUSTOM)
    question: dict[str, Any] = {
        "asks": FIELD if is_own else given.asks,
        "field": given.asks.removeprefix(CUSTOM) if is_own else "",
        "label": given.label,
        "needed": given.needed,
        "choices": reasons if given.asks == REASON else [],
    }
    return {key: value for key, value in question.items() if value or key == "asks"}


def moved(found: Iterable[Problem]) -> Iterator[Problem]:
    """Problems at the editor's own places."""
    for problem in found:
        first, _, rest = problem.where.partition(".")
        place, _, part = rest.partition(".")
        if first == "questions" and part.startswith("choices"):
            yield Problem(f"reasons{part.removeprefix('choices')}", problem.says, problem.data, problem.severity)
        elif first == "questions" and part == "field":
            yield Problem(f"questions.{place}.asks", problem.says, problem.data, problem.severity)
        else:
            yield problem
