"""A house with reactions on the test's own database, and one patient with one referral."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session, sessionmaker

from journeys.care.referrals.draft_referral import Ordered, draft_referral
from journeys.care.referrals.move_referral import Given, move_referral
from journeys.flow.events.react import react
from journeys.foundation.acting import House, act
from journeys.foundation.database import WORKER, connect, sessions
from journeys.store import Organization, Patient, Referral
from tests.make import NOON, added, an_act, branch, person
from tests.servers import Database
from tests.unit.store.conftest import Importing


@dataclass
class Desk:
    """Verbs run whole, each a second after the last; `statements` are those of the last one."""

    made: sessionmaker[Session]
    patient: uuid.UUID
    branch_id: int
    specialist_id: int
    house: House
    now: Any = NOON
    statements: list[str] = field(default_factory=list)

    def do(self, verb: Callable[..., Any], *args: Any, **arguments: Any) -> Any:
        self.statements.clear()
        return act(self.house, an_act(self.now, "user:nina"), verb, *args, **arguments)

    def draft(self, **facts: Any) -> Referral:
        given = {"service": "Cardiology", "to_organization_id": self.specialist_id, "from_location_id": self.branch_id}
        direction = facts.pop("direction", "outgoing")
        ordered = Ordered(**{**given, **facts})
        made: Referral = self.do(draft_referral, self.patient, ordered, direction)
        return made

    def move(self, uid: uuid.UUID, to: str, version: int | None = None, **said: Any) -> Referral:
        moved: Referral = self.do(move_referral, uid, to, Given(**said), version)
        return moved

    def read(self, statement: Any) -> Any:
        with self.made.begin() as session:
            return session.execute(statement).all()


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = connect(database.url, WORKER)
    yield engine
    engine.dispose()


@pytest.fixture
def desk(engine: Engine) -> Iterator[Desk]:
    made = sessions(engine)
    with made.begin() as session:
        place = branch(session)
        patient = person(session, at=place)
        specialist = added(session, Organization(name="Heart Specialists"))
        opened = Desk(made, patient.uid, place.id, specialist.id, House(made, react))

    def seen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        opened.statements.append(statement)

    event.listen(engine, "before_cursor_execute", seen)
    yield opened
    event.remove(engine, "before_cursor_execute", seen)


@pytest.fixture
def importing(desk: Desk, tmp_path: Path) -> Importing:
    return Importing(desk.house, tmp_path)


@pytest.fixture
def patient_id(desk: Desk) -> int:
    with desk.made.begin() as session:
        return int(session.scalars(select(Patient.id).where(Patient.uid == desk.patient)).one())
