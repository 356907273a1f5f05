"""What we wrote to a patient and why: for staff to show on the screen or on paper, in words that are theirs."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext

from app.base import Screen, allowed, expose, perform, place_of, place_text, say, say_texts
from app.base.look import day
from app.base.words import direction_of
from app.views.consent_words import source_words
from app.views.decision_words import reasons_said
from app.views.messages import STATES, recipient_words
from journeys.contact.channels import CHANNELS
from journeys.contact.ledger.written_to import Letter, written_to
from journeys.foundation.words import N_

WHY = {
    "transactional": N_("Because of an appointment or something you asked for."),
    "care": N_("As part of your care."),
    "experience": N_("To ask how it was for you."),
    "promotional": N_("To tell you of an offer of ours."),
}

ANSWERS = {
    "confirm": N_("yes"),
    "decline": N_("no"),
    "yes": N_("yes"),
    "no": N_("no"),
    "reschedule": N_("another time, please"),
}
"""What the commonest answers mean; others are shown as they are kept."""

UNSENT = ("held", "not-done", "undeliverable", "planned")


@dataclass(frozen=True)
class Shown:
    """One message for the page; `template` is what its text is called, `says` why it was written, `held` why it was not
    sent; `beside` who got it for the patient."""

    at: dt.datetime
    is_theirs: bool
    beside: str
    channel: str
    template: str
    state: tuple[str, str, str]
    subject: str
    body: str
    language: str
    direction: str
    says: list[str]
    held: list[str]
    answer: str


class Written(Screen):
    """One patient's letters."""

    name = "written"
    default_view = "show"

    @expose("/<uuid:uid>/")
    @allowed("read")
    def show(self, uid: uuid.UUID) -> tuple[str, int]:
        """The newest first, page by page."""
        found = perform(written_to, uid, place_of(request.args.get("after", "")))
        return self.page(
            "written/show.html",
            patient=found.patient,
            back=url_for("patients.show", uid=uid),
            letters=[shown(each) for each in found.letters],
            older=self.address("show", uid=uid, after=place_text(found.after)) if found.after else "",
            newest=self.address("show", uid=uid) if "after" in request.args else "",
        )


def shown(letter: Letter) -> Shown:
    """One message in words."""
    line = letter.line
    is_theirs = line.direction == "inbound"
    language = line.language or "en"
    return Shown(
        at=line.sent_at or line.planned_at,
        is_theirs=is_theirs,
        beside="" if line.beside is None else recipient_words(line.beside),
        channel=say(CHANNELS[line.channel].medium.one) if line.channel in CHANNELS else line.channel or "",
        template=say_texts(line.template),
        state=STATES[line.status],
        subject=letter.subject or "",
        body=letter.body or "",
        language=language,
        direction=direction_of(language),
        says=[] if is_theirs else why_words(letter),
        held=reasons_said(why.code for why in line.reasons) if line.status in UNSENT else [],
        answer="" if is_theirs else answer_words(letter),
    )


def why_words(letter: Letter) -> list[str]:
    """Why it was written: what it is about, what asked for it, and what allowed it."""
    line = letter.line
    words = [say(WHY[line.purpose])]
    if line.journey:
        words.append(gettext("It belongs to: %(journey)s.", journey=say_texts(line.journey)))
    if letter.agreed is not None and letter.agreed.decision == "permit":
        how = source_words(letter.agreed.source)
        on = day(letter.agreed.from_at)
        if line.beside is None:
            words.append(gettext("You agreed to it on %(day)s (%(how)s).", day=on, how=how))
        else:
            words.append(gettext("Who got it agreed to it on %(day)s (%(how)s).", day=on, how=how))
    elif letter.agreed is None and line.sent_at is not None:
        words.append(gettext("For this nothing had to be agreed beforehand."))
    return words


def answer_words(letter: Letter) -> str:
    """What the patient answered; empty without an answer."""
    line = letter.line
    value: Any = letter.answer_number if letter.answer_number is not None else letter.answer_date
    if isinstance(value, dt.date):
        value = day(value)
    code = line.answer or ""
    return str(value) if value is not None else say(ANSWERS.get(code, code))
