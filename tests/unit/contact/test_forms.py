"""Forms of the website: what they may be, what is read from them, whose they are, and what follows once."""

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import func, select

from journeys.contact.forms.check import form_problems
from journeys.contact.forms.close_form import close_form
from journeys.contact.forms.open_form import open_form
from journeys.contact.forms.publish_form import publish_form
from journeys.contact.forms.submit_form import GOOD_FOR, SOONEST, Sent, purpose_of, submit_form
from journeys.contact.forms.tickets import age_of, ticket_of
from journeys.contact.inbound.link_sender import link_sender
from journeys.contact.inbound.set_aside_sender import set_aside_sender
from journeys.contact.inbound.unknown_senders import somebody_is_in_need, unknown_senders
from journeys.contact.texts.saved_replies import medium_of
from journeys.foundation.act import Scope
from journeys.foundation.acting import act
from journeys.foundation.errors import Invalid, Missing, Stale
from journeys.store.configuration import Definition
from journeys.store.contact import Consent, Message
from journeys.store.custom_values import CustomValue
from journeys.store.events import Event
from journeys.store.inbox import InboundDelivery
from journeys.store.organisation import Location
from journeys.store.people import Patient, PatientTelecom
from journeys.store.putting_in_force.definitions import FIELD, FORM
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from journeys.store.tasks import Task, TaskQueue
from tests import make as a
from tests.make import NOON, an_act

BORN = dt.date(1980, 5, 1)
SMOKES = {
    "format": 1,
    "name": {"en": "Do you smoke?"},
    "on": "patient",
    "type": "choice",
    "sensitivity": "ordinary",
    "on_web_forms": True,
    "choices": [{"code": "no", "name": {"en": "Never"}}, {"code": "yes", "name": {"en": "Yes"}}],
    "see": {"roles": ["staff"], "purposes": ["care"]},
    "edit": {"roles": ["staff"], "purposes": ["care"]},
}
CONTACT = {
    "format": 1,
    "name": {"en": "Write to us", "es": "Escríbanos"},
    "questions": [
        {"asks": "name", "needed": True},
        {"asks": "birth-date"},
        {"asks": "phone"},
        {"asks": "email"},
        {"asks": "reason", "choices": [{"code": "visit", "name": {"en": "An appointment", "es": "Una cita"}}]},
        {"asks": "field", "field": "smokes"},
        {"asks": "text", "needed": True, "label": {"en": "Is it chest pain, or what is it?"}},
    ],
    "consents": [{"purpose": "care", "channel": "sms", "wording": {"en": "You may write text messages to me."}}],
    "sites": ["https://www.example.org"],
}
ANA = {"name": ["Ana"], "birth-date": [BORN.isoformat()], "phone": ["(212) 555-0123"], "text": ["I need a visit"]}


@pytest.fixture
def form(make):
    """The form is in force; its slug."""
    with make.begin() as session:
        a.added(session, TaskQueue(slug="messages", name={"en": "Messages"}))
        save_draft(session, an_act(), FIELD, "smokes", SMOKES["name"], SMOKES)
        definition = session.scalar(select(Definition).where(Definition.kind == FIELD))
        write_version(session, an_act(), definition)
        save_draft(session, an_act(), FORM, "write", CONTACT["name"], CONTACT)
        publish_form(session, an_act(), "write")
    return "write"


@pytest.fixture
def ana(make):
    """A patient with a number and a birth date."""
    with make.begin() as session:
        return a.person(session, birth_date=BORN).uid


@pytest.fixture
def send(house, form):
    """`send(typed, …)`: send the form as one page, a minute after it was opened."""
    tickets = {}

    def send(typed, page="1", after=dt.timedelta(minutes=1), language="en", trap="", **more):
        ticket = tickets.setdefault(page, ticket_of(purpose_of(form), NOON))
        sent = Sent(ticket, language, {**typed, **more}, trap)
        return act(house, an_act(NOON + after), submit_form, form, sent)

    return send


def counted(read, kind):
    return read(select(func.count()).select_from(kind))[0][0]


def problems_at(**changes):
    return {each.where for each in form_problems({**CONTACT, **changes}, ["smokes"], ["riverside"])}


def test_a_form_as_it_should_be_has_no_problems():
    assert problems_at() == set()
    assert problems_at(branch="riverside", intro={"en": "Hello"}) == set()


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"colour": "red"}, "colour"),
        ({"format": 2}, "format"),
        ({"name": {}}, "name"),
        ({"name": {"en": " "}}, "name.en"),
        ({"thanks": {"en": 3}}, "thanks.en"),
        ({"branch": "nowhere"}, "branch"),
        ({"questions": []}, "questions"),
        ({"questions": [{"asks": "name"}]}, "questions"),
        ({"questions": [{"asks": "phone"}] * 31}, "questions"),
        ({"questions": [{"asks": "phone"}, {"asks": "shoe"}]}, "questions.1.asks"),
        ({"questions": [{"asks": "phone"}, {"asks": "phone"}]}, "questions.1.asks"),
        ({"questions": [{"asks": "phone"}, {"asks": "field", "field": "other"}]}, "questions.1.field"),
        ({"questions": [{"asks": "phone", "field": "smokes"}]}, "questions.0.field"),
        ({"questions": [{"asks": "phone"}, {"asks": "reason"}]}, "questions.1.choices"),
        ({"questions": [{"asks": "phone", "choices": [{"code": "a", "name": {"en": "A"}}]}]}, "questions.0.choices"),
        ({"questions": [{"asks": "phone"}, "text"]}, "questions.1"),
        ({"consents": [{"purpose": "fun", "channel": "sms", "wording": {"en": "Yes"}}]}, "consents.0.purpose"),
        ({"consents": [{"purpose": "care", "channel": "pigeon", "wording": {"en": "Yes"}}]}, "consents.0.channel"),
        ({"consents": [{"purpose": "care", "channel": "sms", "wording": {}}]}, "consents.0.wording"),
        ({"consents": CONTACT["consents"] * 2}, "consents.1.channel"),
        ({"sites": ["http://www.example.org"]}, "sites"),
        ({"sites": ["https://www.example.org/path"]}, "sites"),
        ({"sites": ["https://a.example; script-src *"]}, "sites"),
    ],
)
def test_each_mistake_is_said_at_its_place(changes, where):
    assert problems_at(**changes) == {where}


def test_who_gives_number_and_birth_date_of_a_record_is_known(send, ana, read):
    assert send(ANA, smokes=["x"]).is_emergency is False
    (message,) = read(select(Message.channel, Message.status, Message.intent))
    assert tuple(message) == ("web_form", "received", "free-text")
    (event,) = read(select(Event.code, Event.subject_kind).where(Event.kind == "form.sent"))
    assert tuple(event) == ("write", "message")
    assert counted(read, Task) == 1


def test_what_was_written_is_kept_sealed_and_whole(send, ana, read, make):
    send(ANA, **{"custom.smokes": ["no"], "reason": ["visit"], "consent.0": ["yes"]})
    with make.begin() as session:
        body = session.scalars(select(Message)).one().body
    assert body.splitlines() == [
        "Write to us",
        "Your name: Ana",
        "Your birth date: 1980-05-01",
        "Your phone number: +12125550123",
        "What is it about?: An appointment",
        "Do you smoke?: Never",
        "Is it chest pain, or what is it?: I need a visit",
        "✓ You may write text messages to me.",
    ]
    (row,) = read(select(InboundDelivery.status, InboundDelivery.raw_sealed))
    assert row.status == "applied"
    assert b"Ana" not in row.raw_sealed


@pytest.mark.parametrize(
    "changes",
    [
        {"birth-date": ["1980-05-02"]},
        {"birth-date": [""]},
        {"phone": ["(212) 555-0124"]},
        {"phone": [""], "email": ["ana@example.org"]},
    ],
)
def test_who_is_not_sure_waits_for_a_person(send, ana, read, changes):
    send({**ANA, **changes})
    assert counted(read, Message) == 0
    (row,) = read(select(InboundDelivery.status, InboundDelivery.said_sealed))
    assert row.status == "quarantined"
    assert row.said_sealed is not None
    assert read(select(Event).where(Event.kind == "form.sent")) == []


@pytest.mark.parametrize("status", ["unverified", "wrong-person", "reassigned"])
def test_a_number_that_is_not_surely_theirs_proves_nothing(send, ana, read, make, status):
    with make.begin() as session:
        session.scalars(select(PatientTelecom)).one().status = status
    send(ANA)
    assert counted(read, Message) == 0


def test_two_who_fit_are_not_told_apart(send, ana, read, make):
    with make.begin() as session:
        a.person(session, birth_date=BORN, name="Twin")
    send(ANA)
    assert counted(read, Message) == 0


def test_an_address_proves_as_a_number_does(send, read, make):
    with make.begin() as session:
        a.person(session, sms=None, email="Ana@Example.org", birth_date=BORN)
    send({**ANA, "phone": [""], "email": ["ana@example.org"]})
    assert counted(read, Message) == 1


def test_the_same_page_sent_twice_is_taken_once_and_a_second_text_is_taken_too(send, ana, read):
    send(ANA)
    send(ANA)
    assert counted(read, Message) == 1
    send(ANA, text=["and another thing"])
    assert counted(read, Message) == 2


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"name": [" "]}, "name"),
        ({"text": ["x" * 4001]}, "text"),
        ({"name": ["a\x00b"]}, "name"),
        ({"phone": ["12"]}, "phone"),
        ({"phone": [""]}, "phone"),
        ({"email": ["ana"]}, "email"),
        ({"birth-date": ["yesterday"]}, "birth-date"),
        ({"birth-date": ["2090-01-01"]}, "birth-date"),
        ({"birth-date": ["1800-01-01"]}, "birth-date"),
        ({"reason": ["money"]}, "reason"),
        ({"custom.smokes": ["sometimes"]}, "custom.smokes"),
    ],
)
def test_wrong_answers_are_said_at_their_question_and_nothing_is_kept(send, read, changes, where):
    with pytest.raises(Invalid) as refused:
        send({**ANA, **changes})
    assert [problem.where for problem in refused.value.problems] == [where]
    assert counted(read, InboundDelivery) == 0


@pytest.mark.parametrize(
    "more",
    [
        {"after": SOONEST - dt.timedelta(seconds=1)},
        {"after": GOOD_FOR + dt.timedelta(seconds=1)},
        {"trap": "https://spam.example"},
    ],
)
def test_what_a_machine_sends_is_not_taken(send, read, more):
    with pytest.raises(Invalid) as refused:
        send(ANA, **more)
    assert [problem.where for problem in refused.value.problems] == [""]
    assert counted(read, InboundDelivery) == 0


def test_a_ticket_is_good_for_its_own_form_and_cannot_be_made_up():
    ticket = ticket_of("form|write", NOON)
    later = NOON + dt.timedelta(hours=1)
    assert age_of("form|write", ticket, later) == dt.timedelta(hours=1)
    assert age_of("form|other", ticket, later) is None
    for letters in ("", "é", "A" * len(ticket), ticket[:-4], f"{ticket}AAAA"):
        assert age_of("form|write", letters, later) is None
    assert ticket_of("form|write", NOON) != ticket


@pytest.mark.parametrize("is_known", [True, False])
def test_an_emergency_is_answered_on_the_page_and_stands_on_top(send, ana, read, make, is_known):
    typed = ANA if is_known else {**ANA, "birth-date": [""]}
    assert send(typed, text=["I cannot breathe"]).is_emergency is True
    with make.begin() as session:
        assert somebody_is_in_need(session) is not is_known
    outbound = select(func.count()).select_from(Message).where(Message.direction == "outbound")
    assert read(outbound)[0][0] == 0
    assert [row.priority for row in read(select(Task.priority))] == (["stat"] if is_known else [])


def test_the_words_of_the_form_itself_are_no_emergency(send, ana):
    assert send(ANA).is_emergency is False


def test_what_is_ticked_is_agreed_to_with_what_was_shown(send, ana, read):
    send(ANA, **{"consent.0": ["yes"]}, language="es")
    (row,) = read(select(Consent.decision, Consent.purpose, Consent.channel, Consent.wording, Consent.language))
    assert tuple(row) == ("permit", "care", "sms", "write 1", "es")


def test_nothing_is_agreed_to_that_is_not_ticked(send, ana, read):
    send(ANA)
    assert counted(read, Consent) == 0


def test_a_tick_lifts_no_refusal(send, ana, read, make):
    with make.begin() as session:
        patient = session.scalars(select(PatientTelecom)).one().patient_id
        session.add(Consent(patient_id=patient, decision="deny", from_at=NOON, source="message", recorded_by="x"))
    send(ANA, **{"consent.0": ["yes"]})
    assert [row.decision for row in read(select(Consent.decision))] == ["deny"]


def test_stop_written_in_a_form_holds_on_every_channel_and_nothing_is_agreed_to(send, ana, read):
    send(ANA, **{"consent.0": ["yes"]}, text=["STOP"])
    assert [tuple(row) for row in read(select(Consent.decision, Consent.channel))] == [("deny", None)]


def test_linking_it_later_has_the_same_effects_once(send, house, read, make):
    with make.begin() as session:
        uid = a.person(session, sms=None).uid
    send({**ANA, "consent.0": ["yes"]})
    (waiting,) = act(house, an_act(), unknown_senders).waiting
    assert (waiting.sender, waiting.form.slug) == ("+12125550123", "write")
    act(house, an_act(), link_sender, waiting.id, uid, True)
    assert counted(read, Message) == 1
    assert [row.code for row in read(select(Event.code).where(Event.kind == "form.sent"))] == ["write"]
    assert counted(read, Consent) == 1
    assert [tuple(row) for row in read(select(PatientTelecom.system, PatientTelecom.status))] == [
        ("phone", "unverified")
    ]
    with pytest.raises(Stale):
        act(house, an_act(), link_sender, waiting.id, uid)


def test_a_form_is_answered_on_the_usual_channels():
    assert medium_of("web_form") == ""
    assert medium_of("phone_simulator") == "sms"


def test_only_a_published_form_is_open_and_a_closed_one_is_gone(house, form, make):
    assert act(house, an_act(), open_form, form).languages == ["en", "es"]
    with pytest.raises(Missing):
        act(house, an_act(), open_form, "other")
    act(house, an_act(), close_form, form)
    with pytest.raises(Missing):
        act(house, an_act(), open_form, form)
    with pytest.raises(Stale):
        act(house, an_act(), close_form, form)


def test_a_wrong_draft_is_not_published(house, form):
    wrong = {**CONTACT, "questions": []}
    act(house, an_act(), save_draft, FORM, form, CONTACT["name"], wrong)
    with pytest.raises(Invalid):
        act(house, an_act(), publish_form, form)
    assert len(act(house, an_act(), open_form, form).questions) == len(CONTACT["questions"])


def test_nothing_that_was_typed_shows_in_a_repr():
    sent = Sent("ticket", "en", ANA, "trap")
    assert "Ana" not in repr(sent)
    assert "555" not in repr(sent)


def recorded(read):
    """What is recorded of custom fields: field, value, who wrote it, whether it holds."""
    columns = (CustomValue.field, CustomValue.value_code, CustomValue.until_at.is_(None))
    return [tuple(row) for row in read(select(*columns).order_by(CustomValue.id))]


def test_answers_to_custom_fields_are_recorded_where_it_is_sure_who_gave_them(send, ana, read):
    send(ANA, **{"custom.smokes": ["no"]})
    assert recorded(read) == [("smokes", "no", True)]
    assert "patient.changed" in {row.kind for row in read(select(Event.kind))}
    send(ANA, page="2", **{"custom.smokes": ["yes"]})
    assert recorded(read) == [("smokes", "no", False), ("smokes", "yes", True)]


def test_what_is_left_empty_takes_nothing_away(send, ana, read):
    send(ANA, **{"custom.smokes": ["no"]})
    send(ANA, page="2", **{"custom.smokes": [""]})
    assert recorded(read) == [("smokes", "no", True)]


def test_answers_of_an_unknown_sender_are_recorded_once_somebody_found_out(send, house, read, make):
    with make.begin() as session:
        uid = a.person(session, sms=None).uid
    send({**ANA, "custom.smokes": ["yes"]})
    assert recorded(read) == []
    (waiting,) = act(house, an_act(), unknown_senders).waiting
    act(house, an_act(), link_sender, waiting.id, uid)
    assert recorded(read) == [("smokes", "yes", True)]


@pytest.mark.parametrize("change", [{"on_web_forms": False}, {"choices": [{"code": "no", "name": {"en": "Never"}}]}])
def test_a_field_that_forms_may_not_ask_any_more_takes_no_answer(send, house, read, make, change):
    with make.begin() as session:
        uid = a.person(session, sms=None).uid
    send({**ANA, "custom.smokes": ["yes"]})
    with make.begin() as session:
        definition = session.scalar(select(Definition).where(Definition.kind == FIELD))
        save_draft(session, an_act(), FIELD, "smokes", SMOKES["name"], {**SMOKES, **change})
        write_version(session, an_act(), definition)
    (waiting,) = act(house, an_act(), unknown_senders).waiting
    act(house, an_act(), link_sender, waiting.id, uid)
    assert recorded(read) == []


def test_a_field_that_is_not_asked_of_this_patient_takes_no_answer(send, ana, read, make):
    with make.begin() as session:
        definition = session.scalar(select(Definition).where(Definition.kind == FIELD))
        women = {"field": "gender", "is": "is", "value": "female"}
        save_draft(session, an_act(), FIELD, "smokes", SMOKES["name"], {**SMOKES, "visible_when": women})
        write_version(session, an_act(), definition)
        session.scalars(select(Patient)).one().gender = "male"
    send(ANA, **{"custom.smokes": ["no"]})
    assert recorded(read) == []
    assert counted(read, Message) == 1


def test_a_form_of_a_branch_waits_for_the_staff_of_that_branch(send, house, make):
    with make.begin() as session:
        home, uptown = a.branch(session).id, a.branch(session, "uptown").id
        uid = a.person(session, sms=None, at=session.get_one(Location, uptown)).uid
        save_draft(session, an_act(), FORM, "write", CONTACT["name"], {**CONTACT, "branch": "riverside"})
        publish_form(session, an_act(), "write")
    send(ANA)
    here, there = (dataclasses.replace(an_act(), scope=Scope(frozenset([each]))) for each in (home, uptown))
    assert act(house, there, unknown_senders).waiting == []
    (waiting,) = act(house, here, unknown_senders).waiting
    assert waiting.branch == "Riverside"
    for verb, more in ((unknown_senders, ()), (link_sender, (uid,)), (set_aside_sender, ("advertising",))):
        with pytest.raises(Missing):
            act(house, there, verb, waiting.id, *more)
    act(house, here, set_aside_sender, waiting.id, "advertising")
