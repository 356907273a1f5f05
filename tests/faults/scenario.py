"""What is published for the run, and which ways through it are possible."""

from sqlalchemy.orm import Session

from journeys.contact.texts.publish_template import publish_template
from journeys.criteria.publish_segment import publish_segment
from journeys.flow.publishing.publish import publish
from journeys.foundation.acting import Act
from journeys.store.organisation import Location
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.tasks import TaskQueue
from tests.faults.canaries import WORDS_SENT

SEGMENT = {
    "format": 1,
    "name": {"en": "Everybody"},
    "rule": {"all": [{"field": "age", "is": "at_least", "value": 18}]},
}


def template(word: str) -> dict:
    body = f'Hello {{{{patient.given_name | default:"there"}}}}, {word}. Answer 1 for yes, 2 for no.'
    return {
        "format": 1,
        "name": {"en": word},
        "purpose": "care",
        "content_level": 0,
        "texts": {"en": {"subject": word, "body": body}},
        "answers": {"1": "confirm", "2": "decline"},
    }


def step(kind: str, config: dict, **ways: str) -> dict:
    return {"type": kind, "name": {"en": kind}, "config": config, "next": ways}


OUTCOMES = [{"code": "reached", "name": {"en": "Reached"}}, {"code": "gone", "name": {"en": "Gone"}}]
IS_EMAIL = {"all": [{"field": "preferred_channel", "is": "is", "value": "email"}]}
CALL = {
    "queue": "recall",
    "title": {"en": "Call them"},
    "outcomes": OUTCOMES,
    "due": {"days": 2},
    "timeout": {"days": 3},
}

JOURNEY = {
    "format": 1,
    "name": {"en": "Recall under faults"},
    "purpose": "care",
    "priority": 40,
    "entry": {"segment": "everybody"},
    "focus": None,
    "reentry": {"allowed": "never"},
    "start": "invite",
    "goals": [],
    "exits": [],
    "steps": {
        "invite": step("send_message", {"template": "invite"}, next="answer"),
        "answer": step(
            "wait",
            {"event": "message.answered", "answers": ["confirm", "decline"], "timeout": {"days": 3}},
            confirm="thank",
            decline="call",
            other="call",
            timeout="choose",
        ),
        "thank": step("send_message", {"template": "thank"}, next="rest"),
        "rest": step("wait", {"for": {"hours": 6}}, next="done"),
        "choose": step("branch", {"branches": [{"port": "email", "rule": IS_EMAIL}]}, email="thank", otherwise="call"),
        "call": step("task", CALL, reached="done", gone="done", cancelled="done", timeout="done"),
        "done": step("end", {"reason": "finished"}),
    },
}


def publish_everything(session: Session, act: Act) -> None:
    """Publish all of it, with a branch and a queue."""
    session.add(Location(slug="riverside", name="Riverside", status="active", time_zone="America/New_York"))
    session.add(TaskQueue(slug="recall", name={"en": "Recall"}))
    save_draft(session, act, "segment", "everybody", {"en": "Everybody"}, SEGMENT)
    publish_segment(session, act, slug="everybody")
    for slug, word in (("invite", WORDS_SENT), ("thank", f"thank you, {WORDS_SENT}")):
        save_draft(session, act, "template", slug, {"en": slug}, template(word))
        publish_template(session, act, slug=slug)
    save_draft(session, act, "journey", "recall", {"en": "Recall"}, JOURNEY)
    publish(session, act, slug="recall")
