"""Loads the demo clinic: the ground, the packs, then patients in batches, each batch one act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from journeys.flow.packs.folder import read_folder
from journeys.flow.packs.load import ALL_BUT_JOURNEYS, EVERYTHING
from journeys.flow.packs.load import load as load_pack
from journeys.flow.packs.pack import PACK
from journeys.foundation import audit
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.store import Definition
from seed.demo.admit import admit
from seed.demo.found import found

FOLDER = Path(__file__).parent.parent / "packs"
PACKS = {"base": EVERYTHING, "hypertension-recall": ALL_BUT_JOURNEYS}
"""The packs of the demo clinic and what of them is in force; the journey waits for a consultant to publish it."""

SEED = 20_260_101
BATCH = 250


def no_progress(done: int, patients: int) -> None:
    """Say nothing."""


def load(
    house: House,
    now: dt.datetime,
    patients: int = 2000,
    seed: int = SEED,
    progress: Callable[[int, int], None] = no_progress,
) -> int:
    """Load what is missing of the demo clinic and return how many patients were added.

    The house must be the worker's (every branch). `progress(done, patients)` is called after each batch. A load that
    was cut off is taken up again by the next one: each patient is written whole or not at all.
    """
    doing = Act(now, "setup:demo", EVERYWHERE, purpose="demo")
    ground = act(house, doing, found)
    for name, folders in PACKS.items():
        if act(house, doing, is_missing, name):
            act(house, doing, load_pack, read_folder(FOLDER / name), publish_folders=folders)
    added = 0
    for first in range(0, patients, BATCH):
        numbers = range(first, min(first + BATCH, patients))
        added += act(house, doing, admit, ground=ground, numbers=numbers, seed=seed)
        progress(numbers.stop, patients)
    return added


def is_missing(session: Session, act: Act, name: str) -> bool:
    """Whether a pack was never loaded; one that was is the clinic's own by now and stays as it is."""
    audit.nothing_happened(session)
    return not session.scalar(select(exists().where(Definition.kind == PACK, Definition.slug == name)))
