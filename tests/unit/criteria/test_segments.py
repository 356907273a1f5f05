"""Segments as verbs: published whole or not at all, counted in one statement, their members kept as dated stays."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from journeys.criteria import limits
from journeys.criteria.compile import focus_records
from journeys.criteria.count_segment import count_segment
from journeys.criteria.facts.catch_up import catch_up
from journeys.criteria.known import known
from journeys.criteria.publish_segment import publish_segment
from journeys.criteria.refresh_segment import Refreshed, refresh_segment
from journeys.criteria.sample_segment import sample_segment
from journeys.criteria.segments import live_segment
from journeys.foundation import acting
from journeys.foundation import database as connections
from journeys.foundation.acting import EVERYWHERE, Act, House, Scope
from journeys.foundation.audit import AuditEntry
from journeys.foundation.errors import Invalid, Missing
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.enrolments import SegmentMember
from journeys.store.events import Event
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import SEGMENT
from journeys.store.putting_in_force.save_draft import save_draft
from tests import make
from tests.servers import Database
from tests.world import World, drawn, write

pytestmark = pytest.mark.store

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
ADULT = {"field": "age", "is": "at_least", "value": 18}
SPANISH = {"field": "language", "is": "is", "value": "es"}


def an_act(now: dt.datetime = NOW, scope: Scope = EVERYWHERE) -> Act:
    return Act(now, "test:segments", scope)


def content(rule: Any, **more: Any) -> dict[str, Any]:
    return {"format": 1, "name": {"en": "A segment"}, "description": {}, "rule": rule, "focus": None, **more}


def draft(session: Session, slug: str, rule: Any, **more: Any) -> None:
    save_draft(session, an_act(), SEGMENT, slug, {"en": slug}, content(rule, **more))


def publish(session: Session, slug: str, rule: Any, **more: Any) -> DefinitionVersion:
    draft(session, slug, rule, **more)
    return publish_segment(session, an_act(), slug)


def people(session: Session, count: int, **facts: Any) -> list[Patient]:
    """Patients with these facts; adults who read Spanish unless said otherwise."""
    values = {"birth_date": dt.date(1980, 1, 1), "language": "es", **facts}
    made = [Patient(**values) for _ in range(count)]
    session.add_all(made)
    session.flush()
    return made


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The statements that are executed inside."""
    seen: list[str] = []

    def remember(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", remember)
    yield seen
    event.remove(engine, "before_cursor_execute", remember)


def test_publishing_writes_one_version(session: Session) -> None:
    version = publish(session, "adults", ADULT)
    assert known(session).segments == {"adults": ADULT}
    assert live_segment(session, "adults").id == version.id
    assert publish_segment(session, an_act(), "adults").id == version.id


def test_publishing_says_everything_that_is_wrong_and_writes_nothing(session: Session) -> None:
    wrong = {"colour": "red", "format": 2, "name": {}, "focus": {"kind": "visit", "when": 1}}
    draft(session, "adults", {"field": "agee", "is": "known"}, **wrong)
    with pytest.raises(Invalid) as refused:
        publish_segment(session, an_act(), "adults")
    places = [problem.where for problem in refused.value.problems]
    assert places == ["colour", "format", "name", "rule.field", "focus.when", "focus.kind"]
    assert session.scalars(select(DefinitionVersion)).all() == []
    assert known(session).segments == {}


def test_a_segment_may_refer_to_another_but_not_in_a_circle(session: Session) -> None:
    publish(session, "adults", ADULT)
    publish(session, "hispanic", {"all": [{"segment": "adults"}, SPANISH]})
    [person] = people(session, 1)
    people(session, 1, language="en")
    assert [each.id for each in sample_segment(session, an_act(), {"segment": "hispanic"})] == [person.id]
    with pytest.raises(Invalid, match="circle: hispanic → adults → hispanic"):
        publish(session, "adults", {"any": [ADULT, {"segment": "hispanic"}]})
    with pytest.raises(Invalid, match="circle: self → self"):
        publish(session, "self", {"segment": "self"})


def test_counts_are_those_of_the_rule_and_of_each_condition_alone(engine: Engine, session: Session) -> None:
    people(session, 3)
    people(session, 2, language="en")
    people(session, 4, birth_date=None)
    catch_up(session, an_act())
    rule = {"all": [ADULT, {"none": [SPANISH]}]}
    with statements(engine) as seen:
        counts = count_segment(session, an_act(), rule)
    assert counts.total == 2
    assert [(each.where, each.count) for each in counts.conditions] == [("rule.all.0", 5), ("rule.all.1.none.0", 7)]
    assert len([statement for statement in seen if "patient" in statement]) == 1


def test_a_rule_that_takes_too_long_is_refused_at_its_place(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid, match="^rule: The rule takes longer"):
        monkeypatch.setattr(limits, "SECONDS", 0.05)
        with limits.limited(session, "rule"):
            session.execute(text("SELECT pg_sleep(5)"))


def test_the_time_limit_ends_with_the_rule(session: Session) -> None:
    with limits.limited(session, "rule"):
        assert session.scalar(text("SHOW statement_timeout")) == "5s"
    assert session.scalar(text("SHOW statement_timeout")) == "0"


def test_members_enter_leave_and_come_back(session: Session) -> None:
    segment_id = publish(session, "spanish", SPANISH).definition_id
    ana, ben = people(session, 2)
    assert refresh_segment(session, an_act(), "spanish") == Refreshed(entered=2, left=0)
    assert refresh_segment(session, an_act(NOW + DAY), "spanish") == Refreshed(entered=0, left=0)
    ana.language = "en"
    session.flush()
    assert refresh_segment(session, an_act(NOW + 2 * DAY), "spanish") == Refreshed(entered=0, left=1)
    ana.language = "es-PR"
    session.flush()
    assert refresh_segment(session, an_act(NOW + 3 * DAY), "spanish") == Refreshed(entered=1, left=0)
    stays = session.execute(
        select(SegmentMember.patient_id, SegmentMember.entered_at, SegmentMember.left_at)
        .where(SegmentMember.segment_id == segment_id)
        .order_by(SegmentMember.patient_id, SegmentMember.entered_at)
    ).all()
    assert [tuple(stay) for stay in stays] == [
        (ana.id, NOW, NOW + 2 * DAY),
        (ana.id, NOW + 3 * DAY, None),
        (ben.id, NOW, None),
    ]
    happened = session.execute(
        select(Event.kind, Event.patient_id, Event.at, Event.code, Event.subject_kind, Event.subject_id)
        .where(Event.kind.like("segment.%"))
        .order_by(Event.id)
    ).all()
    assert sorted(tuple(each) for each in happened) == sorted(
        [
            ("segment.entered", ana.id, NOW, "spanish", "segment", segment_id),
            ("segment.entered", ben.id, NOW, "spanish", "segment", segment_id),
            ("segment.left", ana.id, NOW + 2 * DAY, "spanish", "segment", segment_id),
            ("segment.entered", ana.id, NOW + 3 * DAY, "spanish", "segment", segment_id),
        ]
    )


def test_who_leaves_and_comes_back_at_the_same_moment_goes_on_with_the_stay(session: Session) -> None:
    publish(session, "spanish", SPANISH)
    [ana] = people(session, 1)
    for language in ("es", "en", "es"):
        ana.language = language
        session.flush()
        refresh_segment(session, an_act(), "spanish")
    [stay] = session.scalars(select(SegmentMember).execution_options(populate_existing=True)).all()
    assert (stay.patient_id, stay.entered_at, stay.left_at) == (ana.id, NOW, None)


def test_time_alone_moves_members(session: Session) -> None:
    publish(session, "adults", ADULT)
    people(session, 1, birth_date=dt.date(2008, 3, 2), time_zone="UTC")
    assert refresh_segment(session, an_act(NOW), "adults").entered == 0
    assert refresh_segment(session, an_act(NOW + DAY), "adults").entered == 1


def test_refreshing_takes_as_many_statements_for_many_as_for_few(engine: Engine, session: Session) -> None:
    publish(session, "spanish", SPANISH)
    counts = []
    for number, crowd in enumerate((2, 2_000)):
        people(session, crowd)
        with statements(engine) as seen:
            assert refresh_segment(session, an_act(NOW + number * DAY), "spanish").entered == crowd
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_segment_that_is_not_in_force_is_missing(session: Session) -> None:
    draft(session, "later", ADULT)
    with pytest.raises(Missing):
        refresh_segment(session, an_act(), "later")
    with pytest.raises(Missing):
        live_segment(session, "later")
    definition = session.scalars(select(Definition).where(Definition.slug == "later")).one()
    assert definition.status == "draft"


def test_the_focus_of_a_segment_names_records(session: Session) -> None:
    world = World(
        NOW,
        drawn("name\nAna\nBen", "patient"),
        {
            "care_plan_activity": drawn(
                """
                patient | code | due_on
                Ana     | bp   | 2026-03-20
                Ana     | bp   | 2026-04-20
                Ben     | foot | 2026-03-20
                """,
                "care_plan_activity",
            )
        },
    )
    write(world, session)
    where = [
        {"field": "code", "is": "is", "value": "bp"},
        {"field": "due_on", "is": "within_next", "value": {"days": 28}},
    ]
    found = session.execute(focus_records({"kind": "care_plan_activity", "where": where}, NOW)).all()
    first = world.records["care_plan_activity"][0]
    assert [tuple(row) for row in found] == [(world.ids["Ana"], first["_id"])]


def test_the_portal_counts_and_samples_its_own_branches_and_reading_is_audited(database: Database) -> None:
    owner = connections.connect(database.owner_url, connections.WORKER)
    with Session(owner) as session, session.begin():
        here, there = make.branch(session, "here"), make.branch(session, "there")
        mine = make.person(session, at=here, language="es").id
        make.person(session, at=there, language="es")
        scope = Scope(frozenset([here.id]))
    portal = connections.connect(database.url, connections.PORTAL)
    house = House(connections.sessions(portal))
    assert acting.act(house, an_act(), count_segment, SPANISH).total == 2
    assert acting.act(house, an_act(scope=scope), count_segment, SPANISH).total == 1
    assert [person.id for person in acting.act(house, an_act(scope=scope), sample_segment, SPANISH)] == [mine]
    assert acting.act(house, an_act(scope=Scope()), sample_segment, SPANISH) == []
    as_owner = connections.connect(database.owner_url, connections.OWNER)
    with Session(as_owner) as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [(entry.action, entry.subject, entry.patient_ids) for entry in entries] == [
            ("R", "segment.count", []),
            ("R", "segment.count", []),
            ("R", "patient", [mine]),
            ("R", "patient", []),
        ]
    for engine in (owner, portal, as_owner):
        engine.dispose()
