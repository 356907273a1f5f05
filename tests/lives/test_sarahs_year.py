"""Sarah Mitchell's year, through the portal and the workers; and the same records where Waymark does not work."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.security.roles import role_names
from app.setup import Person, add_people
from journeys.flow.packs.folder import read_folder
from journeys.flow.packs.load import EVERYTHING, load
from journeys.foundation.secrets import Keyring
from journeys.store.clinical import Observation
from journeys.store.configuration import Definition
from journeys.store.contact import Message
from journeys.store.due import DueItem
from journeys.store.matches import MatchCandidate
from journeys.store.merges import PatientMerge
from journeys.store.organisation import Practitioner, PractitionerRole
from journeys.store.patient_links import BranchLink
from journeys.store.people import Patient
from journeys.store.referrals import Referral
from journeys.store.scope import EVERY_BRANCH
from journeys.store.tasks import OPEN_STATUSES, Task, TaskQueue
from journeys.worker.assembling import make_workshop
from journeys.worker.jobs import JOBS
from launcher.packs import PACKS
from tests import make
from tests.lives import sarah
from tests.lives.year import Year
from tests.portal.house import PASSWORD, portal_for_tests, prepare_portal, settings_for, works_at
from tests.servers import Cluster

pytestmark = [pytest.mark.store, pytest.mark.slow]

QUEUES = ("recall", "nurse", "front-desk", "clinician", "medical-lead", "referrals")
CONFIGURATION = ("base", "segments-core", "hypertension-recall", "guidelines-core", "safety-clocks")
LUCIA = Person("lucia", "Lucía", "Herrera", "lucia@waymark.test", "staff", PASSWORD)


@pytest.fixture
def year(cluster: Cluster, redis_url: str, tmp_path: Path) -> Iterator[Year]:
    """Two branches, with one nurse each; nothing is in force yet."""
    database = cluster.new()
    settings = settings_for(database, redis_url, tmp_path)
    Keyring.for_tests().write(settings.key_file)
    prepare_portal(settings)
    add_people(settings, [LUCIA])
    app = portal_for_tests(settings)
    lived = Year(app, tmp_path)
    lived.workshop = make_workshop(settings, lived.clock, JOBS)
    for who, name, place in (("nina", "Nina Haas", "riverside"), ("lucia", "Lucía Herrera", "harbour")):
        lived.places[place] = works_at(lived.workshop.engine, who, name, place)
    lived.do(sees_every_branch)
    yield lived
    lived.workshop.engine.dispose()
    lived.workshop.bell.connection.close()
    app.extensions["portal_engine"].dispose()
    cluster.drop(database)


def open_queues(session, _act):
    session.add_all(TaskQueue(slug=slug, name={"en": slug}) for slug in QUEUES)


def sees_every_branch(session, _act):
    """Whoever approves that two records become one must see both."""
    ada = make.added(session, Practitioner(username="ada", name="Ada Moreno"))
    session.add(PractitionerRole(practitioner_id=ada.id, code=EVERY_BRANCH))


def agrees(session, _act):
    make.consent(session, session.scalars(select(Patient)).one())


def configure(year: Year) -> None:
    """What consultants and administrators put in force before the year begins."""
    year.do(open_queues)
    for name in CONFIGURATION:
        year.do(load, read_folder(PACKS / name), publish_folders=EVERYTHING, known_roles=role_names())


def first_visit(year: Year) -> None:
    """January: blood pressure is high, and "see you in six months" stands in the care plan. She agrees to be written
    to. HbA1c was measured last June and was borderline."""
    year.on(1, 12, 12)
    riverside = [sarah.patient(), sarah.hypertension(), sarah.visit("2026-01-12"), sarah.hba1c("2025-06-10", 6.1)]
    plan = sarah.care_plan("2026-01-12", "2026-07-13", 182)
    year.arrives("riverside-emr", "riverside", *riverside, sarah.pressure("2026-01-12", 148, 92), plan)
    year.do(agrees)


def second_visit(year: Year) -> None:
    """May: it is no better; from now on it is measured every three months."""
    year.on(5, 11, 12)
    plan = sarah.care_plan("2026-05-11", "2026-08-11", 91)
    measured = sarah.pressure("2026-05-11", 152, 95)
    year.arrives("riverside-emr", "riverside", sarah.visit("2026-05-11"), measured, plan)


def visit_elsewhere(year: Year) -> None:
    """August: the other branch, whose EMR knows her by a number of its own."""
    visit = [sarah.visit("2026-08-17"), sarah.pressure("2026-08-17", 138, 86)]
    year.arrives("harbour-emr", "harbour", sarah.patient(), *visit)


def due(year: Year, slug: str) -> tuple[str, dt.date | None]:
    """Where Sarah stands in a guideline."""
    chosen = select(DueItem).join(Definition, Definition.id == DueItem.guideline_id)
    mine = DueItem.patient_id == select(Patient.id).where(Patient.merged_into_id.is_(None)).scalar_subquery()
    with year.workshop.house.sessions() as session:
        item = session.scalars(chosen.where(Definition.slug == slug, DueItem.closed_at.is_(None), mine)).one()
        return item.status, item.due_on


def the(year: Year, table):
    """The only row of a table."""
    with year.workshop.house.sessions() as session:
        return session.scalars(select(table)).one()


def count(year: Year, table, *where) -> int:
    with year.workshop.house.sessions() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where))


def sent(year: Year) -> list[str]:
    """The days on which she was written to."""
    chosen = select(Message.sent_at).where(Message.direction == "outbound", Message.sent_at.is_not(None))
    with year.workshop.house.sessions() as session:
        return [f"{at:%m-%d}" for at in session.scalars(chosen.order_by(Message.sent_at))]


def calls(year: Year) -> int:
    """How many calls about the recall wait for somebody."""
    of_recall = select(TaskQueue.id).where(TaskQueue.slug == "recall").scalar_subquery()
    return count(year, Task, Task.queue_id == of_recall, Task.status.in_(OPEN_STATUSES))


def test_nothing_is_lost_with_waymark(year: Year) -> None:
    configure(year)
    first_visit(year)
    year.work()
    page = f"/patients/{the(year, Patient).uid}/"
    assert due(year, "blood-pressure-review") == ("satisfied", dt.date(2026, 7, 13))
    assert due(year, "hba1c-borderline") == ("satisfied", dt.date(2026, 6, 10))
    year.on(3, 3, 12)
    year.arrives("riverside-emr", "riverside", sarah.referral("2026-03-03"))
    year.on(4, 14, 13)
    standing = year.opens("nina", "/board/?days=42")
    assert "Sarah Mitchell" in standing
    assert "Referral to cardiology" in standing
    second_visit(year)
    year.work()
    assert due(year, "blood-pressure-review") == ("satisfied", dt.date(2026, 8, 11))
    shown = year.opens("nina", page)
    assert "148" in shown
    assert "152" in shown
    seen = {}
    for month, day in ((6, 11), (7, 14), (7, 28), (8, 8), (8, 11)):
        year.on(month, day, 11)
        seen[f"{month}-{day}"] = (due(year, "hba1c-borderline")[0], due(year, "blood-pressure-review")[0], calls(year))
    assert seen == {
        "6-11": ("due", "satisfied", 0),
        "7-14": ("due", "soon-due", 0),
        "7-28": ("due", "soon-due", 0),
        "8-8": ("due", "soon-due", 0),
        "8-11": ("overdue", "due", 1),
    }
    assert sent(year) == ["07-14", "07-28", "08-08"]
    assert "Borderline glucose" in year.opens("nina", "/board/?kind=due")
    comes_to_harbour(year, page)
    year.on(10, 5, 17)
    year.arrives("riverside-emr", "riverside", sarah.report("2026-10-05"))
    # nobody touched it: it stands there from the moment at which the report arrived
    assert (the(year, Referral).status, the(year, Referral).status_at) == ("results-received", year.clock())
    for who in ("nina", "lucia"):
        assert "Results received" in year.opens(who, page)


def comes_to_harbour(year: Year, page: str) -> None:
    """She walks into the other branch: it finds her, sees everything, and what it measures ends the recall."""
    year.on(8, 17, 12)
    assert year.client("lucia").get(page).status_code == 404
    facts = {"name": "Sarah Mitchell", "born": "1962-03-14", "phone": sarah.PHONE}
    found = year.sends("lucia", "/elsewhere/", "/elsewhere/", **facts).text
    assert "Riverside" in found
    assert "cardiology" not in found
    link = {**facts, "branch": str(year.places["harbour"]), "reason": "here"}
    year.sends("lucia", "/elsewhere/link", "/elsewhere/", **link)
    assert year.client("lucia").get(page).status_code == 404
    year.sends("ada", f"/matches/links/{the(year, BranchLink).uid}", "/matches/", answer="yes")
    shown = year.opens("lucia", page)
    for what in ("Referral to cardiology", "HbA1c once a year", "152"):
        assert what in shown
    visit_elsewhere(year)
    year.work()
    assert count(year, Patient) == 2
    desk = f"/matches/{the(year, MatchCandidate).uid}/"
    year.sends("lucia", f"{desk}join", desk, reason="She showed me both cards")
    merge = f"/matches/{the(year, PatientMerge).uid}/"
    year.sends("ada", f"{merge}answer", merge, answer="yes")
    year.work()
    assert due(year, "blood-pressure-review") == ("satisfied", dt.date(2027, 2, 17))
    assert calls(year) == 0
    assert "138" in year.opens("nina", page)


def test_without_waymark_nobody_is_told(year: Year) -> None:
    """The same records arrive in the same year. They are all there, and none of it reaches anybody: the six gaps."""
    year.works = False
    first_visit(year)
    year.on(3, 3, 12)
    year.arrives("riverside-emr", "riverside", sarah.referral("2026-03-03"))
    year.on(4, 14, 13)
    gaps = {"a referral without an answer is shown": "Sarah Mitchell" in year.opens("nina", "/board/?days=42")}
    second_visit(year)
    year.on(8, 17, 12)
    visit_elsewhere(year)
    year.on(10, 5, 17)
    year.arrives("riverside-emr", "riverside", sarah.report("2026-10-05"))
    known = count(year, Observation, Observation.parent_id.is_(None))
    with year.workshop.house.sessions() as session:
        first = session.scalars(select(Patient).order_by(Patient.id)).first()
    gaps |= {
        "a recall is kept": count(year, DueItem) > 0,
        "a gap in care is found": count(year, DueItem, DueItem.status == "overdue") > 0,
        "somebody writes or calls": count(year, Message) + count(year, Task) > 0,
        "her visits are one history": count(year, Patient) == 1,
        "the other branch sees it": year.client("lucia").get(f"/patients/{first.uid}/").status_code == 200,
    }
    assert known == 4
    assert not any(gaps.values()), gaps
