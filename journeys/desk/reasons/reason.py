"""The reasons for which patients turn to the clinic, as the setting `contact-reasons` says them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from journeys.desk.outcomes import OUTCOMES
from journeys.desk.reasons.check import reason_problems
from journeys.foundation.tables import Texts
from journeys.store.conversations import Conversation
from journeys.store.putting_in_force.definitions import SETTING, live_versions

SLUG = "contact-reasons"


@dataclass(frozen=True)
class Reason:
    """One reason. `queue` is the role whose queue it goes to; the minutes are of working time, None where there is no
    such promise; `by_medium` are the minutes of a first answer on a medium where they are fewer. `outcomes` are how it
    may end, all where none are named. `asked` is what staff are asked, `words` what patients write, by which it is
    guessed."""

    slug: str
    name: Texts
    queue: str | None = None
    priority: str = "routine"
    answer_minutes: int | None = None
    resolve_minutes: int | None = None
    outcomes: tuple[str, ...] = ()
    confirm: bool = False
    asked: tuple[str, ...] = ()
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    by_medium: Mapping[str, int] = field(default_factory=dict)

    def answer_within(self, medium: str) -> int | None:
        """The minutes in which a first answer is promised on a medium: the fewest that are said."""
        said = [each for each in (self.answer_minutes, self.by_medium.get(medium)) if each is not None]
        return min(said, default=None)


def reasons_in_force(session: Session) -> dict[str, Reason]:
    """Every reason of the clinic by its code, in the clinic's order; none where it says none, or says them wrongly."""
    version = live_versions(session, SETTING).get(SLUG)
    if version is None or any(reason_problems(version.content)):
        return {}
    return reasons_from(version.content)


def reason_of(session: Session, conversation: Conversation) -> Reason | None:
    """Why the patient turned to the clinic, where somebody said so and the clinic still has that reason."""
    return reasons_in_force(session).get(conversation.reason) if conversation.reason is not None else None


def outcomes_of(reason: Reason | None) -> list[str]:
    """How a conversation of this reason may end, in the order of all outcomes."""
    allowed = reason.outcomes if reason is not None else ()
    return [code for code in OUTCOMES if not allowed or code in allowed]


def reasons_from(content: Mapping[str, Any]) -> dict[str, Reason]:
    """Reasons without problems."""
    by_medium = content.get("by_medium", {})
    return {each["slug"]: reason_from(each, by_medium) for each in content["reasons"]}


def reason_from(said: Mapping[str, Any], by_medium: Mapping[str, int]) -> Reason:
    """One of them."""
    return Reason(
        slug=said["slug"],
        name=said["name"],
        queue=said.get("queue"),
        priority=said.get("priority", "routine"),
        answer_minutes=said.get("answer_minutes"),
        resolve_minutes=said.get("resolve_minutes"),
        outcomes=tuple(said.get("outcomes", ())),
        confirm=said.get("confirm", False),
        asked=tuple(said.get("asked", ())),
        words=said.get("words", {}),
        by_medium=by_medium,
    )
