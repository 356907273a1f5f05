"""What the verbs of reviewing share: what exactly is asked for, whether the question still holds, who may answer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.flow.catalogue import ORGANISATION, Catalogue, read_catalogue
from journeys.flow.checking import problems_of
from journeys.flow.definition import read
from journeys.flow.publish import pins_of
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.definitions import SETTING
from journeys.store.reviews import JourneyReview
from journeys.store.write_version import checksum_of

WAITING, EXPIRED, CHANGED = "waiting", "expired", "changed"


@dataclass(frozen=True)
class Question:
    """An open question: `state` is waiting, expired or changed (the draft, or what it uses, is another by now)."""

    review: JourneyReview
    state: str


def fingerprint_of(definition: Definition, catalogue: Catalogue) -> str:
    """SHA-256 (hex) of the draft with every version it would be pinned to; Invalid when it cannot be published."""
    errors = [each for each in problems_of(definition.draft, catalogue) if each.severity == "error"]
    if errors:
        raise Invalid(errors)
    pins = pins_of(read(definition.draft), catalogue)
    used = {f"{kind}/{slug}": version_id for (kind, slug), version_id in pins.items()}
    return checksum_of({"draft": definition.draft, "uses": used})


def open_question(session: Session, act: Act, definition: Definition) -> Question | None:
    """The question that waits for an answer, with what has become of it; None when nobody asks."""
    review = session.scalar(
        select(JourneyReview).where(JourneyReview.definition_id == definition.id, JourneyReview.closed_at.is_(None))
    )
    if review is None:
        return None
    if definition.asked_at != review.asked_at or not is_as_asked(session, definition, review):
        return Question(review, CHANGED)
    return Question(review, EXPIRED if act.now >= review.expires_at else WAITING)


def is_as_asked(session: Session, definition: Definition, review: JourneyReview) -> bool:
    """Whether draft and everything it uses are what was asked for."""
    try:
        return fingerprint_of(definition, read_catalogue(session, definition.slug)) == review.fingerprint
    except Invalid:
        return False


def may_answer(session: Session, act: Act, definition: Definition, review: JourneyReview) -> bool:
    """Whether this actor is a second person: neither asked nor wrote any of it. One suffices where so decided."""
    return act.by not in {review.asked_by, *definition.authors} or not needs_two(session)


def needs_two(session: Session) -> bool:
    """Whether a journey needs a second person; the setting `organisation` can say `two_people: false`."""
    content = session.scalar(
        select(DefinitionVersion.content)
        .join(Definition, Definition.live_version_id == DefinitionVersion.id)
        .where(Definition.kind == SETTING, Definition.slug == ORGANISATION)
    )
    return (content or {}).get("two_people", True) is not False


def close(session: Session, act: Act, review: JourneyReview, verdict: str, note: str | None = None) -> None:
    """Keep the answer."""
    review.closed_at = act.now
    review.closed_by = act.by
    review.verdict = verdict
    review.note = note
    session.flush()
