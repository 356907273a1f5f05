"""Where patients of older versions would land in the version in force, and which messages that repeats or drops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from journeys.flow.running.versions import PublishedJourney, published
from journeys.flow.text.graph import reachable
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.contact import Message
from journeys.store.enrolments import Enrolment
from journeys.store.putting_in_force.definitions import TEMPLATE

Targets = Mapping[str, Mapping[str, str]]
"""{version id as text: {step: step of the version in force}}"""

Sends = dict[str, str]
"""Step → template."""

STAYS, JUMPS, PERSON = "stays", "jumps", "needs a person"


@dataclass(frozen=True)
class Landing:
    """Those who stand at one step of one older version.

    `kind` is stays (at the same step), jumps (to `target`), or needs a person: nobody said where they go, so they would
    stay on their version. `skips` are templates that they would not get, `repeating` how many would get one again.
    """

    version_id: int
    number: int
    step: str
    standing: int
    target: str | None
    kind: str
    skips: tuple[str, ...] = ()
    repeating: int = 0

    @property
    def is_silent(self) -> bool:
        """Whether no message is repeated or left out."""
        return not self.skips and not self.repeating


def landings(session: Session, definition: Definition, chosen: Targets) -> list[Landing]:
    """One row for each step of older versions at which somebody stands; `chosen` overrides where they land."""
    if definition.live_version_id is None:
        return []
    standing = session.execute(
        select(Enrolment.version_id, DefinitionVersion.number, Enrolment.step, func.count())
        .join(DefinitionVersion, DefinitionVersion.id == Enrolment.version_id)
        .where(
            Enrolment.definition_id == definition.id,
            Enrolment.version_id != definition.live_version_id,
            Enrolment.ended_at.is_(None),
        )
        .group_by(Enrolment.version_id, DefinitionVersion.number, Enrolment.step)
        .order_by(DefinitionVersion.number, Enrolment.step)
    ).all()
    journeys = published(session, [definition.live_version_id, *(row.version_id for row in standing)])
    new = journeys[definition.live_version_id]
    found = []
    for version_id, number, step, count in standing:
        old = journeys[version_id]
        target = target_of(old, new, str(step), chosen.get(str(version_id), {}))
        found.append(landing(session, old, new, number, str(step), target, count))
    return found


def target_of(old: PublishedJourney, new: PublishedJourney, step: str, chosen: Mapping[str, str]) -> str | None:
    """The chosen step; else the same one where it is still of the same type."""
    wanted = chosen.get(step)
    if wanted is not None:
        return wanted if wanted in new.journey.nodes else None
    before, after = old.journey.nodes.get(step), new.journey.nodes.get(step)
    is_kept = before is not None and after is not None and type(before.step) is type(after.step)
    return step if is_kept else None


def landing(
    session: Session,
    old: PublishedJourney,
    new: PublishedJourney,
    number: int,
    step: str,
    target: str | None,
    count: int,
) -> Landing:
    """One row, with what it does to messages."""
    if target is None:
        return Landing(old.version_id, number, step, count, None, PERSON)
    before, after = sends_ahead(old, step), sends_ahead(new, target)
    lost = [template for send, template in before.items() if send not in after and template not in after.values()]
    brought = [send for send in sends_ahead(new, new.journey.head.start) if send not in old.journey.nodes]
    never = [sends_ahead(new, new.journey.head.start)[send] for send in brought if send not in after]
    again = {send: template for send, template in after.items() if send not in before}
    kind = STAYS if target == step else JUMPS
    skips = tuple(dict.fromkeys([*lost, *never]))
    repeating = had_before(session, old, new, step, again)
    return Landing(old.version_id, number, step, count, target, kind, skips, repeating)


def sends_ahead(journey: PublishedJourney, step: str) -> Sends:
    """Every message that may still be sent from a step on, by the step that sends it."""
    nodes = journey.journey.nodes
    ahead = reachable(nodes, step)
    found = {each: getattr(nodes[each].step, "template", None) for each in nodes if each in ahead}
    return {each: str(template) for each, template in found.items() if template is not None}


def had_before(session: Session, old: PublishedJourney, new: PublishedJourney, step: str, again: Sends) -> int:
    """How many who stand at a step were planned one of these messages already, by this step or of this template."""
    if not again:
        return 0
    keys = [(TEMPLATE, template) for template in again.values()]
    versions = [journey.pins[key] for journey in (old, new) for key in keys if key in journey.pins]
    had = (
        select(Message.id)
        .where(
            Message.enrolment_id == Enrolment.id,
            Message.status.not_in(("held", "not-done")),
            or_(Message.step.in_(list(again)), Message.template_version_id.in_(versions)),
        )
        .exists()
    )
    here = (Enrolment.version_id == old.version_id, Enrolment.step == step, Enrolment.ended_at.is_(None))
    return session.scalar(select(func.count()).select_from(Enrolment).where(*here, had)) or 0
