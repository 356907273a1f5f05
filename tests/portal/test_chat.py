"""The chat of a clinic's site: a stranger writes and is answered; nothing of a patient is shown to somebody else."""

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from journeys.contact.accounts.channels_in_use import channels_in_use
from journeys.contact.deciding.plan import plan
from journeys.contact.sending.deliver import deliver
from journeys.foundation.acting import House, act
from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import WORKER, connect, sessions
from journeys.store.contact import Message
from journeys.store.inbox import InboundDelivery
from journeys.store.organisation import Location
from journeys.store.people import Patient, PatientTelecom, PatientToken
from journeys.store.tasks import Task, TaskQueue
from tests import make as a
from tests.make import NOON, an_act
from tests.portal.house import sign_in, token_of, works_at

PAGE = "/chat/desk"
BORN = dt.date(1980, 5, 1)
FIELDS = {
    "name": "Front desk",
    "active": "y",
    "settings-sites": "https://www.example.org",
    "settings-greeting-en": "How can we help?",
    "settings-greeting-es": "¿En qué podemos ayudarle?",
    "settings-greeting-fa": "چه کمکی از ما برمی‌آید؟",
    "settings-hours-en": "Monday to Friday, 8 to 5.",
}


@pytest.fixture(autouse=True)
def clock(app: Flask) -> Iterator[None]:
    """It is a Tuesday noon."""
    before, app.config["CLOCK"] = app.config["CLOCK"], lambda: NOON
    yield
    app.config["CLOCK"] = before


@pytest.fixture
def chat(app: Flask) -> str:
    """The address of an account's chat, which is in use."""
    return opened(app, "desk")


def opened(app: Flask, slug: str, **more: str) -> str:
    ada = app.test_client()
    sign_in(ada, "ada")
    token = token_of(ada.get("/channels/new/web_chat").text)
    ada.post("/channels/new/web_chat", data={"csrf_token": token, "slug": slug, **FIELDS, **more})
    return f"/chat/{slug}"


@pytest.fixture
def house(app: Flask) -> Iterator[House]:
    """What a worker has."""
    engine = connect(app.config["WAYMARK"].database_url, WORKER)
    yield House(sessions(engine), ring=lambda _name: None)
    engine.dispose()


@pytest.fixture
def nina(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, "nina") == 303
    return client


def hidden(page: str) -> dict[str, str]:
    """What the page sends besides the words."""
    return dict(re.findall(r'type="hidden" name="(ticket|key)" value="([^"]+)"', page))


@dataclass
class Visit:
    """A visitor without scripts: each page has what the next one is asked with."""

    client: FlaskClient
    address: str
    page: str = ""
    status: int = 200

    def __post_init__(self) -> None:
        self.page = self.client.get(self.address).text

    def post(self, below: str = "", **typed: str) -> TestResponse:
        answer = self.client.post(f"{self.address}{below}", data={**hidden(self.page), **typed})
        self.page, self.status = answer.text, answer.status_code
        return answer

    @property
    def lines(self) -> list[str]:
        """What stands in the talk."""
        return re.findall(r'<span dir="auto">([^<]*)</span>', self.page)


def counted(engine: Engine, kind: type, *where: object) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(kind).where(*where)) or 0


def known_patient(engine: Engine, number: str, name: str) -> str:
    """The uid of a patient of Nina's branch, with a saved reply to answer with."""
    place = works_at(engine, "nina", "Nina Haas", "chatting")
    with Session(engine) as session, session.begin():
        if session.scalar(select(TaskQueue.id).where(TaskQueue.slug == "chats")) is None:
            a.added(session, TaskQueue(slug="chats", name={"en": "Chats"}))
            texts = {"en": {"body": "Dear {{patient.given_name}}, we are open until 5."}}
            a.template(session, "hours", purpose="transactional", uses=["reply"], answers={}, texts=texts)
        branch = session.get_one(Location, place)
        row = a.person(session, sms=number, at=branch, name=f"{name} Chatter", given_name=name, birth_date=BORN)
        return str(row.uid)


def answer(nina: FlaskClient, house: House, patient: str) -> None:
    """Nina answers with the saved reply, and the worker does the rest."""
    page = nina.get(f"/replies/{patient}/?reply=hours").text
    sent = dict(re.findall(r'name="(csrf_token|reply|version|delivery)"[^>]*value="([^"]+)"', page))
    assert nina.post(f"/replies/{patient}/send", data=sent).status_code == 303
    channels = act(house, an_act(), channels_in_use, {})
    act(house, an_act(), plan, channels=[each.name for each in channels.values()])
    deliver(house, an_act(), channels)


def test_looking_takes_no_cookie_and_changes_nothing(client: FlaskClient, engine: Engine, chat: str) -> None:
    before = counted(engine, InboundDelivery)
    page = client.get(chat)
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert "frame-ancestors 'self' https://www.example.org" in page.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in page.headers
    assert ("How can we help?" in page.text, "Monday to Friday, 8 to 5." in page.text) == (True, True)
    assert "¿En qué podemos ayudarle?" in client.get(f"{chat}?language=es").text
    assert 'dir="rtl"' in client.get(f"{chat}?language=fa").text
    assert counted(engine, InboundDelivery) == before
    assert client.get("/chat/nothing").status_code == 404


def test_while_it_is_tried_out_no_site_shows_it_and_closed_it_is_nowhere(app: Flask, client: FlaskClient) -> None:
    tried = client.get(opened(app, "tried", is_sandbox="y"))
    assert "www.example.org" not in tried.headers["Content-Security-Policy"]
    ada = app.test_client()
    sign_in(ada, "ada")
    form = token_of(ada.get("/channels/tried/change").text)
    closed = {name: value for name, value in FIELDS.items() if name != "active"}
    assert ada.post("/channels/tried/change", data={"csrf_token": form, **closed}).status_code == 303
    assert client.get("/chat/tried").status_code == 404
    assert client.get("/chat/tried.js").status_code == 404


def test_a_site_that_is_none_is_said_at_its_place(app: Flask, administrator: FlaskClient) -> None:
    token = token_of(administrator.get("/channels/new/web_chat").text)
    wrong = {**FIELDS, "csrf_token": token, "slug": "wrong", "settings-sites": "http://example.org/page"}
    page = administrator.post("/channels/new/web_chat", data=wrong)
    assert page.status_code == 422
    assert "Write each as https://www.example.org" in page.text
    assert "¿En qué podemos ayudarle?" in page.text


def test_a_line_is_kept_once_and_its_words_stand_nowhere_open(client: FlaskClient, engine: Engine, chat: str) -> None:
    visit = Visit(client, chat)
    first = hidden(visit.page)
    visit.post(text="Are you <b>open</b>?")
    assert visit.lines == ["Are you &lt;b&gt;open&lt;/b&gt;?"]
    client.post(chat, data={**first, "text": "Are you <b>open</b>?"})
    mended = client.post(chat, data={**first, "text": "Are you open now?"})
    assert mended.text.count("data-line") == 2
    visit.post(text="On Sunday, I mean.")
    assert visit.lines == ["Are you &lt;b&gt;open&lt;/b&gt;?", "Are you open now?", "On Sunday, I mean."]
    with Session(engine) as session:
        rows = session.scalars(select(InboundDelivery).where(InboundDelivery.sender_token.is_not(None))).all()
        assert all(b"open" not in row.raw_sealed and first["ticket"] not in row.outside_id for row in rows)
        assert {row.status for row in rows} == {"quarantined"}


@pytest.mark.parametrize("typed", ["", "   ", "x" * 2001, "a\x00b"])
def test_what_cannot_be_taken_is_said_and_stays(client: FlaskClient, engine: Engine, chat: str, typed: str) -> None:
    before = counted(engine, InboundDelivery)
    visit = Visit(client, chat)
    visit.post(text=typed)
    assert visit.status == 422
    assert 'aria-describedby="text-fault"' in visit.page
    assert typed.strip("\x00ab") in visit.page
    assert counted(engine, InboundDelivery) == before


@pytest.mark.parametrize("change", [{"ticket": "made up"}, {"key": ""}, {"website": "https://spam.example"}])
def test_forged_and_machine_made_lines_are_not_taken(
    client: FlaskClient, engine: Engine, chat: str, change: dict[str, str]
) -> None:
    before = counted(engine, InboundDelivery)
    visit = Visit(client, chat)
    visit.post(text="Still here", **change)
    assert (visit.status, "send it once more" in visit.page, "Still here" in visit.page) == (422, True, True)
    assert counted(engine, InboundDelivery) == before


def test_a_day_later_a_new_visit_begins_and_what_was_typed_is_there(app: Flask, client: FlaskClient, chat: str) -> None:
    visit = Visit(client, chat)
    visit.post(text="Before midnight")
    old = hidden(visit.page)["ticket"]
    app.config["CLOCK"] = lambda: NOON + dt.timedelta(days=1, seconds=1)
    visit.post(text="And now?")
    assert (visit.status, "This chat has ended" in visit.page, "And now?" in visit.page) == (422, True, True)
    assert hidden(visit.page)["ticket"] != old
    visit.post(text="And now?")
    assert visit.lines == ["And now?"]


def test_an_emergency_is_answered_on_the_page_and_stands_out(client: FlaskClient, nina: FlaskClient, chat: str) -> None:
    visit = Visit(client, f"{chat}?language=es")
    visit.address = chat
    answer = client.post(f"{chat}?language=es", data={**hidden(visit.page), "text": "no puedo respirar"})
    assert "llame ahora al número de emergencias" in answer.text
    assert "Some of these may be emergencies" in nina.get("/unknown-senders/").text


def strange(nina: FlaskClient, words: str) -> str:
    """The page of the line of a visitor whom nobody knows."""
    return re.findall(
        r'href="(/unknown-senders/\d+/)"(?:(?!href=).)*?' + words, nina.get("/inbox/?box=nobodys").text, re.S
    )[-1]


def say_back(nina: FlaskClient, page: str, text: str, delivery: str = "") -> TestResponse:
    sent = {"csrf_token": token_of(nina.get(page).text), "answer": text, "delivery": delivery or str(uuid.uuid4())}
    return nina.post(f"{page}answer", data=sent)


def test_a_visitor_whom_nobody_knows_is_answered_on_the_page(
    client: FlaskClient, engine: Engine, nina: FlaskClient, chat: str
) -> None:
    visit = Visit(client, chat)
    visit.post(text="Do you treat <b>children</b>?")
    visit.post(text="From which age?")
    page, delivery = strange(nina, "From which age"), str(uuid.uuid4())
    assert "Do you treat &lt;b&gt;children" in nina.get(page).text
    assert say_back(nina, page, "Yes, from <i>two</i>.", delivery).status_code == 303
    assert say_back(nina, page, "Yes, from <i>two</i>.", delivery).status_code == 303
    assert say_back(nina, page, "Come by!").status_code == 303
    visit.post(text="Thank you")
    said = [
        "Do you treat &lt;b&gt;children&lt;/b&gt;?",
        "From which age?",
        "Yes, from &lt;i&gt;two&lt;/i&gt;.",
        "Come by!",
    ]
    assert sorted(visit.lines) == sorted([*said, "Thank you"])
    assert visit.page.count('data-side="clinic"') == 2
    stranger = Visit(client, chat)
    stranger.post(text="hello")
    assert stranger.lines == ["hello"]
    mine = nina.get("/inbox/").text
    assert ("From which age?" in mine, "Answered" in mine, "Do you treat" in mine) == (True, True, False)
    assert "Thank you" in nina.get("/inbox/?box=nobodys").text
    with Session(engine) as session:
        kept = session.scalars(select(InboundDelivery).where(InboundDelivery.answers > 0)).one()
        assert (kept.answers, b"two" in kept.answered_sealed, kept.owner) == (2, False, "nina")
    nina.post(f"{page}aside", data={"csrf_token": token_of(nina.get(page).text), "reason": "answered"})
    assert "From which age?" not in nina.get("/inbox/?box=everyone").text
    assert "Thank you" not in nina.get("/inbox/?box=everyone").text
    assert visit.post(text="Bye").text.count('data-side="clinic"') == 2


def test_nothing_of_care_is_told_to_whom_nobody_knows_and_nothing_after_the_visit(
    app: Flask, client: FlaskClient, nina: FlaskClient, chat: str
) -> None:
    Visit(client, chat).post(text="Is my result there")
    page = strange(nina, "Is my result there")
    for wrong, says in {"": "This is needed", "x" * 2001: "At most 2000", "Your HIV test": "protected"}.items():
        refused = say_back(nina, page, wrong)
        assert (refused.status_code, says in refused.text, f"{wrong}</textarea>" in refused.text) == (422, True, True)
        assert f'<form method="post" action="{page}" novalidate class="stack" role="search">' in refused.text
        assert "autofocus" not in refused.text.partition('role="search"')[2].partition("</form>")[0]
    opened(app, "closing")
    Visit(client, "/chat/closing").post(text="Are you leaving")
    ada = app.test_client()
    sign_in(ada, "ada")
    form = token_of(ada.get("/channels/closing/change").text)
    ada.post(
        "/channels/closing/change", data={"csrf_token": form, **{k: v for k, v in FIELDS.items() if k != "active"}}
    )
    assert "This chat is closed" in say_back(nina, strange(nina, "Are you leaving"), "No").text
    app.config["CLOCK"] = lambda: NOON + dt.timedelta(days=1, seconds=1)
    tomorrow = app.test_client()
    assert sign_in(tomorrow, "nina") == 303
    assert "The visit is over" in say_back(tomorrow, page, "Please call us").text


def test_whether_somebody_is_known_is_not_told(client: FlaskClient, engine: Engine, chat: str) -> None:
    known_patient(engine, "+12125550801", "Sela")

    def told(born: str) -> str:
        visit = Visit(client, chat)
        visit.post("/who", **{"birth-date": born, "phone": "+12125550801"})
        assert visit.status == 200
        return re.sub(r'nonce="[^"]+"|value="[^"]+"|data-(line|ticket)="[^"]+"', "", visit.page)

    before = counted(engine, PatientTelecom, PatientTelecom.system == "url")
    assert told("1980-05-01") == told("1980-05-02")
    assert "You told us who you are" in told("1980-05-03")
    assert counted(engine, PatientTelecom, PatientTelecom.system == "url") == before + 1


def test_both_forms_of_one_page_may_be_sent(client: FlaskClient, engine: Engine, chat: str) -> None:
    visit = Visit(client, chat)
    once = hidden(visit.page)
    client.post(chat, data={**once, "text": "Hello"})
    page = client.post(f"{chat}/who", data={**once, "birth-date": "1980-05-01", "phone": "+12125550888"})
    assert "You told us who you are" in page.text


def test_who_is_writing_is_asked_again_where_it_is_said_wrongly(client: FlaskClient, chat: str) -> None:
    visit = Visit(client, chat)
    visit.post("/who", phone="12")
    assert visit.status == 422
    assert 'aria-describedby="birth-date-fault"' in visit.page
    assert 'value="12"' in visit.page
    assert '<details class="fold" open>' in visit.page


def test_a_patient_says_who_they_are_and_reads_the_answer(
    app: Flask, client: FlaskClient, engine: Engine, house: House, nina: FlaskClient, chat: str
) -> None:
    patient = known_patient(engine, "+12125550802", "Tara")
    visit, other = Visit(client, chat), Visit(app.test_client(), chat)
    visit.post(text="When do you close today?")
    visit.post("/who", **{"birth-date": "1980-05-01", "phone": "(212) 555-0802"})
    visit.post(text="It is urgent to me.")
    with Session(engine) as session:
        person = session.scalar(select(Patient.id).where(Patient.uid == uuid.UUID(patient)))
        mine = (Message.patient_id == person, Message.direction == "inbound")
        written = session.scalars(select(Message).where(*mine).order_by(Message.id)).all()
        assert [row.body for row in written] == ["When do you close today?", "It is urgent to me."]
        assert counted(engine, Task, Task.patient_id == person) == 2
    answer(nina, house, patient)
    other.post(text="I am somebody else")
    assert other.lines == ["I am somebody else"]
    visit.post(look="yes", text="half a thought")
    assert visit.lines[-1] == "Dear Tara, we are open until 5."
    assert "half a thought</textarea>" in visit.page


def test_the_script_reads_only_what_is_new_and_what_is_read_is_audited(
    client: FlaskClient, engine: Engine, house: House, nina: FlaskClient, chat: str
) -> None:
    patient = known_patient(engine, "+12125550803", "Vera")
    visit = Visit(client, chat)
    visit.post("/who", **{"birth-date": "1980-05-01", "phone": "+12125550803"})
    visit.post(text="Hello")
    answer(nina, house, patient)
    ticket, seen = hidden(visit.page)["ticket"], re.findall(r'data-line="([^"]+)"', visit.page)
    reads = (AuditEntry.verb.endswith("read_chat"),)
    before = counted(engine, AuditEntry, *reads)
    part = client.post(f"{chat}/read", data={"ticket": ticket, "seen": seen}).text
    assert (part.count("data-line"), "Dear Vera" in part, "<html" in part) == (1, True, False)
    assert counted(engine, AuditEntry, *reads) == before + 1
    everything = [*seen, *re.findall(r'data-line="([^"]+)"', part)]
    assert "data-line" not in client.post(f"{chat}/read", data={"ticket": ticket, "seen": everything}).text
    assert counted(engine, AuditEntry, *reads) == before + 1
    forged = client.post(f"{chat}/read", data={"ticket": "x" * 42})
    assert (forged.status_code, "data-line" in forged.text) == (200, False)


def test_staff_say_whose_visit_it_is_and_all_of_it_is_theirs(
    client: FlaskClient, engine: Engine, house: House, nina: FlaskClient, chat: str
) -> None:
    patient = known_patient(engine, "+12125550804", "Wilma")
    visit = Visit(client, chat)
    for text in ("It is Wilma", "Please tell me when you are open"):
        visit.post(text=text)
    shown = nina.get("/unknown-senders/").text
    address = re.findall(r'href="(/unknown-senders/\d+/)"', shown)[-2]
    page = nina.get(address).text
    assert "It is Wilma" in page
    assert (
        "What this visit wrote and writes is theirs"
        in nina.post(address, data={"csrf_token": token_of(page), "text": "+12125550804"}).text
    )
    linked = {"csrf_token": token_of(page), "patient": patient, "keep": "yes"}
    assert nina.post(f"{address}link", data=linked).status_code == 303
    assert "tell me when" not in nina.get("/unknown-senders/").text
    answer(nina, house, patient)
    visit.post(look="yes")
    assert visit.lines == ["It is Wilma", "Please tell me when you are open", "Dear Wilma, we are open until 5."]


def test_who_said_the_wrong_record_first_reads_nothing_more_of_it(
    client: FlaskClient, engine: Engine, house: House, nina: FlaskClient, chat: str
) -> None:
    first, second = known_patient(engine, "+12125550805", "Xenia"), known_patient(engine, "+12125550806", "Yara")
    visit = Visit(client, chat)
    visit.post("/who", **{"birth-date": "1980-05-01", "phone": "+12125550805"})
    visit.post(text="Hello")
    answer(nina, house, first)
    visit.post("/who", **{"birth-date": "1980-05-01", "phone": "+12125550806"})
    visit.post(text="Hello again")
    assert visit.lines == ["Hello", "Hello again"]
    answer(nina, house, second)
    visit.post(look="yes")
    assert visit.lines[-1] == "Dear Yara, we are open until 5."
    with Session(engine) as session:
        owners = select(func.count()).select_from(PatientToken).join(Patient, Patient.id == PatientToken.patient_id)
        mine = owners.where(PatientToken.kind == "identifier", Patient.uid == uuid.UUID(first))
        assert session.scalar(mine) == 0


def test_stop_in_the_chat_ends_it_for_the_chat(client: FlaskClient, engine: Engine, chat: str) -> None:
    patient = known_patient(engine, "+12125550807", "Zoe")
    visit = Visit(client, chat)
    visit.post("/who", **{"birth-date": "1980-05-01", "phone": "+12125550807"})
    visit.post(text="STOP")
    with Session(engine) as session:
        person = session.scalar(select(Patient.id).where(Patient.uid == uuid.UUID(patient)))
        row = session.scalars(select(Message).where(Message.patient_id == person)).one()
        assert (row.answer, row.channel) == ("stop", "web_chat")


def test_many_lines_are_slowed_down_and_keep_what_was_typed(client: FlaskClient, chat: str) -> None:
    visit = Visit(client, chat)
    for number in range(10):
        visit.post(text=f"Line {number}")
        assert visit.status == 200
    visit.post(text="One too many")
    assert (visit.status, "One too many</textarea>" in visit.page) == (429, True)
    assert "One too many" not in visit.lines
    assert Visit(client, chat).post(text="Of another visit").status_code == 200


def test_trying_out_birth_dates_is_slowed_down_sooner(client: FlaskClient, chat: str) -> None:
    visit = Visit(client, chat)
    for day in range(1, 6):
        visit.post("/who", **{"birth-date": f"1980-05-0{day}", "phone": "+12125550899"})
        assert visit.status == 200
    visit.post("/who", **{"birth-date": "1980-05-06", "phone": "+12125550899"})
    assert (visit.status, 'value="1980-05-06"' in visit.page) == (429, True)
    for day in range(5):
        Visit(client, chat).post("/who", **{"birth-date": f"1981-05-1{day}", "phone": "+12125550899"})
    fresh = Visit(client, chat)
    fresh.post("/who", **{"birth-date": "1981-05-20", "phone": "+12125550899"})
    assert fresh.status == 429


def test_too_much_at_once_is_not_read(client: FlaskClient, chat: str) -> None:
    assert Visit(client, chat).post(text="x" * 70_000).status_code == 413
    assert Visit(client, chat).post("/who", phone="x" * 70_000).status_code == 413


def test_a_site_gets_a_script_of_its_own_language(client: FlaskClient, chat: str) -> None:
    script = client.get(f"{chat}.js", headers={"Accept-Language": "es"})
    assert script.mimetype == "text/javascript"
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Escr\\u00edbanos" in script.text
    assert "&#" not in script.text
    assert "Set-Cookie" not in script.headers
