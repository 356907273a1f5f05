"""What stands beside the editor of a segment: counts of the whole organisation only for who works everywhere."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from journeys.foundation.act import EVERYWHERE, Act
from journeys.foundation.database import OWNER, connect
from journeys.store.putting_in_force.definitions import SEGMENT
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from journeys.store.segment_states import SegmentState
from tests.make import NOON
from tests.portal.custom_house import a_worker, browser_of


@pytest.fixture(scope="module")
def clinic(app: Flask) -> Flask:
    """An evaluated segment; Wide works everywhere, Narrow in one branch."""
    a_worker(app, "wide", "consultant")
    a_worker(app, "narrow", "consultant", "one-branch")
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with Session(engine) as session, session.begin():
        content = {"format": 1, "name": {"en": "Evaluated"}, "rule": {"all": []}}
        doing = Act(NOON, "test:maker", EVERYWHERE)
        segment = save_draft(session, doing, SEGMENT, "evaluated", content["name"], content)
        write_version(session, doing, segment)
        session.add(
            SegmentState(
                segment_id=segment.id,
                fingerprint="00",
                how="all",
                entered_count=0,
                left_count=0,
                evaluated_at=NOON,
                members=8123,
                looked_at=9456,
                milliseconds=20,
            )
        )
    engine.dispose()
    return app


@pytest.mark.parametrize(("username", "is_told"), [("wide", True), ("narrow", False)])
def test_counts_of_everywhere_are_told_to_who_works_everywhere(clinic: Flask, username: str, is_told: bool) -> None:
    page = browser_of(clinic, username).get("/segments/evaluated/").text
    assert "Last evaluation" in page
    assert ("8,123" in page) is is_told
    assert ("9,456" in page) is is_told
    assert ("Patients looked at" in page) is is_told
