"""The inbox: boxes and their empty states, one conversation with everything that is done in it, and who may."""

import re
import uuid
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from journeys.foundation.database import OWNER, connect
from journeys.store.contact import Message
from journeys.store.conversations import Conversation, ConversationMention
from journeys.store.organisation import Location
from journeys.store.people import Patient
from journeys.store.tasks import TaskQueue
from tests import make as a
from tests.portal.house import sign_in, token_of, works_at
from tests.unit.flow.clinic import publish_plain

WORDS = "Is there <b>parking</b>?"
HOURS = {"en": {"body": "Dear {{patient.given_name}}, we are open from 8 to 5."}}


@pytest.fixture
def engine(app: Flask) -> Iterator[Engine]:
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    yield engine
    engine.dispose()


@pytest.fixture
def nina(app: Flask, engine: Engine) -> FlaskClient:
    works_at(engine, "nina", "Nina Haas", "inbox")
    client = app.test_client()
    assert sign_in(client, "nina") == 303
    return client


@pytest.fixture
def asked(engine: Engine, nina: FlaskClient) -> str:
    """The address of a conversation in which a new patient of Nina's branch has asked something."""
    place = works_at(engine, "nina", "Nina Haas", "inbox")
    number = f"+1212555{uuid.uuid4().int % 9000 + 1000}"
    with Session(engine) as session, session.begin():
        branch = session.get_one(Location, place)
        if session.scalar(select(TaskQueue.id).where(TaskQueue.slug == "messages")) is None:
            session.add(TaskQueue(slug="messages", name={"en": "Messages"}))
        patient = a.person(session, sms=number, at=branch, name="Rita Reply", given_name="Rita")
        number_of, phone = patient.id, f"/phone/{patient.uid}/"
    sent = {"csrf_token": token_of(nina.get(phone).text), "text": WORDS, "delivery": str(uuid.uuid4())}
    assert nina.post(f"{phone}answer", data=sent).status_code == 303
    with Session(engine) as session:
        uid = session.scalar(select(Conversation.uid).where(Conversation.patient_id == number_of))
    return f"/inbox/{uid}/"


@pytest.fixture
def does(nina: FlaskClient) -> Callable[..., int]:
    """`does(address, "note", note="…")`: the status of sending a form of the page."""

    def does(address: str, what: str, **given: str) -> int:
        page = nina.get(address).text
        version = re.search(r'name="row_version" value="(\d+)"', page)
        sent = {"csrf_token": token_of(page), "row_version": version[1] if version else "", **given}
        return nina.post(f"{address}{what}", data=sent).status_code

    return does


def test_empty_boxes_say_what_to_do(nina: FlaskClient) -> None:
    says = {
        "mine": "Nothing is yours right now",
        "nobodys": "No open conversation",
        "everyone": "No open conversation",
        "asked": "Nobody waits for your word",
        "resting": "Nothing waits",
        "closed": "Nothing was closed yet",
    }
    assert {box: says[box] in nina.get(f"/inbox/?box={box}").text for box in says} == dict.fromkeys(says, True)


def test_what_a_patient_wrote_is_in_the_list_and_opens_beside_it(nina: FlaskClient, asked: str) -> None:
    shown = nina.get("/inbox/?box=nobodys").text
    assert ("Rita Reply" in shown, "Read a reply" in shown, "Is there &lt;b&gt;parking" in shown) == (True,) * 3
    part = nina.get("/inbox/?box=nobodys", headers={"X-Waymark-Partial": "yes"}).text
    assert ("Rita Reply" in part, "<html" in part) == (True, False)
    page = nina.get(asked).text
    assert ("Conversation with Rita Reply" in page, "<b>parking" in page) == (True, False)
    talk = nina.get(asked, headers={"X-Waymark-Partial": "yes"}).text
    assert ("parking" in talk, "Conversation with" in talk) == (True, False)


def test_a_conversation_goes_from_taking_it_on_to_its_outcome_and_back(
    nina: FlaskClient, asked: str, does: Callable[..., int]
) -> None:
    assert does(asked, "claim") == 303
    assert "Rita Reply" in nina.get("/inbox/").text
    assert does(asked, "note", note="@nina look at the map") == 303
    assert does(asked, "call", call="no-answer", about="") == 303
    assert does(asked, "rest", back="24", patients_turn="y") == 303
    page = nina.get(asked).text
    for says in (
        "nina took it on",
        "@nina look at the map",
        "Called, nobody answered",
        "Waiting for the patient until",
    ):
        assert says in page
    assert "Rita Reply" in nina.get("/inbox/?box=resting").text
    assert does(asked, "end", outcome="answered") == 303
    assert "Closed by nina: Answered" in nina.get(asked).text
    assert does(asked, "reopen") == 303
    assert "Opened again by nina" in nina.get(asked).text


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    nina: FlaskClient, asked: str, does: Callable[..., int]
) -> None:
    long = "please call " * 400
    sent = {"csrf_token": token_of(nina.get(asked).text), "note": long}
    answer = nina.post(f"{asked}note", data=sent)
    assert answer.status_code == 422
    assert ("At most 4000 characters" in answer.text, f"{long}</textarea>" in answer.text) == (True, True)
    assert does(asked, "end", outcome="") == 422
    assert does(asked, "call", call="shouted", about="x") == 422


def test_what_somebody_else_changed_is_shown_as_it_stands_now(nina: FlaskClient, asked: str) -> None:
    sent = {"csrf_token": token_of(nina.get(asked).text), "row_version": "999", "outcome": "booked"}
    assert nina.post(f"{asked}end", data=sent).status_code == 303
    assert "Somebody else changed this conversation first." in nina.get(asked).text


def test_an_answer_is_read_then_sent_once_and_stands_in_the_thread(
    engine: Engine, nina: FlaskClient, asked: str
) -> None:
    with Session(engine) as session, session.begin():
        a.template(session, "inbox-hours", purpose="transactional", uses=["reply"], answers={}, texts=HOURS)
    assert "Send this answer" not in nina.get(asked).text
    page = nina.get(f"{asked}?reply=inbox-hours").text
    assert "Dear Rita, we are open from 8 to 5." in page
    sent = dict(re.findall(r'name="(csrf_token|reply|version|delivery)" value="([^"]+)"', page))
    for _ in range(2):
        assert nina.post(f"{asked}reply", data=sent).status_code == 303
    assert "Waiting" in nina.get(asked, headers={"X-Waymark-Partial": "yes"}).text
    with Session(engine) as session:
        found = session.scalars(select(Message.id).where(Message.uid == uuid.UUID(sent["delivery"]))).all()
    assert len(found) == 1


def test_whoever_wants_no_messages_is_called(engine: Engine, nina: FlaskClient, asked: str) -> None:
    with Session(engine) as session, session.begin():
        uid = uuid.UUID(asked.split("/")[2])
        patient_id = session.scalar(select(Conversation.patient_id).where(Conversation.uid == uid))
        a.consent(session, session.get_one(Patient, patient_id), "deny", purpose=None)
    assert "an answer would be held. Call." in nina.get(asked).text


def test_who_is_named_and_no_colleague_is_said_and_the_note_is_kept(
    nina: FlaskClient, asked: str, does: Callable[..., int]
) -> None:
    assert does(asked, "note", note="she is @work until 5") == 303
    page = nina.get(asked).text
    assert ("is no colleague" in page, "she is @work until 5" in page) == (True, True)


def test_what_it_is_about_routes_it_and_says_by_when_to_reply(
    engine: Engine, nina: FlaskClient, asked: str, does: Callable[..., int]
) -> None:
    assert "What is it about?" not in nina.get(asked).text
    one = {"slug": "billing", "name": {"en": "Billing"}, "answer_minutes": 30, "confirm": True}
    with Session(engine) as session, session.begin():
        content = {"format": 1, "name": {"en": "Reasons"}, "reasons": [one]}
        publish_plain(session, a.an_act(), "setting", "contact-reasons", content)
    assert does(asked, "sort", reason="billing") == 303
    page = nina.get(asked).text
    for says in ("Reply by", "About: Billing (nina)", "The patient said that it is settled"):
        assert says in page
    assert "Billing" in nina.get("/inbox/?box=everyone").text
    assert does(asked, "end", outcome="answered") == 422
    assert does(asked, "reply", reply="x", version="9" * 30, delivery=str(uuid.uuid4())) == 303
    assert does(asked, "end", outcome="answered", confirmed="y") == 303


def test_it_is_split_merged_and_that_is_undone_and_a_colleague_is_asked(
    engine: Engine, nina: FlaskClient, asked: str, does: Callable[..., int]
) -> None:
    with Session(engine) as session, session.begin():
        uid = uuid.UUID(asked.split("/")[2])
        row = session.scalars(select(Conversation).where(Conversation.uid == uid)).one()
        phone = f"/phone/{session.get_one(Patient, row.patient_id).uid}/"
        if session.scalar(select(TaskQueue.id).where(TaskQueue.slug == "nurses")) is None:
            session.add(TaskQueue(slug="nurses", name={"en": "Nurses"}, role_code="nurse"))
    text = {"text": "can I come another day?", "delivery": str(uuid.uuid4())}
    assert nina.post(f"{phone}answer", data={"csrf_token": token_of(nina.get(phone).text), **text}).status_code == 303
    entry = re.search(r'name="entry" value="([^"]+)"', nina.get(asked).text)
    assert entry is not None
    assert does(asked, "split", entry=entry[1]) == 303
    page = nina.get(asked).text
    other = re.search(r'<option value="([0-9a-f-]{36})">', page)
    assert other is not None
    assert "Undo the last splitting" in page
    assert does(asked, "merge", other=other[1]) == 303
    assert "Undo the last merging" in nina.get(asked).text
    assert does(asked, "undo") == 303
    assert does(asked, "merge", other="nonsense") == 404
    assert does(asked, "ask", role="nurse", minutes="60", question="May she?") == 303
    assert "nina asks colleagues (nurse)" in nina.get(asked).text


def test_an_answer_in_words_of_ones_own_is_judged_and_stands_in_the_thread(
    engine: Engine, nina: FlaskClient, asked: str, does: Callable[..., int]
) -> None:
    delivery = str(uuid.uuid4())
    given = {"own_words": "Yes, behind <b>the house</b>.", "delivery": delivery}
    assert does(asked, "words", reveals="", **given) == 422
    page = nina.post(f"{asked}words", data={"csrf_token": token_of(nina.get(asked).text), "reveals": "", **given}).text
    assert "behind &lt;b&gt;the house&lt;/b&gt;.</textarea>" in page
    assert does(asked, "words", **given, reveals="4") == 422
    assert does(asked, "words", **{**given, "own_words": "Your HIV result is here"}, reveals="1") == 422
    assert does(asked, "words", **given, reveals="1") == 303
    assert does(asked, "words", **given, reveals="1") == 303
    talk = nina.get(asked).text
    assert talk.count("behind &lt;b&gt;the house") == 1
    with Session(engine) as session:
        kept = session.scalars(select(Message).where(Message.uid == uuid.UUID(delivery))).one()
        assert (kept.content_level, kept.body, kept.status) == (1, given["own_words"], "planned")


def test_an_answer_to_a_conversation_that_was_closed_meanwhile_is_not_lost(
    nina: FlaskClient, asked: str, does: Callable[..., int]
) -> None:
    token = token_of(nina.get(asked).text)
    assert does(asked, "end", outcome="answered") == 303
    sent = {"csrf_token": token, "own_words": "Behind the house.", "reveals": "0", "delivery": str(uuid.uuid4())}
    refused = nina.post(f"{asked}words", data=sent)
    assert refused.status_code == 422
    assert ("closed meanwhile" in refused.text, "Behind the house.</textarea>" in refused.text) == (True, True)


def test_what_is_begun_stands_there_again_and_who_is_named_has_a_mark(
    engine: Engine, nina: FlaskClient, asked: str, does: Callable[..., int]
) -> None:
    assert does(asked, "draft", note="She should come", own_words="Please come") == 204
    page = nina.get(asked).text
    assert ("She should come</textarea>" in page, "Please come</textarea>" in page) == (True, True)
    with Session(engine) as session, session.begin():
        row = session.scalars(select(Conversation).where(Conversation.uid == uuid.UUID(asked.split("/")[2]))).one()
        about = {"conversation_id": row.id, "patient_id": row.patient_id, "at": row.last_at}
        session.add(ConversationMention(**about, username="nina", by="user:rose"))
    assert "names you in a note here" in nina.get(asked).text
    assert "Rita Reply" in nina.get("/inbox/?box=asked").text
    assert does(asked, "seen") == 303
    assert "names you in a note here" not in nina.get(asked).text


def test_a_conversation_of_another_branch_is_not_there(engine: Engine, nina: FlaskClient, asked: str) -> None:
    uid = uuid.UUID(asked.split("/")[2])
    with Session(engine) as session, session.begin():
        elsewhere = a.person(session, sms=None, at=a.branch(session, f"inbox-{uid}"))
        row = session.scalars(select(Conversation).where(Conversation.uid == uid)).one()
        row.patient_id = elsewhere.id
    assert nina.get(asked).status_code == 404
    assert asked not in nina.get("/inbox/?box=everyone").text


def test_who_may_not_read_it_sees_no_page(app: Flask, asked: str) -> None:
    carl = app.test_client()
    assert sign_in(carl, "carl") == 303
    assert [carl.get(path).status_code for path in ("/inbox/", asked)] == [403, 403]
