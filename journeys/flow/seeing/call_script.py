"""What to say on the phone: the script of the step that made a task, as it was published, filled for the patient."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from journeys.contact.texts.said_to import Said, said_to
from journeys.contact.texts.wording_uses import outdated_templates
from journeys.foundation.acting import Act
from journeys.foundation.tables import Texts
from journeys.store.configuration import DefinitionVersion, VersionPin
from journeys.store.enrolments import Enrolment
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import TEMPLATE
from journeys.store.tasks import Task


@dataclass(frozen=True)
class Script:
    """A script; `said` is None where it has no language of the patient's, `outdated` are wordings that it quotes as
    they no longer are."""

    name: Texts
    outdated: tuple[str, ...]
    said: Said | None = field(repr=False)


def call_script(session: Session, act: Act, task: Task, patient: Patient, roles: Collection[str] = ()) -> Script | None:
    """The script beside a task that the caller may see and has audited; None where its step names none."""
    journey = session.scalar(
        select(DefinitionVersion)
        .join(Enrolment, Enrolment.version_id == DefinitionVersion.id)
        .where(Enrolment.id == task.enrolment_id)
    )
    step = journey.content["steps"].get(task.step, {}) if journey is not None else {}
    slug = step.get("config", {}).get("script")
    if journey is None or slug is None:
        return None
    pinned = and_(VersionPin.version_id == journey.id, VersionPin.kind == TEMPLATE, VersionPin.slug == slug)
    version = session.scalar(
        select(DefinitionVersion).join(VersionPin, VersionPin.pinned_version_id == DefinitionVersion.id).where(pinned)
    )
    if version is None:
        return None
    outdated = outdated_templates(session).get(slug, ())
    return Script(version.content["name"], outdated, said_to(session, act, patient, version, roles=roles))
