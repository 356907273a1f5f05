"""Waits until nothing is being handed over to these patients, and lets nothing begin before what is said commits."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from journeys.foundation import advisory, audit
from journeys.store.contact import Message

PATIENCE = "5s"
"""How long STOP waits for a provider that does not answer. From when it began to wait nobody takes a new look, and an
old one is good for less (`threshold.FRESH`): what has not begun to leave by then does not."""

LOCK_NOT_GOT = "55P03"
MOST = 200
"""Of more patients at once, as an import brings them, nobody waits for what is leaving at this moment: the locks of a
server are few."""

ALONE = text(
    "SELECT pg_advisory_xact_lock(:lock_class, key) FROM unnest(CAST(:keys AS integer[])) WITH ORDINALITY"
    " AS taken(key, place) ORDER BY place"
)


def hold_what_leaves(session: Session, patients: Collection[int]) -> bool:
    """Whether nothing is leaving; False when a message was being handed over all the while, which is noted in the
    audit. To be called before any lane is locked, so that a slow provider holds up no other work of a lane."""
    keys = sorted({patient % advisory.LARGEST for patient in patients})
    if not keys or len(keys) > MOST:
        return not keys
    session.execute(ALONE, {"lock_class": advisory.SPEAKING, "keys": keys})
    usual = session.scalar(select(func.current_setting("lock_timeout")))
    try:
        with session.begin_nested():
            session.execute(select(func.set_config("lock_timeout", PATIENCE, True)))
            session.execute(ALONE, {"lock_class": advisory.LEAVING, "keys": keys})
            session.execute(select(func.set_config("lock_timeout", usual, True)))
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != LOCK_NOT_GOT:
            raise
        note_what_is_leaving(session, patients)
        return False
    return True


def note_what_is_leaving(session: Session, patients: Collection[int]) -> None:
    """Keep which messages were under way when these patients spoke."""
    leaving = select(Message.id, Message.patient_id).where(
        Message.patient_id.in_(patients), Message.status == "sending"
    )
    rows = session.execute(leaving).all()
    told = {"leaving already": len(rows)}
    audit.note(session, "R", "message", [row.id for row in rows], [row.patient_id for row in rows], told)
