"""Templates as forms, and forms as templates; each problem at the control that holds what is wrong."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from journeys.contact.channels import CARRIED
from journeys.contact.texts.text_uses import MESSAGE, USES, uses_of
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

Content = dict[str, Any]

PURPOSES = {
    "transactional": N_("Transactional: about this appointment or request"),
    "care": N_("Care: recalls, gaps, preparation"),
    "experience": N_("Experience: surveys"),
    "promotional": N_("Promotional"),
}

LEVELS = (
    (0, N_("0: the clinic has a message for you")),
    (1, N_("1: date, time and place")),
    (2, N_("2: who the appointment is with")),
    (3, N_("3: health content")),
)

CHANNELS = tuple((name, medium.one) for name, medium in CARRIED.items())


@dataclass(frozen=True)
class Wording:
    """The text in one language."""

    language: str = field(metadata={"label": N_("Language"), "help": N_("A code, for example en or es.")})
    body: str = field(metadata={"label": N_("Text"), "rows": 4})
    subject: str = field(default="", metadata={"label": N_("Subject of the e-mail")})
    email: str = field(
        default="",
        metadata={
            "label": N_("Long e-mail"),
            "rows": 8,
            "help": N_(
                "Only where an e-mail says more. A blank line begins a paragraph, # a heading, - a list;"
                " [words](https://…) is a link, alone on its line a button."
            ),
        },
    )


@dataclass(frozen=True)
class Reply:
    """A reply that the template asks for."""

    typed: str = field(metadata={"label": N_("What the patient types")})
    meaning: str = field(metadata={"label": N_("Meaning"), "help": N_("For example confirm or decline.")})
    called: dict[str, str] = field(
        default_factory=dict,
        metadata={"label": N_("What it is called"), "help": N_("How journeys speak of this answer.")},
    )


@dataclass(frozen=True)
class TemplateForm:
    """A template."""

    name: dict[str, str] = field(metadata={"label": N_("Name")})
    uses: tuple[str, ...] = field(
        default=(MESSAGE,),
        metadata={
            "label": N_("What it is for"),
            "choices": tuple(USES.items()),
            "help": N_(
                "Staff choose saved replies; call scripts stand beside tasks; web texts are for anybody to read."
            ),
        },
    )
    purpose: Literal["transactional", "care", "experience", "promotional"] = field(
        default="care",
        metadata={"label": N_("Purpose"), "choices": tuple(PURPOSES.items())},
    )
    content_level: int = field(
        default=0,
        metadata={
            "label": N_("How much it reveals"),
            "choices": LEVELS,
            "help": N_("Text messages go up to level 1."),
        },
    )
    channels: tuple[str, ...] = field(
        default=(),
        metadata={
            "label": N_("Channels"),
            "choices": CHANNELS,
            "help": N_("On which it may go; none chosen means every one."),
        },
    )
    wordings: tuple[Wording, ...] = field(default=(), metadata={"label": N_("Texts")})
    answers: tuple[Reply, ...] = field(default=(), metadata={"label": N_("Replies")})


def as_form(content: dict[str, Any], languages: tuple[str, ...] | list[str]) -> TemplateForm:
    """The content as the form shows it; a language that is wanted and not written yet has an empty text."""
    texts = content.get("texts", {})
    wanted = [*texts, *(language for language in languages if language not in texts)]
    return TemplateForm(
        name=content.get("name", {}),
        uses=uses_of(content),
        purpose=content.get("purpose", "care"),
        content_level=content.get("content_level", 0),
        channels=tuple(word for word, _ in CHANNELS if word in content.get("channels", ())),
        wordings=tuple(as_wording(language, texts.get(language, {})) for language in wanted),
        answers=tuple(
            Reply(typed, meaning, content.get("answer_names", {}).get(meaning, {}))
            for typed, meaning in content.get("answers", {}).items()
        ),
    )


def as_content(given: TemplateForm, before: dict[str, Any]) -> dict[str, Any]:
    """The form as content; what the form does not show is kept."""
    written = before.get("texts", {})
    texts = {each.language: as_text(each, written.get(each.language, {})) for each in given.wordings if each.language}
    changed = {
        **before,
        "format": 1,
        "name": given.name,
        "purpose": given.purpose,
        "content_level": int(given.content_level),
        "texts": texts,
    }
    known = [word for word, _ in CHANNELS]
    channels = [*given.channels, *(word for word in before.get("channels", ()) if word not in known)]
    answers = {reply.typed: reply.meaning for reply in given.answers if reply.typed}
    # of several replies with one meaning, the first that names it counts
    names = {reply.meaning: reply.called for reply in reversed(given.answers) if reply.typed and reply.called}
    uses = [use for use in USES if use in given.uses]
    uses = [] if uses == [MESSAGE] else uses
    for key, value in (("uses", uses), ("channels", channels), ("answers", answers), ("answer_names", names)):
        changed.pop(key, None)
        if value:
            changed[key] = value
    return changed


def as_wording(language: str, text: Any) -> Wording:
    """One language as the form shows it."""
    own = text.get("instead", {}).get("email", {})
    return Wording(
        language, text.get("body", ""), text.get("subject", "") or "", own.get("long") or own.get("body", "")
    )


def as_text(given: Wording, before: Content) -> Content:
    """One language as content; texts of other channels are kept."""
    instead = {medium: own for medium, own in before.get("instead", {}).items() if medium != "email"}
    own = {
        key: value for key, value in before.get("instead", {}).get("email", {}).items() if key not in {"body", "long"}
    }
    if given.email:
        own["long"] = given.email
    if own:
        instead["email"] = own
    text = {"body": given.body, "subject": given.subject, "instead": instead}
    return {key: value for key, value in text.items() if value or key == "body"}


def moved(content: Content, found: Iterable[Problem]) -> Iterator[Problem]:
    """Problems at the form's own places: the text of a language, the meaning of a reply."""
    languages = list(content.get("texts", {}))
    replies = list(content.get("answers", {}))
    for problem in found:
        parts = problem.where.split(".")
        place = problem.where
        if parts[0] == "texts" and len(parts) > 1 and parts[1] in languages:
            place = f"wordings.{languages.index(parts[1])}.{control_of(parts[2:])}"
        elif parts[0] == "answer_names":
            place = "answers"
        elif parts[0] == "answers" and len(parts) > 1 and parts[1] in replies:
            place = f"answers.{replies.index(parts[1])}.meaning"
        yield Problem(place, problem.says, problem.data, problem.severity)


def control_of(place: list[str]) -> str:
    """The control of one language that holds a place of its text."""
    if place[:2] == ["instead", "email"]:
        return "subject" if place[-1] == "subject" else "email"
    return place[0] if place else "language"
