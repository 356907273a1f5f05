"""What is typed about a complaint."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.base import asking, say_texts
from journeys.desk.complaints.policy import Code, policy_in_force
from journeys.foundation.words import N_
from journeys.store.complaints import CONFIRMED, WITHDRAWN


def choices_of(codes: Mapping[str, Code]) -> list[tuple[str, str]]:
    """What may still be chosen, in the clinic's order."""
    return [(slug, say_texts(code.name) or slug) for slug, code in codes.items() if not code.is_retired]


def reasons() -> list[tuple[str, str]]:
    """What patients complain about."""
    return choices_of(policy_in_force(asking()).reasons)


def causes() -> list[tuple[str, str]]:
    """Why it happened."""
    return choices_of(policy_in_force(asking()).causes)


def remedies() -> list[tuple[str, str]]:
    """How it is put right."""
    return choices_of(policy_in_force(asking()).remedies)


HARM = N_("Only the quality role sees it from then on, with everything that was said in its conversation. You do not.")


@dataclass(frozen=True)
class Take:
    """What is complained about."""

    reason: str = field(metadata={"label": N_("What is it about?"), "choices": reasons})
    story: str = field(
        default="",
        metadata={"label": N_("What the patient says"), "rows": 5, "help": N_("In their words. Kept encrypted.")},
    )
    is_harm: bool = field(default=False, metadata={"label": N_("Somebody may have come to harm by care"), "help": HARM})


@dataclass(frozen=True)
class Remark:
    """What may be said about a deed."""

    note: str = field(default="", metadata={"label": N_("Note"), "rows": 3, "help": N_("Kept encrypted.")})


@dataclass(frozen=True)
class Settle:
    """Why it happened, and how it is put right."""

    cause: str = field(metadata={"label": N_("Why did it happen?"), "choices": causes})
    remedy: str = field(metadata={"label": N_("How is it put right?"), "choices": remedies})
    note: str = field(default="", metadata={"label": N_("Note"), "rows": 3, "help": N_("Kept encrypted.")})


@dataclass(frozen=True)
class Close:
    """What the patient told a person."""

    outcome: str = field(
        metadata={
            "label": N_("What did the patient say?"),
            "choices": ((CONFIRMED, N_("It is settled")), (WITHDRAWN, N_("They take the complaint back"))),
        }
    )
    note: str = field(default="", metadata={"label": N_("Note"), "rows": 3, "help": N_("Kept encrypted.")})


SHAPES = {
    "acknowledge": Remark,
    "contact": Remark,
    "settle": Settle,
    "close": Close,
    "reopen": Remark,
    "harm": Remark,
}
"""Deed → what is typed with it."""
