"""Removes what is older than the rules of retention, table by table, as the database role that may do nothing else."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from journeys.flow.retention.histories import HISTORIES
from journeys.flow.retention.note_failure import note_failure
from journeys.flow.retention.remove_old import remove_old
from journeys.foundation import database
from journeys.foundation.acting import House, act
from journeys.worker.workshop import Round


def retain(now: Round) -> bool:
    """Batch after batch, one transaction each; True when the time was over before everything was done."""
    engine = database.connect(now.workshop.owner_url, database.KEEPER, poolclass=NullPool)
    keeper = House(database.sessions(engine))
    try:
        for name in HISTORIES:
            if not is_done(now, keeper, name):
                return True
    finally:
        engine.dispose()
    return False


def is_done(now: Round, keeper: House, name: str) -> bool:
    """Go on with one table; False when the time is over first. What fails leaves this table for another day."""
    try:
        while act(keeper, now.act(), remove_old, name):
            if now.is_over():
                return False
    except SQLAlchemyError as error:
        act(keeper, now.act(), note_failure, name, type(error).__name__)
    return True
