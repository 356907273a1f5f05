"""Letters: wait for staff, are judged once more, printed once, posted; what comes back; right in every script."""

import datetime as dt
import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from journeys.contact.accounts.channels_in_use import channels_in_use
from journeys.contact.accounts.save_account import AccountGiven, save_account
from journeys.contact.channels import CHANNELS
from journeys.contact.consent.withdraw_consent import withdraw_consent
from journeys.contact.deciding.plan import plan
from journeys.contact.post.batches import batches
from journeys.contact.post.make_batch import make_batch
from journeys.contact.post.open_batch import open_batch
from journeys.contact.post.post_batch import post_batch
from journeys.contact.post.print_batch import print_batch
from journeys.contact.post.return_letter import return_letter
from journeys.contact.sending.deliver import Delivered, deliver
from journeys.contact.texts.letter_pdf import Sheet, letters_pdf
from journeys.foundation.acting import act
from journeys.foundation.errors import Invalid, Missing
from journeys.store.contact import Message
from journeys.store.events import Event
from journeys.store.people import PatientTelecom
from tests import make as a
from tests.make import NOON, an_act

HOME = "12 Main Street\nNew York, NY 10001"
LATER = NOON + dt.timedelta(hours=1)


@pytest.fixture
def desk(house):
    """An account of letters."""
    settings = CHANNELS["letter"].Settings(sender="Riverside, 1 Main Street")
    act(house, an_act(), save_account, "desk", AccountGiven("letter", "Desk", settings, is_sandbox=False))


@pytest.fixture
def waiting(make, house, desk):
    """Two planned letters to patients without a number; their messages name text messages first."""
    with make.begin() as session:
        version = a.template(session)
        rows = []
        for name in ("Ada", "Bo"):
            patient = a.person(session, sms=None, name=name)
            session.add(PatientTelecom(patient_id=patient.id, system="postal", value=HOME))
            a.consent(session, patient)
            rows.append(a.message(session, patient, version, channels=["sms", "letter"]))
    act(house, an_act(), plan, channels=("phone_simulator", "letter"))
    return rows


def test_a_ladder_ends_at_the_post_where_nothing_else_reaches(waiting, read):
    assert read(select(Message.status, Message.channel)) == [("released", "letter")] * 2


def test_no_worker_sends_letters(waiting, house, read):
    channels = act(house, an_act(), channels_in_use, {})
    by_workers = {name: each for name, each in channels.items() if not each.is_by_hand}
    assert deliver(house, an_act(), by_workers) == Delivered()
    assert set(channels) == {"desk"}
    assert read(select(Message.status)) == [("released",)] * 2


def test_a_batch_is_judged_once_more_printed_once_and_posted(waiting, house, read, make):
    with make.begin() as session:
        gone = session.get_one(Message, waiting[1].id).patient_id
    act(house, an_act(), withdraw_consent, gone, None, "letter", "phone", None)
    batch = act(house, an_act(), make_batch, "desk")
    assert (batch.letters, act(house, an_act(), make_batch, "desk")) == (1, None)
    with pytest.raises(Invalid):
        act(house, an_act(), post_batch, batch.id)
    opened = act(house, an_act(LATER), print_batch, batch.id)
    assert [(each.name, each.address) for each in opened.letters] == [("Ada", HOME)]
    assert "Hello Ada" not in opened.letters[0].address
    with pytest.raises(Invalid):
        act(house, an_act(LATER), print_batch, batch.id)
    act(house, an_act(LATER), print_batch, batch.id, is_again=True)
    act(house, an_act(LATER), post_batch, batch.id)
    sent = select(Message.status, Message.sent_at).where(Message.letter_batch_id.is_not(None))
    assert read(sent) == [("accepted", LATER)]
    for again in (print_batch, post_batch):
        with pytest.raises(Invalid):
            act(house, an_act(LATER), again, batch.id)
    pile = act(house, an_act(), batches)
    assert ([each.slug for each in pile.accounts], pile.waiting) == (["desk"], 0)
    assert [(each.id, name) for each, name in pile.batches] == [(batch.id, "Desk")]


def test_what_comes_back_ends_the_address_and_wakes_who_waits(waiting, house, read):
    batch = act(house, an_act(), make_batch, "desk")
    first = act(house, an_act(), open_batch, batch.id).letters[0]
    act(house, an_act(LATER), return_letter, first.message_id)
    known = select(PatientTelecom.status, PatientTelecom.status_at, PatientTelecom.status_why)
    assert sorted(read(known), key=str) == [("bounced", LATER, "returned"), ("usable", None, None)]
    assert read(select(Event.subject_id).where(Event.kind == "message.undeliverable")) == [(first.message_id,)]
    assert act(house, an_act(), open_batch, batch.id).letters[0].is_back
    with pytest.raises(Invalid):
        act(house, an_act(LATER), return_letter, first.message_id)
    with pytest.raises(Missing):
        act(house, an_act(LATER), return_letter, 10_000)


def text_of(pdf):
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def test_every_letter_begins_on_a_page_with_its_accents():
    sheets = [
        Sheet(
            "es", "Clínica", "José Ñúñez", "Calle Mayor 1\nMadrid", "3 de marzo de 2026", "Su visita", "Mañana\n\n¡Sí!"
        ),
        Sheet("en", "Clinic", "Ada", HOME, "", "", "\n".join(["A line."] * 50)),
        Sheet("el", "Clinic", "Bo", HOME, "", "Русский", "Ελληνικά"),
    ]
    pages = text_of(letters_pdf(sheets))
    assert len(pages) == 4
    for words in ("José Ñúñez", "Calle Mayor 1", "Mañana", "¡Sí!"):
        assert words in pages[0]
    assert ("Ada" in pages[1], "A line." in pages[2]) == (True, True)
    assert ("Русский" in pages[3], "Ελληνικά" in pages[3]) == (True, True)


def test_arabic_is_joined_and_read_from_the_right():
    pdf = letters_pdf([Sheet("ar", "Clinic", "أحمد", HOME, "", "موعدك", "مرحبا بك")], "letter")
    page = PdfReader(io.BytesIO(pdf)).pages[0]
    placed = []
    page.extract_text(visitor_text=lambda text, _cm, tm, *_: placed.append((tm[4], text)) if text.strip() else None)
    assert float(page.mediabox.width) == 612
    body = [x for x, text in placed if any("\u0600" <= letter <= "\u06ff" or letter >= "\ufb50" for letter in text)]
    assert body and max(body) > 612 / 2
