"""Writes the reference pages of the manual from the registries, so that they cannot say what the code does not."""

import dataclasses
import inspect
import typing
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from config import PROJECT
from journeys.contact.channels import CHANNELS
from journeys.contact.media import MEDIA
from journeys.contact.media.base import Medium
from journeys.contact.rules import RULES
from journeys.contact.rules.base import DECISION_STEPS
from journeys.contact.template_checks import CHECKS as TEMPLATE_CHECKS
from journeys.contact.texts.merge_fields import MERGE_FIELDS
from journeys.criteria.custom.types import TYPES
from journeys.criteria.fields import FACTS, RECORDS
from journeys.criteria.operators import OPERATORS
from journeys.flow.checks import CHECKS
from journeys.flow.reactions import REACTIONS
from journeys.flow.steps import STEPS
from journeys.flow.text.kinds import KINDS
from journeys.flow.text.shapes import key_of
from journeys.work.clocks.entities import ENTITIES

FOLDER = PROJECT / "docs" / "reference"
WORDS_OF_MEDIA = ("name", "one", "many", "icon", "order", "address_wanted")
MADE = "<!-- Made by `python run.py reference`; change the code instead. -->"

BACK = " (limits count back from it)"


def pages() -> dict[str, str]:
    """File name → text of every reference page."""
    return {
        "steps.md": page("Steps of a journey", steps()),
        "fields.md": page("Facts that rules can ask for", facts()),
        "field-types.md": page("Types of custom fields", plain(TYPES)),
        "records.md": page("Things that happen, as rules can ask for them", records()),
        "operators.md": page("Comparisons", operators()),
        "contact-rules.md": page("Contact rules", contact_rules()),
        "media.md": page("Media, in which messages are spoken", media()),
        "channels.md": page("Channels", (section(name, help_of(kind)) for name, kind in CHANNELS.items())),
        "merge-fields.md": page("Fields of templates", merge_fields()),
        "template-checks.md": page("Checks before a template is published", template_checks()),
        "checks.md": page("Checks before a journey is published", plain(CHECKS)),
        "reactions.md": page("What always happens", plain(REACTIONS)),
        "clock-entities.md": page("What safety clocks watch", clock_entities()),
        "events.md": page("Kinds of events", [bullets(f"`{kind}`" for kind in KINDS)]),
    }


def write(folder: Path = FOLDER) -> list[str]:
    """Write every page and return the names of those that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, text in pages().items():
        file = folder / name
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
            changed.append(name)
    return changed


def clock_entities() -> Iterable[str]:
    """What can be forgotten, and the states in which a clock may run."""
    for name, entity in ENTITIES.items():
        states = (f"`{state}`: {each.label}{BACK if each.is_ahead else ''}" for state, each in entity.states.items())
        yield section(name, help_of(entity), bullets(states))


def page(title: str, sections: Iterable[str]) -> str:
    """One page."""
    return "\n\n".join([f"# {title}", MADE, *sections]) + "\n"


def section(name: str, *paragraphs: str) -> str:
    """One capability under its name."""
    return "\n\n".join([f"## `{name}`", *(text for text in paragraphs if text)])


def help_of(thing: Any) -> str:
    """The docstring of a capability, which is its help."""
    kind = thing if isinstance(thing, type) else type(thing)
    return inspect.cleandoc(kind.__doc__ or "")


def bullets(lines: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"- {line}" for line in lines)


def template_checks() -> Iterator[str]:
    """The checks of templates with the source of each."""
    return (section(name, help_of(kind), f"Source: {kind.source}.") for name, kind in TEMPLATE_CHECKS.items())


def media() -> Iterator[str]:
    """Every medium with its facts, as far as they are not as usual."""
    facts = [name for name in Medium.__annotations__ if name not in WORDS_OF_MEDIA]
    for name, medium in MEDIA.items():
        told = {fact: getattr(medium, fact) for fact in facts if getattr(medium, fact) != getattr(Medium, fact)}
        yield section(name, help_of(medium), bullets(f"`{fact}`: {value}" for fact, value in told.items()))


def plain(registry: typing.Mapping[str, Any]) -> Iterator[str]:
    """A registry whose files say everything in their docstrings."""
    return (section(name, help_of(thing)) for name, thing in registry.items())


def steps() -> Iterator[str]:
    """Every step with its settings."""
    for name, kind in STEPS.items():
        settings = [
            f"`{key_of(each)}` {each.metadata.get('label', '')}: {each.metadata.get('help', '')}".rstrip(": ")
            for each in dataclasses.fields(kind)
        ]
        yield section(name, kind.help, help_of(kind), bullets(settings))


def facts() -> Iterator[str]:
    """Every fact with its kind, values and parameters."""
    for name, field in FACTS.items():
        lines = [f"Kind: {field.kind}"]
        if field.choices:
            lines.append("Values: " + ", ".join(f"`{value}`" for value in field.choices))
        lines += [f"`of.{key}`: {', '.join(words) or 'any text'}" for key, words in field.parameters.items()]
        yield section(name, help_of(field), bullets(lines))


def records() -> Iterator[str]:
    """Every record with its attributes."""
    for name, record in RECORDS.items():
        attributes = [f"`{key}` {each.label} ({each.kind})" for key, each in record.attributes.items()]
        yield section(name, help_of(record), f"Windows look at `{record.when}`.", bullets(attributes))


def operators() -> Iterator[str]:
    """Every operator with what it compares and takes."""
    for name, operator in OPERATORS.items():
        takes = [f"{kind}: {shape}" for kind, shape in operator.takes.items()]
        yield section(name, help_of(operator), bullets(takes))


def contact_rules() -> Iterator[str]:
    """Every contact rule in the order in which they are looked at."""
    for name, rule in RULES.items():
        lines = [f"Step {rule.step} ({DECISION_STEPS[rule.step]}), kind: {rule.kind}", f"Source: {rule.source}"]
        if rule.by_record:
            lines.append("Binds only where a record puts it in force")
        lines.append("Reasons: " + ", ".join(f"`{code}`" for code in rule.reasons))
        parameters = [f"`{each.name}` = `{each.default}`" for each in dataclasses.fields(rule.Parameters)]
        yield section(name, help_of(rule), bullets(lines + parameters))


def merge_fields() -> Iterator[str]:
    """Every field of templates."""
    lines = (f"`{{{{{name}}}}}` {each.label}, content level {each.level}" for name, each in MERGE_FIELDS.items())
    yield bullets(lines)
