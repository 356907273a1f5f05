"""Templates: what messages say, in every language, judged and previewed as they are written."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flask import request
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.base import Column, ShapeForm, allowed, expose, form_for, paging, reading, say_texts
from app.views.drafts import STATES, Content, DraftScreen
from journeys.contact import merge
from journeys.contact.custom_fields import merge_fields
from journeys.contact.languages import languages_of_texts
from journeys.contact.merge_fields import MergeField
from journeys.contact.publish_template import publish_template
from journeys.contact.rule_set import every_parameter_in_force
from journeys.contact.sms_text import measure
from journeys.contact.templates import problems
from journeys.contact.worst_case import at_its_longest
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.definitions import TEMPLATE, find

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

COLUMNS = (
    Column(N_("Template"), lambda row: say_texts(row.name), link=lambda row: f"/templates/{row.slug}/"),
    Column(N_("State"), "status", kind="chip", chip=STATES.__getitem__),
    Column(N_("Languages"), lambda row: ", ".join((row.draft or {}).get("texts", {})), kind="muted"),
    Column(N_("Changed"), "changed_at", kind="moment"),
)

SAMPLE = {
    "patient.given_name": "Alexandra",
    "clinic.name": "Riverside Health",
    "clinic.phone": "+1 555 0100",
    "branch.name": "Riverside East",
    "branch.phone": "+1 555 0100",
    "appointment.date": "Tuesday, March 3",
    "appointment.time": "10:00 AM",
    "appointment.branch": "Riverside East",
    "appointment.practitioner": "Dr. Rivera",
    "focus.due_on": "Friday, March 6",
    "contact.choices": "https://portal.example/m/AAAAAAAB6q7xY2n0ZkT5fRhWc9sPdQ",
}


@dataclass(frozen=True)
class Wording:
    """The text in one language."""

    language: str = field(metadata={"label": N_("Language"), "help": N_("A code, for example en or es.")})
    body: str = field(metadata={"label": N_("Text"), "rows": 4})
    subject: str = field(default="", metadata={"label": N_("Subject of the e-mail")})


@dataclass(frozen=True)
class Reply:
    """A reply that the template asks for."""

    typed: str = field(metadata={"label": N_("What the patient types")})
    meaning: str = field(metadata={"label": N_("Meaning"), "help": N_("For example confirm or decline.")})


@dataclass(frozen=True)
class TemplateForm:
    """A template."""

    name: dict[str, str] = field(metadata={"label": N_("Name")})
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
    wordings: tuple[Wording, ...] = field(default=(), metadata={"label": N_("Texts"), "group": N_("Texts")})
    answers: tuple[Reply, ...] = field(default=(), metadata={"label": N_("Replies"), "group": N_("Replies")})


@dataclass(frozen=True)
class Preview:
    """How a text would look on a phone, with its length at the longest."""

    language: str
    subject: str
    body: str
    parts: int
    characters: int


class Templates(DraftScreen):
    """The list and the editor."""

    name = "templates"
    kind = TEMPLATE
    plural = N_("Templates")
    new_title = N_("New template")
    published = N_("The template is in force. Journeys published from now on use it.")
    publish_verb = publish_template
    publish_right = "change"

    def empty(self, name: dict[str, str]) -> Content:
        """No text yet."""
        return {"format": 1, "name": name, "purpose": "care", "content_level": 0, "texts": {}}

    def refuse(self, form: ShapeForm, content: Content, problems: Iterable[Problem]) -> None:
        """Problems of a text stand at the text of its language."""
        form.refuse(moved(content, problems))

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every template."""
        with reading() as (session, _act):
            rows = session.scalars(
                select(Definition).where(Definition.kind == TEMPLATE).order_by(Definition.slug)
            ).all()
        return self.page("message_templates/index.html", columns=COLUMNS, rows=rows, pages=paging(size=100))

    @expose("/<slug>/", methods=("GET", "POST"))
    @allowed("read")
    def edit(self, slug: str) -> Response | tuple[str, int]:
        """Write, see it, publish."""
        self.refuse_readers()
        with reading() as (session, _act):
            definition = find(session, TEMPLATE, slug)
            languages = languages_of_texts(session)
            fields = merge_fields(session)
            levels = every_parameter_in_force(session)["content_level"]
        content = definition.draft or {}
        form = form_for(TemplateForm, as_form(content, languages))
        found = problems(content, languages, fields, levels)
        if form.is_accepted():
            content = as_content(form.value(), content)
            found = problems(content, languages, fields, levels)
            is_done, definition = self.save(definition, content, form)
            if is_done:
                return self.go("edit", slug=slug)
        elif request.method == "GET" and content.get("texts"):
            self.refuse(form, content, [problem for problem in found if problem.severity == "error"])
        return self.page(
            "message_templates/edit.html",
            definition=definition,
            form=form,
            warnings=[problem for problem in found if problem.severity == "warning"],
            previews=previews(content, fields),
            merge_fields=fields,
            status=form.status if request.method == "POST" else 200,
        )


def as_form(content: dict[str, Any], languages: tuple[str, ...] | list[str]) -> TemplateForm:
    """The content as the form shows it; a language that is wanted and not written yet has an empty text."""
    texts = content.get("texts", {})
    wanted = [*texts, *(language for language in languages if language not in texts)]
    return TemplateForm(
        name=content.get("name", {}),
        purpose=content.get("purpose", "care"),
        content_level=content.get("content_level", 0),
        wordings=tuple(
            Wording(language, texts.get(language, {}).get("body", ""), texts.get(language, {}).get("subject", "") or "")
            for language in wanted
        ),
        answers=tuple(Reply(typed, meaning) for typed, meaning in content.get("answers", {}).items()),
    )


def as_content(given: TemplateForm, before: dict[str, Any]) -> dict[str, Any]:
    """The form as content; what the form does not show is kept."""
    texts = {
        wording.language: {"subject": wording.subject, "body": wording.body}
        if wording.subject
        else {"body": wording.body}
        for wording in given.wordings
        if wording.language
    }
    changed = {
        **before,
        "format": 1,
        "name": given.name,
        "purpose": given.purpose,
        "content_level": int(given.content_level),
        "texts": texts,
    }
    answers = {reply.typed: reply.meaning for reply in given.answers if reply.typed}
    changed.pop("answers", None)
    return {**changed, "answers": answers} if answers else changed


def moved(content: Content, found: Iterable[Problem]) -> Iterator[Problem]:
    """Problems at the form's own places: the text of a language, the meaning of a reply."""
    languages = list(content.get("texts", {}))
    replies = list(content.get("answers", {}))
    for problem in found:
        parts = problem.where.split(".")
        place = problem.where
        if parts[0] == "texts" and len(parts) > 1 and parts[1] in languages:
            place = f"wordings.{languages.index(parts[1])}.{parts[2] if len(parts) > 2 else 'language'}"
        elif parts[0] == "answers" and len(parts) > 1 and parts[1] in replies:
            place = f"answers.{replies.index(parts[1])}.meaning"
        yield Problem(place, problem.says, problem.data, problem.severity)


def previews(content: dict[str, Any], fields: Mapping[str, MergeField]) -> list[Preview]:
    """Every text that can be filled, with example values; a field of the clinic shows its own name."""
    found = []
    sample = {**{name: say_texts(known.texts) for name, known in fields.items()}, **SAMPLE}
    for language, text in content.get("texts", {}).items():
        body, subject = text.get("body", ""), text.get("subject") or ""
        size = measure(at_its_longest(merge.parse(body), fields))
        try:
            filled = merge.fill(merge.parse(body), sample)
            heading = merge.fill(merge.parse(subject), sample)
        except merge.Unresolved:
            continue
        found.append(Preview(language, heading, filled, size.parts, size.units))
    return found
