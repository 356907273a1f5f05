"""The post brought a letter back: it never arrived, and its address is used no more."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.channels.base import Receipt
from journeys.contact.inbound.take_receipt import take_receipt
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Missing, Problem
from journeys.foundation.words import N_
from journeys.store.contact import Message

RETURNED = "returned"


def return_letter(session: Session, act: Act, number: int) -> None:
    """Missing where it is no letter of a batch, Invalid where it came back before."""
    row = session.execute(
        select(Message.uid, Message.channel, Message.status).where(
            Message.id == number, Message.letter_batch_id.is_not(None)
        )
    ).one_or_none()
    if row is None:
        raise Missing(f"There is no letter {number}")
    if row.status == "undeliverable":
        raise Invalid([Problem("letter", N_("It is known that it came back"))])
    receipt = Receipt("undeliverable", uid=row.uid, address_is_bad=True, error=RETURNED)
    take_receipt(session, act, row.channel or "", receipt)
