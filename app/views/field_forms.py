"""What the editor of custom fields asks: what every field has, and what each type alone has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.base import say, say_texts
from app.rules.field import rule_control
from app.security.roles import read_roles
from journeys.criteria.custom.may import PURPOSES
from journeys.criteria.custom.types import TYPES
from journeys.criteria.custom.types.reference import TARGETS
from journeys.foundation.words import N_

RECORDS = {
    "patient": N_("Patient"),
    "appointment": N_("Appointment"),
    "referral": N_("Referral"),
    "task": N_("Task"),
    "conversation": N_("Conversation"),
}
PLACES = {
    "form": N_("In forms"),
    "import": N_("When records are imported"),
    "api": N_("Through the API"),
}
SENSITIVITIES = {
    "ordinary": N_("Ordinary: may stand in messages and lists"),
    "sensitive": N_("Sensitive: stands in no message"),
    "restricted": N_("Restricted: shown when asked for, and everybody who looks is recorded"),
}
EXTENSION = N_("The address of a FHIR extension whose value is taken over, for patients and appointments.")
CODE = N_("Letters, digits and hyphens, for example never. Rules name it.")
REDRAWS = {"data-redraws": True}


def types() -> list[tuple[str, str]]:
    """Every type with its words."""
    return [(name, say(kind.label)) for name, kind in TYPES.items()]


def cell_types() -> list[tuple[str, str]]:
    """The types that a column of a table can have."""
    return [(name, say(kind.label)) for name, kind in TYPES.items() if kind.can_be_in_table]


def roles() -> list[tuple[str, str]]:
    """The roles of the portal."""
    return [(role.name, say_texts(role.label)) for role in read_roles()]


@dataclass(frozen=True)
class Who:
    """Who may do something, and what for; both have to fit."""

    roles: tuple[str, ...] = field(default=(), metadata={"label": N_("Roles"), "choices": roles})
    purposes: tuple[str, ...] = field(
        default=(), metadata={"label": N_("Purposes"), "choices": tuple(PURPOSES.items())}
    )


@dataclass(frozen=True)
class Editors(Who):
    """Who may change something: people, and journeys if that is said."""

    journeys: bool = field(
        default=False,
        metadata={
            "label": N_("Journeys may change it too"),
            "help": N_("Steps of journeys then write it by themselves. Never for restricted fields."),
        },
    )


@dataclass(frozen=True)
class FieldForm:
    """A field without what its type alone has."""

    name: dict[str, str] = field(metadata={"label": N_("Name"), "group": N_("What is asked")})
    help: dict[str, str] = field(
        default_factory=dict, metadata={"label": N_("Help"), "help": N_("What explains it to who fills it in.")}
    )
    on: str = field(
        default="patient",
        metadata={"label": N_("About"), "choices": tuple(RECORDS.items()), "attributes": REDRAWS},
    )
    type: str = field(default="text", metadata={"label": N_("Type"), "choices": types, "attributes": REDRAWS})
    group: dict[str, str] = field(
        default_factory=dict,
        metadata={
            "label": N_("Heading"),
            "help": N_("Fields with the same heading stand together."),
            "group": N_("Where it stands"),
        },
    )
    order: int | None = field(
        default=None, metadata={"label": N_("Order"), "help": N_("A number; the smaller stands first.")}
    )
    required: tuple[str, ...] = field(default=(), metadata={"label": N_("Needed"), "choices": tuple(PLACES.items())})
    sensitivity: str = field(
        default="ordinary",
        metadata={
            "label": N_("Sensitivity"),
            "choices": tuple(SENSITIVITIES.items()),
            "group": N_("Who may see and change it"),
        },
    )
    on_web_forms: bool = field(
        default=False,
        metadata={
            "label": N_("Web forms may ask it"),
            "help": N_("Visitors of the clinic's website answer it, and staff read what they say."),
        },
    )
    see: Who = field(default_factory=Who, metadata={"label": N_("Who may see it")})
    edit: Editors = field(default_factory=Editors, metadata={"label": N_("Who may change it")})
    visible_when: dict[str, Any] | None = field(
        default=None,
        metadata={
            "label": N_("Asked only when"),
            "help": N_("Without a condition it is always asked."),
            "editor": rule_control,
            "group": N_("When it is asked"),
        },
    )
    import_from: str = field(
        default="", metadata={"label": N_("Import from"), "help": EXTENSION, "group": N_("Where it comes from")}
    )


@dataclass(frozen=True)
class Choice:
    """One of several choices."""

    code: str = field(metadata={"label": N_("Code"), "help": CODE})
    name: dict[str, str] = field(metadata={"label": N_("Name")})


@dataclass(frozen=True)
class Text:
    """What only texts have."""

    most_characters: int | None = field(default=None, metadata={"label": N_("Longest text, in characters")})
    pattern: str = field(
        default="",
        metadata={
            "label": N_("Pattern"),
            "help": N_("A regular expression that the whole text has to fit, for example [A-Z]{2}\\d{6}."),
            "attributes": {"dir": "ltr", "spellcheck": "false"},
        },
    )
    default: str = field(default="", metadata={"label": N_("Value to begin with")})


@dataclass(frozen=True)
class Number:
    """What only numbers have."""

    unit: str = field(
        default="",
        metadata={"label": N_("Unit"), "help": N_("As UCUM has it, for example kg or mm[Hg].")},
    )
    minimum: float | None = field(default=None, metadata={"label": N_("Smallest")})
    maximum: float | None = field(default=None, metadata={"label": N_("Largest")})
    default: float | None = field(default=None, metadata={"label": N_("Value to begin with")})


@dataclass(frozen=True)
class Date:
    """What only dates have."""

    minimum: str = field(default="", metadata={"label": N_("First day"), "attributes": {"type": "date"}})
    maximum: str = field(default="", metadata={"label": N_("Last day"), "attributes": {"type": "date"}})
    default: str = field(
        default="",
        metadata={"label": N_("Value to begin with"), "attributes": {"type": "date"}},
    )


@dataclass(frozen=True)
class YesNo:
    """What only yes or no has."""

    default: str = field(
        default="",
        metadata={
            "label": N_("Value to begin with"),
            "choices": (("", N_("Nothing")), ("yes", N_("Yes")), ("no", N_("No"))),
        },
    )


@dataclass(frozen=True)
class OneChoice:
    """What only a choice has."""

    choices: tuple[Choice, ...] = field(default=(), metadata={"label": N_("Choices")})
    default: str = field(default="", metadata={"label": N_("Value to begin with"), "help": N_("The code of a choice.")})


@dataclass(frozen=True)
class ManyChoices:
    """What only many choices have."""

    choices: tuple[Choice, ...] = field(default=(), metadata={"label": N_("Choices")})
    default: tuple[str, ...] = field(
        default=(), metadata={"label": N_("Value to begin with"), "help": N_("Codes of choices, one a line.")}
    )


@dataclass(frozen=True)
class Reference:
    """What only references have."""

    of: str = field(default="practitioner", metadata={"label": N_("Names a"), "choices": tuple(TARGETS.items())})


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    slug: str = field(metadata={"label": N_("Short name"), "help": CODE})
    name: dict[str, str] = field(metadata={"label": N_("Name")})
    type: str = field(default="text", metadata={"label": N_("Type"), "choices": cell_types, "attributes": REDRAWS})
    unit: str = field(default="", metadata={"label": N_("Unit")})
    choices: tuple[Choice, ...] = field(default=(), metadata={"label": N_("Choices")})


@dataclass(frozen=True)
class Table:
    """What only tables have."""

    columns: tuple[Column, ...] = field(default=(), metadata={"label": N_("Columns")})


PARTS: Mapping[str, type] = {
    "text": Text,
    "number": Number,
    "date": Date,
    "yes-no": YesNo,
    "choice": OneChoice,
    "many-choices": ManyChoices,
    "reference": Reference,
    "table": Table,
}
"""Type → what it alone has."""
