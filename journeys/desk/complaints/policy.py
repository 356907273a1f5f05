"""What a clinic says of complaints, as the setting `complaints` says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from journeys.desk.complaints.check import policy_problems
from journeys.foundation.tables import Texts
from journeys.store.putting_in_force.definitions import SETTING, live_versions

SLUG = "complaints"
QUALITY = "quality"
"""The role that sees what may be clinical harm; the database knows it by the same word."""


@dataclass(frozen=True)
class Code:
    """A reason, a root cause or a remedy. A retired one is only read; `is_harm` makes a complaint quality's."""

    slug: str
    name: Texts
    is_retired: bool = False
    is_harm: bool = False


@dataclass(frozen=True)
class Policy:
    """Minutes are of working time; silence is counted in days."""

    queue: str | None = None
    acknowledge_minutes: int = 480
    contact_minutes: int = 960
    settle_minutes: int = 4800
    silence_days: int = 7
    reasons: Mapping[str, Code] = field(default_factory=dict)
    causes: Mapping[str, Code] = field(default_factory=dict)
    remedies: Mapping[str, Code] = field(default_factory=dict)


def policy_in_force(session: Session) -> Policy:
    """The clinic's; without any reason where it says none, or says it wrongly: then nothing can be taken."""
    version = live_versions(session, SETTING).get(SLUG)
    if version is None or any(policy_problems(version.content)):
        return Policy()
    said = version.content
    return Policy(
        queue=said.get("queue"),
        acknowledge_minutes=said["acknowledge_minutes"],
        contact_minutes=said["contact_minutes"],
        settle_minutes=said["settle_minutes"],
        silence_days=said["silence_days"],
        reasons=codes_from(said["reasons"]),
        causes=codes_from(said["causes"]),
        remedies=codes_from(said["remedies"]),
    )


def codes_from(listed: Sequence[Mapping[str, Any]]) -> dict[str, Code]:
    """Codes without problems, in the clinic's order."""
    return {
        each["slug"]: Code(each["slug"], each["name"], each.get("retired", False), each.get("harm", False))
        for each in listed
    }


def is_usable(codes: Mapping[str, Code], slug: str) -> bool:
    """Whether somebody may still choose it."""
    return slug in codes and not codes[slug].is_retired
