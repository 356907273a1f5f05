"""Where messages go: the addresses, opened; whom a channel on trial may write to; who wrote on it last, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ARRAY, BigInteger, any_, func, literal, select
from sqlalchemy.orm import Session

from journeys.contact.accounts.channels_in_use import plain
from journeys.contact.channels.base import Channel
from journeys.foundation.secrets import unseal
from journeys.store.contact import Message
from journeys.store.people import PatientTelecom


def heard_of(session: Session, channel: Channel, patients: Sequence[int]) -> dict[int, dt.datetime]:
    """When each of these patients last wrote on this channel; asked only where a channel hears."""
    if not channel.hears:
        return {}
    last = (
        select(Message.patient_id, func.max(Message.planned_at))
        .where(
            Message.patient_id == any_(literal(list(patients), ARRAY(BigInteger))),
            Message.direction == "inbound",
            Message.channel == channel.name,
        )
        .group_by(Message.patient_id)
    )
    return {row[0]: row[1] for row in session.execute(last)}


def may_write_to(channel: Channel, address: str) -> bool:
    """Whether a channel that is being tried out may write to an address."""
    allowed = None if channel.account is None else channel.account.allowed
    return allowed is None or plain(address) in allowed


def addresses_of(session: Session, telecoms: dict[int, int]) -> dict[int, str]:
    """The numbers and addresses of messages, opened, by the messages' ids."""
    wanted = list(set(telecoms.values()))
    rows = session.execute(
        select(PatientTelecom.id, PatientTelecom.uid, PatientTelecom.value_sealed).where(
            PatientTelecom.id == any_(literal(wanted, ARRAY(BigInteger)))
        )
    )
    opened = {row.id: unseal(row.value_sealed, "patient_telecom", "value", row.uid) for row in rows}
    return {message: opened[telecom] for message, telecom in telecoms.items()}
