"""A guideline comes into force whole or not at all."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.care.guidelines.publish_guideline import publish_guideline
from journeys.foundation.errors import Invalid, Stale
from journeys.store.configuration import DefinitionVersion
from journeys.store.putting_in_force.definitions import GUIDELINE
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.tasks import TaskQueue
from tests import make
from tests.unit.care.guidelines.contents import content

pytestmark = pytest.mark.store


def draft(session: Session, **parts: Any) -> int:
    session.add(TaskQueue(slug="recall", name={"en": "Recall"}))
    whole = content(**parts)
    return save_draft(session, make.an_act(), GUIDELINE, "bp", whole.get("name", {}), whole).row_version


def test_publishing_writes_one_version(session: Session) -> None:
    draft(session)
    version = publish_guideline(session, make.an_act(), "bp")
    assert version.content == content()
    assert publish_guideline(session, make.an_act(), "bp").id == version.id


def test_a_wrong_one_stays_a_draft(session: Session) -> None:
    draft(session, format=2, owner={"role": "staff", "queue": "nowhere"})
    with pytest.raises(Invalid) as refused:
        publish_guideline(session, make.an_act(), "bp")
    assert [problem.where for problem in refused.value.problems] == ["format", "owner.queue"]
    assert session.scalars(select(DefinitionVersion)).all() == []


def test_roles_are_judged_where_they_are_known(session: Session) -> None:
    draft(session)
    with pytest.raises(Invalid, match=r"owner\.role"):
        publish_guideline(session, make.an_act(), "bp", roles=["nurse"])


def test_a_draft_that_was_saved_since_is_not_put_in_force(session: Session) -> None:
    read = draft(session)
    save_draft(session, make.an_act(), GUIDELINE, "bp", {"en": "Other"}, content(interval={"months": 3}))
    with pytest.raises(Stale):
        publish_guideline(session, make.an_act(), "bp", row_version=read)
