"""The script beside a task: as it was published with the journey, in the patient's language, filled, flagged."""

import pytest

from journeys.contact.texts.publish_template import publish_template
from journeys.contact.texts.publish_wording import publish_wording
from journeys.flow.publishing.publish import publish
from journeys.flow.seeing.call_script import call_script
from journeys.foundation.database import OWNER, connect, sessions
from journeys.foundation.errors import Invalid
from journeys.store.enrolments import Enrolment
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import JOURNEY, TEMPLATE, WORDING
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.tasks import Task, TaskQueue
from tests import make as a
from tests.make import NOON, an_act

NAME = {"en": "Call back"}
DONE = [{"code": "done", "name": {"en": "Done"}}]
TEXTS = {
    "en": {"body": "Hello {{patient.given_name}}. {{text.hours}}"},
    "es": {"body": "Hola {{patient.given_name}}. {{text.hours}}"},
}
HOURS = {"en": "Open from 8.", "es": "Abierto desde las 8."}


def content(script="call-back"):
    task = {"queue": "desk", "title": NAME, "outcomes": DONE, "due": {"days": 1}, "script": script}
    steps = {
        "call": {"type": "task", "config": task, "next": {"done": "end", "cancelled": "end"}},
        "end": {"type": "end"},
    }
    return {"format": 1, "name": NAME, "purpose": "care", "entry": {"chosen": True}, "start": "call", "steps": steps}


def put_wording(session, texts):
    said = {"format": 1, "name": NAME, "owner": "Carl", "review_on": "2027-01-01", "texts": texts, "content_level": 0}
    save_draft(session, an_act(), WORDING, "hours", NAME, said)
    publish_wording(session, an_act(), "hours")


def put_script(session):
    script = {"format": 1, "name": NAME, "purpose": "care", "content_level": 0, "uses": ["call"], "texts": TEXTS}
    save_draft(session, an_act(), TEMPLATE, "call-back", NAME, script)
    publish_template(session, an_act(), "call-back")


@pytest.fixture
def make(database):
    engine = connect(database.url, OWNER)
    yield sessions(engine)
    engine.dispose()


@pytest.fixture
def task(make):
    """A task of the step of a journey in force, of a patient who speaks Spanish; the id of the task."""
    with make.begin() as session:
        put_wording(session, HOURS)
        put_script(session)
        queue = a.added(session, TaskQueue(slug="desk", name=NAME))
        save_draft(session, an_act(), JOURNEY, "back", NAME, content())
        version = publish(session, an_act(), "back")
        patient = a.person(session, language="es", given_name="Ana")
        facts = {"version_id": version.id, "definition_id": version.definition_id, "lane": patient.id & 255}
        times = {"entered_at": NOON, "entered_by": "test:maker", "step_entered_at": NOON}
        row = a.added(session, Enrolment(patient_id=patient.id, step="call", visit=1, **facts, **times))
        of_step = {"enrolment_id": row.id, "step": "call", "visit": 1, "queue_id": queue.id, "title": NAME}
        return a.added(session, Task(patient_id=patient.id, outcomes=DONE, created_at=NOON, **of_step)).id


def script_of(make, task_id):
    """(outdated wordings, (language, words)) of the script beside a task; None without one."""
    with make.begin() as session:
        row = session.get_one(Task, task_id)
        found = call_script(session, an_act(), row, session.get_one(Patient, row.patient_id))
        return found and (found.outdated, found.said and (found.said.language, found.said.text.body))


def test_it_is_read_in_the_language_of_the_patient(task, make):
    assert script_of(make, task) == ((), ("es", "Hola Ana. Abierto desde las 8."))


def test_what_it_quotes_stays_and_is_flagged_until_both_are_published_anew(task, make):
    with make.begin() as session:
        put_wording(session, {**HOURS, "es": "Abierto desde las 9."})
    assert script_of(make, task) == (("hours",), ("es", "Hola Ana. Abierto desde las 8."))


def test_a_task_of_no_journey_and_a_step_without_a_script_have_none(task, make):
    with make.begin() as session:
        before = session.get_one(Task, task)
        by_hand = a.added(
            session,
            Task(patient_id=before.patient_id, queue_id=before.queue_id, title=NAME, outcomes=[], created_at=NOON),
        ).id
        silent = content()
        del silent["steps"]["call"]["config"]["script"]
        save_draft(session, an_act(), JOURNEY, "back", NAME, silent)
        newer = publish(session, an_act(), "back")
        session.get_one(Enrolment, before.enrolment_id).version_id = newer.id
    assert (script_of(make, by_hand), script_of(make, task)) == (None, None)


def test_only_a_call_script_in_force_is_published_with_a_journey(task, make):
    with make.begin() as session:
        a.template(session, "recall")
        for slug in ("recall", "nothing"):
            save_draft(session, an_act(), JOURNEY, "back", NAME, content(slug))
            with pytest.raises(Invalid) as refused:
                publish(session, an_act(), "back")
            assert [each.where for each in refused.value.problems] == ["steps.call.config.script"]
