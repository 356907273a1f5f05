"""A visitor says who they are: a birth date, and a number or e-mail address that the record of one patient has.

Where that is sure, the visit is the patient's from its first line on; else staff read what was said. The page shows the
same for both, so that nobody can try out whose number it is.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.contact.channels import CHANNELS
from journeys.contact.chat.open_chat import chat_in_use
from journeys.contact.chat.said import Said, as_raw, page_problems
from journeys.contact.chat.visitors import keep_visitor, take_in_waiting
from journeys.contact.chat.visits import CHANNEL, address_of
from journeys.contact.forms.answers import Typed, read_answers
from journeys.contact.forms.content import Asked, Form
from journeys.contact.forms.questions import ASKED_AS, BIRTH_DATE, EMAIL, PHONE
from journeys.contact.forms.surely import surely
from journeys.contact.inbound.kept_raw import keep_raw, settle
from journeys.contact.replies.receive import Arrived, found_by, receive
from journeys.contact.sending.hold_what_leaves import hold_what_leaves
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.store.people import Patient

WHO = Form(
    slug="",
    version_id=0,
    number=0,
    name={"en": "Who is writing", "es": "Quién escribe"},
    intro={},
    thanks={},
    branch="",
    questions=tuple(Asked(each, each, ASKED_AS[each], each == BIRTH_DATE) for each in (BIRTH_DATE, PHONE, EMAIL)),
    consents=(),
    sites=(),
)
"""What is asked, as a form asks it."""


def say_who(session: Session, act: Act, slug: str, said: Said, typed: Typed, region: str = "US") -> None:
    """Take it in, once however often it is sent; Invalid with every problem at its question, Missing without such a
    chat."""
    chat_in_use(session, slug)
    address = address_of(slug, said.ticket, act.now)
    answers, problems = read_answers(WHO, typed, region, act.now.date())
    problems = [*problems, *page_problems(slug, said, act.now)]
    if problems or address is None:
        raise Invalid(problems)
    words = answers.written(WHO, said.language)
    raw = as_raw(slug, who=words)
    arrived = Arrived(CHANNEL, said.outside_id(address, words), address, words, raw=raw, region=region)
    patient = surely(session, answers, region)
    if patient is None:
        receive(session, act, arrived)
    else:
        know(session, act, arrived, raw, patient)


def know(session: Session, act: Act, arrived: Arrived, raw: bytes, patient: int) -> None:
    """The visit is this patient's; nobody has to read who they are."""
    hold_what_leaves(session, [patient])
    lock_lanes(session, [lane_of(patient)])
    sender = found_by(CHANNELS[CHANNEL], arrived)
    delivery = keep_raw(session, act, CHANNEL, arrived.outside_id, raw, sender and sender[1])
    if delivery is None:
        audit.nothing_happened(session)
        return
    keep_visitor(session, act, arrived.sender, patient)
    take_in_waiting(session, act, arrived.sender, patient)
    settle(session, act, delivery, "applied", None)
    audit.note(session, "U", Patient.__tablename__, [patient], [patient], {"chat": "said who they are"})
