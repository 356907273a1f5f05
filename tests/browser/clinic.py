"""A small demo clinic behind the live portal, and its workers, on one clock that tests hold still."""

import datetime as dt
import io
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy.orm import Session

from app import setup as portal
from config import Settings
from journeys.flow.packs.folder import read_folder
from journeys.flow.packs.load import load
from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.store.identity.look_for_matches import look_for_matches
from journeys.store.putting_in_force.definitions import JOURNEY
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from journeys.worker.assembling import make_workshop
from journeys.worker.jobs import JOBS
from journeys.worker.workshop import Workshop
from launcher import packs
from launcher.console import Console
from launcher.programs import until
from seed import demo
from tests.browser.doubles import enter_somebody_twice
from tests.browser.forms import publish_a_form
from tests.browser.letters import put_letters_to_the_post
from tests.browser.questions import ask_questions
from tests.browser.replies import keep_replies
from tests.portal.house import PASSWORD

NOW = dt.datetime(2026, 3, 10, 16, 0, tzinfo=dt.UTC)
"""A Tuesday, in the middle of the working day of all three branches."""

SETTING_UP = Act(NOW, "setup:pack", EVERYWHERE, purpose="configuration")

PATIENTS = 60
IN_TURN = ("refresh", "enrol", "advance", "plan", "deliver", "advance", "plan", "deliver")


@dataclass
class Clinic:
    """The clinic's workers; `work` does everything that is due now."""

    workshop: Workshop
    now: dt.datetime = field(default=NOW)

    def clock(self) -> dt.datetime:
        """The one clock."""
        return self.now

    def work(self) -> None:
        """Run every job in turn, as workers would after their bells."""
        for name in IN_TURN:
            self.workshop.work_off(name, share=0, shares=1)


def put_in_force_for_the_chosen(session: Session, doing: Act) -> None:
    """A journey that people choose patients for: nobody comes in by itself."""
    name = {"en": "Call back", "es": "Devolver la llamada"}
    steps = {"pause": {"type": "wait", "config": {"for": {"days": 9}}, "next": {"next": "end"}}, "end": {"type": "end"}}
    content = {
        "format": 1,
        "name": name,
        "purpose": "care",
        "entry": {"chosen": True},
        "start": "pause",
        "steps": steps,
    }
    write_version(session, doing, save_draft(session, doing, JOURNEY, "call-back", name, content))


def fill(app: Flask, settings: Settings) -> None:
    """Load the clinic, its accounts, the shared policy and the value sets; the recall and the segments as drafts."""
    clinic = open_clinic(app, settings)
    house = clinic.workshop.house
    console = Console(io.StringIO())
    packs.load_shared_policy(house, NOW, console)
    demo.load(house, NOW, patients=PATIENTS)
    packs.load_demo_recall(house, NOW, console)
    act(house, SETTING_UP, load, read_folder(packs.PACKS / "segments-core"), publish_folders=("value-sets",))
    portal.add_people(settings, [account_of(each) for each in demo.sign_ins()])
    ask_questions(app)
    put_letters_to_the_post(app)
    act(house, SETTING_UP, keep_replies)
    act(house, SETTING_UP, put_in_force_for_the_chosen)
    act(house, SETTING_UP, enter_somebody_twice)
    act(house, SETTING_UP, look_for_matches, limit=1_000)
    act(house, SETTING_UP, publish_a_form)
    close_clinic(app, clinic)


def open_clinic(app: Flask, settings: Settings) -> Clinic:
    """The clinic behind a portal, which has its clock from now on."""
    clinic = Clinic(make_workshop(settings, lambda: NOW, JOBS))
    app.config["CLOCK"] = clinic.clock
    return clinic


def close_clinic(app: Flask, clinic: Clinic) -> None:
    """Let go of the database once requests under way have: pages look for news until the moment they are closed."""
    engine = app.extensions["portal_engine"]
    assert until(lambda: engine.pool.checkedout() == 0, within=30)
    engine.dispose()
    clinic.workshop.engine.dispose()


def account_of(person: demo.SignIn) -> portal.Person:
    """A demo account with the password of all tests."""
    first_name, _, last_name = person.name.rpartition(" ")
    email = f"{person.username}@example.org"
    return portal.Person(person.username, first_name, last_name, email, person.role, PASSWORD)
