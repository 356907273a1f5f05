"""Compares what is to be seen of a person with what is there; each difference is a sentence."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.flow.packs.lives.life import Day, Expectation, SeenDue, SeenMessage, SeenTask, Standing
from journeys.foundation.words import in_language
from journeys.store import Definition, DefinitionVersion, DueItem, Enrolment, Message, Task, TaskQueue
from journeys.store.referrals import Referral
from journeys.store.tasks import OPEN_STATUSES

Wanted = TypeVar("Wanted")
Found = TypeVar("Found")


@dataclass(frozen=True)
class Sent:
    """A message as it left the house."""

    id: int
    template: str
    channel: str
    language: str
    body: str

    def __str__(self) -> str:
        """As a failure names it."""
        return f"{self.template} on {self.channel} in {self.language}"


@dataclass(frozen=True)
class Held:
    """A message that was held back, with every reason."""

    id: int
    reasons: list[str]

    def __str__(self) -> str:
        """As a failure names it."""
        return " and ".join(self.reasons)


@dataclass(frozen=True)
class Open:
    """A task that waits to be done."""

    queue: str
    title: str
    due: str
    priority: str

    def __str__(self) -> str:
        """As a failure names it."""
        due = f", due {self.due}" if self.due else ""
        return f"{self.title!r} in {self.queue} ({self.priority}{due})"


class Eyes:
    """Looks at people on one day after the other; remembers which messages it has seen."""

    def __init__(self, people: dict[str, int]) -> None:
        """`people` are the patients' ids by the names that the life calls them."""
        self.people = people
        self.seen: set[int] = set()

    def look(self, session: Session, day: Day, wanted: Expectation) -> Iterator[str]:
        """A sentence for each difference."""
        patient = self.people[wanted.person]
        said = []
        if wanted.messages is not None:
            found = self.new(sent_to(session, patient))
            said.append(difference("messages", wanted.messages, found, is_message, words_of_message))
        if wanted.held is not None:
            held = self.new(held_from(session, patient))
            said.append(difference("held messages", wanted.held, held, is_held, str))
        if wanted.tasks is not None:
            tasks = open_tasks(session, patient, day.zone)
            said.append(difference("open tasks", wanted.tasks, tasks, is_task, words_of_task))
        if wanted.journey is not None:
            said.append(standing(session, patient, wanted.journey))
        if wanted.due is not None:
            said.append(difference("due", wanted.due, due_of(session, patient), is_due, str))
        if wanted.referral is not None:
            said.append(state_of_referral(session, patient, wanted.referral))
        for sentence in said:
            if sentence is not None:
                yield f"{day.at}, {wanted.person}: {sentence}"

    def new(self, messages: Sequence[Any]) -> list[Any]:
        """The messages that were not seen before; from now on they are."""
        found = [message for message in messages if message.id not in self.seen]
        self.seen.update(message.id for message in found)
        return found


def difference(
    what: str,
    wanted: Sequence[Wanted],
    found: Sequence[Found],
    fits: Callable[[Wanted, Found], bool],
    words: Callable[[Wanted], str],
) -> str | None:
    """How two lists differ, in any order; None when they do not."""
    left = list(found)
    missing = []
    for each in wanted:
        match = next((other for other in left if fits(each, other)), None)
        if match is None:
            missing.append(each)
        else:
            left.remove(match)
    parts = []
    if missing:
        parts.append("missing " + "; ".join(words(each) for each in missing))
    if left:
        parts.append("not expected " + "; ".join(str(each) for each in left))
    return f"{what}: {', and '.join(parts)}" if parts else None


def sent_to(session: Session, patient: int) -> list[Sent]:
    """Every message that has left the house to this patient, in its order."""
    rows = session.execute(
        select(Message, Definition.slug)
        .outerjoin(DefinitionVersion, DefinitionVersion.id == Message.template_version_id)
        .outerjoin(Definition, Definition.id == DefinitionVersion.definition_id)
        .where(Message.patient_id == patient, Message.direction == "outbound", Message.sent_at.is_not(None))
        .order_by(Message.sent_at, Message.id)
    )
    return [
        Sent(message.id, slug or "", message.channel or "", message.language or "", message.body or "")
        for message, slug in rows
    ]


def held_from(session: Session, patient: int) -> list[Held]:
    """Every message that was held back from this patient."""
    held = select(Message.id, Message.reasons).where(Message.patient_id == patient, Message.status == "held")
    return [Held(*row) for row in session.execute(held.order_by(Message.decided_at, Message.id))]


def open_tasks(session: Session, patient: int, zone: zoneinfo.ZoneInfo) -> list[Open]:
    """The tasks about this patient that wait to be done; days are those of `zone`."""
    rows = session.execute(
        select(Task, TaskQueue.slug)
        .join(TaskQueue, TaskQueue.id == Task.queue_id)
        .where(Task.patient_id == patient, Task.status.in_(OPEN_STATUSES))
        .order_by(Task.created_at, Task.id)
    )
    return [
        Open(
            queue=queue,
            title=in_language(task.title, "en"),
            due="" if task.due_at is None else day_of(task.due_at, zone),
            priority=task.priority,
        )
        for task, queue in rows
    ]


def due_of(session: Session, patient: int) -> list[SeenDue]:
    """What stands open by guidelines."""
    rows = select(Definition.slug, DueItem.status, DueItem.due_on).join(DueItem, DueItem.guideline_id == Definition.id)
    mine = rows.where(DueItem.patient_id == patient, DueItem.closed_at.is_(None)).order_by(Definition.slug)
    return [SeenDue(slug, status, str(due_on or "")) for slug, status, due_on in session.execute(mine)]


def state_of_referral(session: Session, patient: int, wanted: str) -> str | None:
    """That the newest referral stands elsewhere."""
    newest = select(Referral.status).where(Referral.patient_id == patient).order_by(Referral.id.desc()).limit(1)
    state = session.scalar(newest)
    return None if state == wanted else f"the referral should be {wanted}, is {state}"


def is_due(wanted: SeenDue, found: SeenDue) -> bool:
    """Whether an occurrence is the one that is wanted."""
    same = (wanted.guideline, wanted.status) == (found.guideline, found.status)
    return same and wanted.due_on in {None, found.due_on}


def day_of(instant: dt.datetime, zone: zoneinfo.ZoneInfo) -> str:
    """The day of an instant in a zone."""
    return instant.astimezone(zone).date().isoformat()


def is_message(wanted: SeenMessage, found: Sent) -> bool:
    """Whether a message is the one that is wanted."""
    return (
        wanted.template == found.template
        and wanted.channel in {None, found.channel}
        and wanted.language in {None, found.language}
        and (wanted.says is None or wanted.says in found.body)
    )


def is_held(wanted: str, found: Held) -> bool:
    """Whether a message was held for a reason, perhaps among others."""
    return wanted in found.reasons


def words_of_message(wanted: SeenMessage) -> str:
    """A wanted message in words."""
    words = wanted.template
    words += f" on {wanted.channel}" if wanted.channel else ""
    words += f" in {wanted.language}" if wanted.language else ""
    return words + (f" saying {wanted.says!r}" if wanted.says else "")


def is_task(wanted: SeenTask, found: Open) -> bool:
    """Whether a task is the one that is wanted."""
    return (
        wanted.queue == found.queue
        and wanted.title in {None, found.title}
        and wanted.due in {None, found.due}
        and wanted.priority in {None, found.priority}
    )


def words_of_task(wanted: SeenTask) -> str:
    """A wanted task in words."""
    words = f"{wanted.title!r} in {wanted.queue}" if wanted.title else f"a task in {wanted.queue}"
    details = [wanted.priority or "", f"due {wanted.due}" if wanted.due else ""]
    shown = ", ".join(detail for detail in details if detail)
    return f"{words} ({shown})" if shown else words


def standing(session: Session, patient: int, wanted: Standing) -> str | None:
    """How the place in a journey differs from the wanted one; None when it does not."""
    row = session.execute(
        select(Enrolment, DefinitionVersion.content)
        .join(DefinitionVersion, DefinitionVersion.id == Enrolment.version_id)
        .join(Definition, Definition.id == Enrolment.definition_id)
        .where(Enrolment.patient_id == patient, Definition.slug == wanted.slug)
        .order_by(Enrolment.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return f"should be in {wanted.slug}, never was" if wanted.enrolled else None
    enrolment, content = row
    place = where_in_words(enrolment, content)
    if not wanted.enrolled:
        return f"should never be in {wanted.slug}, is {place}"
    reasons = {enrolment.ended_reason, ending_name(content, enrolment.ended_reason)}
    if wanted.ended is not None and wanted.ended not in reasons:
        return f"should have left {wanted.slug} by {wanted.ended!r}, is {place}"
    if wanted.step is not None and wanted.step != enrolment.step:
        return f"should stand at step {wanted.step} of {wanted.slug}, is {place}"
    if wanted.stage is not None and (enrolment.ended_at is not None or wanted.stage != enrolment.stage):
        return f"should stand in stage {wanted.stage} of {wanted.slug}, is {place}"
    return None


def where_in_words(enrolment: Enrolment, content: dict[str, Any]) -> str:
    """Where an enrolment stands, in words."""
    if enrolment.ended_at is not None:
        reason = ending_name(content, enrolment.ended_reason) or enrolment.ended_reason
        return f"out of it by {reason!r}"
    return f"at step {enrolment.step}, stage {enrolment.stage}"


def ending_name(content: dict[str, Any], reason: str | None) -> str | None:
    """The English name of a goal or exit (`goal:0`, `exit:1`)."""
    purpose, _, position = (reason or "").partition(":")
    endings = content.get(f"{purpose}s", []) if purpose in {"goal", "exit"} else []
    if not position.isdigit() or int(position) >= len(endings):
        return None
    return in_language(endings[int(position)]["name"], "en")
