"""Two people put something in force: one asks, a second looks at exactly that and answers.

What a draft is judged by (its `Basis`) each room says for its own kinds; its SHA-256 names what was asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden, Invalid, Stale
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import ORGANISATION, SETTING
from journeys.store.putting_in_force.write_version import checksum_of
from journeys.store.reviews import DefinitionReview

Basis = dict[str, Any]
"""Everything that a draft is judged by at a moment, the draft included, as the database keeps it."""

GOOD_FOR = dt.timedelta(days=7)
WAITING, EXPIRED, CHANGED = "waiting", "expired", "changed"
LATEST = 10


@dataclass(frozen=True)
class Question:
    """An open question: `state` is waiting, expired or changed (the draft, or what it is judged by, is another by now).

    `now` is what the draft is judged by at this moment, `is_saved_again` whether somebody saved it since.
    """

    review: DefinitionReview
    state: str
    is_saved_again: bool = False
    now: Basis = field(default_factory=dict)


def needs_two(session: Session) -> bool:
    """Whether somebody else approves than wrote or asked; the setting `organisation` can say `two_people: false`."""
    content = session.scalar(
        select(DefinitionVersion.content)
        .join(Definition, Definition.live_version_id == DefinitionVersion.id)
        .where(Definition.kind == SETTING, Definition.slug == ORGANISATION)
    )
    return (content or {}).get("two_people", True) is not False


def may_answer(session: Session, act: Act, definition: Definition, review: DefinitionReview) -> bool:
    """Whether this actor is a second person: neither asked nor wrote any of it. One suffices where so decided."""
    return act.by not in {review.asked_by, *definition.authors} or not needs_two(session)


def ask(
    session: Session,
    act: Act,
    definition: Definition,
    basis: Basis,
    entering: int | None = None,
    most: int | None = None,
) -> DefinitionReview:
    """Keep who asks and for what exactly; an older question is overtaken, and saving the draft again voids this one.

    `entering` and `most` (a day) are for journeys, as the review keeps them.
    """
    before = open_review(session, definition)
    if before is not None:
        close(session, act, before, "overtaken")
    definition.asked_at = act.now
    definition.asked_by = act.by
    review = DefinitionReview(
        definition_id=definition.id,
        asked_at=act.now,
        asked_by=act.by,
        fingerprint=checksum_of(basis),
        judged_by=basis,
        expires_at=act.now + GOOD_FOR,
        entering=entering,
        most_a_day=most,
    )
    session.add(review)
    session.flush()
    note(session, definition, "asked", **evidence_of(review))
    return review


def question_now(
    session: Session, act: Act, definition: Definition, judged_by: Callable[[Session, Definition], Basis]
) -> Question | None:
    """The question that waits for an answer, with what has become of it; None when nobody asks.

    `judged_by` says what a draft is judged by; Invalid where it cannot be put in force.
    """
    review = open_review(session, definition)
    if review is None:
        return None
    try:
        now = judged_by(session, definition)
    except Invalid:
        return question_about(act, definition, review, None)
    return question_about(act, definition, review, now)


def question_about(act: Act, definition: Definition, review: DefinitionReview, now: Basis | None) -> Question:
    """What has become of an open question; `now` is None where the draft cannot be put in force any more."""
    is_saved_again = definition.asked_at != review.asked_at
    if is_saved_again or now is None or checksum_of(now) != review.fingerprint:
        return Question(review, CHANGED, is_saved_again, now or {})
    return Question(review, EXPIRED if act.now >= review.expires_at else WAITING, now=now)


def approvable(
    session: Session, act: Act, definition: Definition, question: Question | None, fingerprint: str
) -> DefinitionReview:
    """The question that this actor may answer with yes.

    Stale when nobody asks, the question expired, or draft or anything it is judged by is not what `fingerprint` names.
    Forbidden to whoever asked or wrote any of it, unless the organisation lets one person suffice.
    """
    if question is None or question.state != WAITING or question.review.fingerprint != fingerprint:
        raise Stale(f"What was asked for {definition.slug} is not what would be approved")
    if not may_answer(session, act, definition, question.review):
        raise Forbidden("Whoever wrote or asked for something does not approve it")
    return question.review


def keep_approval(
    session: Session, act: Act, definition: Definition, review: DefinitionReview, version: DefinitionVersion
) -> None:
    """Keep that a question was answered with yes, and what came into force."""
    review.version_id = version.id
    close(session, act, review, "approved")
    two = needs_two(session)
    note(session, definition, "approved", asked_by=review.asked_by, needs_two=two, **evidence_of(review))


def close(session: Session, act: Act, review: DefinitionReview, verdict: str, why: str | None = None) -> None:
    """Keep the answer to a question."""
    review.closed_at = act.now
    review.closed_by = act.by
    review.verdict = verdict
    review.note = why
    session.flush()


def evidence_of(review: DefinitionReview) -> dict[str, Any]:
    """What the audit keeps of a question."""
    most = {} if review.most_a_day is None else {"most_a_day": review.most_a_day}
    return {"fingerprint": review.fingerprint, **most}


def note(session: Session, definition: Definition, what: str, **detail: Any) -> None:
    """Audit what became of a question."""
    kept = {"slug": definition.slug, "what": what, **detail}
    audit.note(session, "U", f"definition.{definition.kind}", ids=[definition.id], detail=kept)


def open_review(session: Session, definition: Definition) -> DefinitionReview | None:
    """The question that nobody has answered yet, whatever has become of it."""
    return session.scalar(reviews_of(definition).where(DefinitionReview.closed_at.is_(None)))


def past_reviews(session: Session, definition: Definition) -> list[DefinitionReview]:
    """What was answered before, the latest first."""
    answered = reviews_of(definition).where(DefinitionReview.closed_at.is_not(None))
    latest = answered.order_by(DefinitionReview.closed_at.desc(), DefinitionReview.id.desc())
    return list(session.scalars(latest.limit(LATEST)))


def reviews_of(definition: Definition) -> Select[DefinitionReview]:
    """SELECT every question about a definition."""
    return select(DefinitionReview).where(DefinitionReview.definition_id == definition.id)
