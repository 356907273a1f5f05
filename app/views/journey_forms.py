"""The forms of the journey editor, drawn from the engine's own dataclasses, and how they become a draft again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flask import g, request
from flask_babel import gettext
from sqlalchemy import select

from app.base import ShapeForm, form_class, reading, say, say_texts
from app.base.controls import EDITORS, OFFERS, SOURCES
from app.base.forms import Shaped
from app.custom.value_control import FieldValue, field_value_control
from app.rules.field import record_choices, rule_control
from app.rules.written import written
from journeys.contact.deciding.ladder import in_order
from journeys.contact.texts.text_uses import CALL, live_texts
from journeys.criteria.custom.content import CustomField, live_fields
from journeys.criteria.custom.facts import CUSTOM, name_in_rules
from journeys.criteria.custom.may import journeys_may_edit
from journeys.flow.steps import STEPS
from journeys.flow.steps.update import FACTS
from journeys.flow.text.definition import Ending, Entry, Reentry
from journeys.flow.text.focus import RECORDS, dates_of
from journeys.flow.text.kinds import KINDS
from journeys.flow.text.shapes import as_json, key_of
from journeys.flow.words.names import ANSWERS, PURPOSES, REASON, read_names
from journeys.flow.words.reader import Reader
from journeys.foundation.words import N_
from journeys.store.putting_in_force.definitions import FORM, JOURNEY, SEGMENT, STAGE, TEMPLATE, live_versions
from journeys.store.tasks import TaskQueue
from journeys.store.webhooks import WebhookConnection

Content = Mapping[str, Any]


def published(kind: str) -> list[tuple[str, str]]:
    """What is in force of one kind, with its name in the reader's language."""
    with reading() as (session, _act):
        versions = live_versions(session, kind)
    return [(slug, say_texts(version.content.get("name")) or slug) for slug, version in versions.items()]


def drafts(kind: str) -> list[tuple[str, str]]:
    """What is written of one kind, in force or not."""
    with reading() as (session, _act):
        return written(session, kind)


def call_scripts() -> list[tuple[str, str]]:
    """The templates in force that are for call scripts."""
    with reading() as (session, _act):
        versions = live_texts(session, CALL)
    return [(slug, say_texts(version.content.get("name")) or slug) for slug, version in versions.items()]


def queues() -> list[tuple[str, str]]:
    """The queues that tasks can go to."""
    with reading() as (session, _act):
        rows = session.scalars(select(TaskQueue).where(TaskQueue.active).order_by(TaskQueue.slug)).all()
    return [(queue.slug, say_texts(queue.name)) for queue in rows]


def connections() -> list[tuple[str, str]]:
    """The systems that journeys may call."""
    with reading() as (session, _act):
        chosen = select(WebhookConnection.slug).where(WebhookConnection.active).order_by(WebhookConnection.slug)
        return [(slug, slug) for slug in session.scalars(chosen)]


def fields_of(*types: str) -> list[tuple[str, str]]:
    """The custom fields of patients in force of some types, as rules name them."""
    with reading() as (session, _act):
        fields = live_fields(session, "patient").values()
    return [(CUSTOM + each.slug, say_texts(each.name) or each.slug) for each in fields if each.type in types]


def written_fields() -> list[tuple[str, str]]:
    """What a journey may change: four facts, and the fields open to it of the patient and of what it is about."""
    with reading() as (session, _act):
        fields = live_fields(session).values()
    on = {"patient", g.get("rule_focus")}
    own = [(CUSTOM + each.slug, say_texts(each.name) or each.slug) for each in fields if is_open(each, on)]
    return [*own, *((name, say(label)) for name, label in FACTS.items())]


def is_open(custom: CustomField, on: Collection[str | None]) -> bool:
    """Whether journeys about such records may change a field."""
    return name_in_rules(custom.on) in on and journeys_may_edit(custom)


def stages() -> list[tuple[str, str]]:
    """The stages of care."""
    return published(STAGE)


def focus_dates() -> list[tuple[str, str]]:
    """The dates of the kind of record that the journey is about."""
    focus = g.get("rule_focus")
    about = Reader(say, say_texts, focus)
    return [(name, about.date(name)) for name in (dates_of(focus) if focus in RECORDS else ())]


def channels() -> list[tuple[str, str]]:
    """What a ladder may name: what the patient prefers, what messages are spoken in, channels by their own names."""
    reader = Reader(gettext, say_texts)
    return [(word, reader.channel(word)) for word in in_order()]


def answers() -> list[tuple[str, str]]:
    """What answers mean: those of the template that is chosen beside, else of any; then those that all know."""
    chosen = g.get("beside", {}).get("template")
    with reading() as (session, _act):
        names, templates = read_names(session), live_versions(session, TEMPLATE)
    found: dict[str, str] = {}
    for slug, version in templates.items():
        if chosen in (None, "", slug):
            reader = Reader(gettext, say_texts, names=names)
            meant = sorted(set((version.content.get("answers") or {}).values()))
            found = {code: reader.answer(slug, code) for code in meant} | found
    return [*found.items(), *((code, gettext(words)) for code, words in ANSWERS.items() if code not in found)]


def reasons() -> list[tuple[str, str]]:
    """The reasons with which the journey that is chosen beside ends."""
    with reading() as (session, _act):
        names = read_names(session)
    journey = g.get("beside", {}).get("journey")
    ends = {key[2]: say_texts(name) for key, name in names.items() if key[0] == REASON and key[1] == journey}
    return [(code, name or code) for code, name in ends.items()]


SOURCES["template"] = lambda: published(TEMPLATE)
SOURCES["script"] = call_scripts
SOURCES["segment"] = lambda: drafts(SEGMENT)
SOURCES["form"] = lambda: published(FORM)
SOURCES["journey"] = lambda: drafts(JOURNEY)
SOURCES["queue"] = queues
SOURCES["connection"] = connections
SOURCES["focus-date"] = focus_dates
SOURCES["date-field"] = lambda: fields_of("date")
SOURCES["written-field"] = written_fields
SOURCES["event"] = lambda: [(kind, say(words)) for kind, words in KINDS.items()]
OFFERS["channel"] = channels
OFFERS["answer"] = answers
OFFERS["reason"] = reasons
EDITORS["rule"] = rule_control
EDITORS["field-value"] = field_value_control


@dataclass(frozen=True)
class JourneyForm:
    """A journey without its steps."""

    name: dict[str, str] = field(metadata={"label": N_("Name"), "group": N_("Name and purpose")})
    description: dict[str, str] = field(default_factory=dict, metadata={"label": N_("What it is for"), "rows": 2})
    purpose: Literal["transactional", "care", "experience", "promotional"] = field(
        default="care",
        metadata={
            "label": N_("Purpose"),
            "help": N_("Consent and contact rules depend on it."),
            "choices": tuple(PURPOSES.items()),
        },
    )
    priority: int = field(
        default=50,
        metadata={"label": N_("Priority"), "help": N_("From 0 to 100; the larger goes first when journeys compete.")},
    )
    group: str = field(
        default="",
        metadata={
            "label": N_("Group"),
            "help": N_(
                "A short name that journeys share. Who is in one of them does not enter those of lower priority,"
                " and messages of these wait."
            ),
        },
    )
    focus: str = field(
        default="", metadata={"label": N_("About"), "choices": record_choices, "group": N_("Who comes in")}
    )
    entry: Entry = field(default_factory=Entry, metadata={"label": N_("Entry")})
    reentry: Reentry = field(default_factory=Reentry, metadata={"label": N_("Coming in again")})
    goals: tuple[Ending, ...] = field(
        default=(),
        metadata={
            "label": N_("Goals"),
            "help": N_("What ends it well, wherever the patient stands."),
            "group": N_("What ends it"),
        },
    )
    exits: tuple[Ending, ...] = field(
        default=(), metadata={"label": N_("Exits"), "help": N_("What ends it early, wherever the patient stands.")}
    )


@dataclass(frozen=True)
class StepForm:
    """What every step has."""

    name: dict[str, str] = field(metadata={"label": N_("Name")})
    stage: str = field(
        default="",
        metadata={"label": N_("Stage of care"), "choices": lambda: [("", gettext("No stage")), *stages()]},
    )


def head_form(content: Content) -> ShapeForm:
    """The form of a journey, filled from its draft."""
    return filled(JourneyForm, content)


def step_form(step: Content) -> ShapeForm:
    """The form of what every step has."""
    return filled(StepForm, step)


def config_form(step: Content) -> ShapeForm:
    """The form of one step's own settings, drawn from its dataclass."""
    kind = STEPS[step["type"]]
    return filled(kind, step.get("config", {}), prefix="config-")


def filled(shape: type, content: Content, prefix: str = "", *, is_typed: bool = True) -> ShapeForm:
    """A form for a dataclass, filled from what was typed if anything was sent, else from JSON that may be half-written.

    Not `is_typed` leaves aside what was sent.
    """
    source = {} if is_typed else {"formdata": None}
    posted = request.form if is_typed else {}
    g.beside = {key: posted.get(prefix + key) or content.get(key) for key in ("template", "journey")}
    form: ShapeForm = form_class(shape)(data=as_form_data(shape, content), prefix=prefix, **source)
    form.elsewhere = []
    for control in form:
        if isinstance(control, FieldValue):
            control.beside(form)
    return form


def as_form_data(shape: type, content: Content) -> dict[str, Any]:
    """JSON by the names that the form's fields have; only outermost keys can differ from them."""
    names = {key_of(each): each.name for each in shape.__dataclass_fields__.values()}
    return {names[key]: value for key, value in content.items() if key in names}


def as_draft(form: ShapeForm) -> dict[str, Any]:
    """What a form holds, as JSON; texts and names that are empty are left out."""
    # a step may have a field called `value`, which hides the method
    content: dict[str, Any] = as_json(Shaped.value(form))
    return {key: value for key, value in content.items() if value not in ("", {}, [])}


def step_types() -> list[tuple[str, str, str]]:
    """(type, label, help) of every step there is."""
    return [(name, say(kind.label), say(kind.help)) for name, kind in STEPS.items()]
