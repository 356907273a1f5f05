"""What the inbox offers and what an address or a form asks of it."""

import uuid
from dataclasses import dataclass

from flask import request
from flask_babel import gettext

from app.base import ShapeForm, form_for, signed_in_roles
from app.views.inbox_forms import Ask, Call, ConfirmedEnd, End, Hand, Note, Rest, Sort, Words, fit
from journeys.desk import inbox as boxes
from journeys.desk.drafts import Begun
from journeys.desk.reasons.reason import Reason
from journeys.foundation.ids import new_uid
from journeys.foundation.words import N_
from journeys.store.lists.keyset import Place

BOXES: dict[boxes.Box, str] = {
    "mine": N_("Mine"),
    "nobodys": N_("Nobody's yet"),
    "everyone": N_("Everyone's"),
    "asked": N_("I am named"),
    "resting": N_("Waiting and snoozed"),
    "closed": N_("Closed"),
}
MERGED, PARTED = N_("They are one conversation now."), N_("It is a conversation of its own now.")
MOST_ID = 2**63 - 1
LONGEST_NUMBER = 19
SHAPES: dict[str, type] = {
    "note": Note,
    "call": Call,
    "end": ConfirmedEnd,
    "rest": Rest,
    "hand": Hand,
    "sort": Sort,
    "ask": Ask,
    "words": Words,
}


@dataclass(frozen=True)
class Refused:
    """The form that was sent and not taken, under its name."""

    name: str
    form: ShapeForm


def box_asked() -> boxes.Box:
    """The box in the address; nonsense is one's own."""
    asked = request.args.get("box", "mine")
    return next((name for name in BOXES if name == asked), "mine")


def uid_sent(name: str) -> uuid.UUID:
    """Which one was chosen; nonsense is none that there is."""
    try:
        return uuid.UUID(request.form.get(name, ""))
    except ValueError:
        return uuid.UUID(int=0)


def delivery_sent() -> uuid.UUID:
    """The number of the form that was sent, so that sending it twice is once; nonsense is a new one."""
    sent = uid_sent("delivery")
    return sent if sent.int else new_uid()


def place_in(name: str) -> Place:
    """Where the address says that a page begins; nonsense is the beginning."""
    typed = request.args.get(name, "")
    number = int(typed) if typed.isdecimal() and len(typed) < 20 else 0
    return Place(number) if number <= MOST_ID else Place()


def is_ours(role: str | None) -> bool:
    """Whether the work of this role is that of whoever is signed in."""
    roles = signed_in_roles()
    return roles is None or role is None or role in roles


def forms_beside(reason: Reason | None, begun: Begun, refused: Refused | None) -> dict[str, ShapeForm]:
    """The forms beside a conversation of a reason, with what was begun, and the one that was not taken."""
    shapes = SHAPES if reason is not None and reason.confirm else {**SHAPES, "end": End}
    forms = {name: form_for(shape) for name, shape in shapes.items()}
    forms["note"].note.data = begun.note
    forms["words"].own_words.data = begun.answer
    forms["words"].reveals.offer(gettext("Choose"))
    if refused is not None:
        forms[refused.name] = refused.form
    fit(forms["end"], reason)
    return forms
