"""The packs that an installation starts with. Each is loaded once: what the organisation makes of it is its own."""

import datetime as dt
from collections.abc import Collection

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.security.roles import role_names
from config import PROJECT
from journeys.care.guidelines.publish_guideline import publish_guideline
from journeys.flow.packs.folder import read_folder
from journeys.flow.packs.load import ALL_BUT_JOURNEYS, EVERYTHING, load
from journeys.flow.packs.pack import PACK
from journeys.foundation import audit
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.store.configuration import Definition
from launcher.console import Console

PACKS = PROJECT / "seed" / "packs"
SHARED_POLICY = "base"
DEMO_RECALL = "hypertension-recall"
SEGMENTS_OF_THE_FIELD = "segments-core"
GUIDELINES = "guidelines-core"
ALL_BUT_GUIDELINES = tuple(folder for folder in EVERYTHING if folder != "guidelines")
DEMO_GUIDELINES = ("blood-pressure-review", "hba1c-diabetes", "post-procedure-check", "antenatal-contacts")
DEMO_JOURNEYS = (
    "hba1c-gap",
    "referral-loop",
    "pending-diagnostics",
    "reactivation",
    "colonoscopy-preparation",
    "after-stay",
    "maternal-care",
    "influenza-campaign",
    "confirmation-ladder",
    "waitlist-backfill",
    "complaints",
    "saved-replies",
)
"""They name segments of the field and guidelines, and rest on the safety board, so they come after them. The last three
have no journey: what offers of freed times, complaints and staff say."""
SAFETY_CLOCKS = "safety-clocks"


def load_shared_policy(house: House, now: dt.datetime, console: Console) -> None:
    """The stages and contact rules that every journey stands on, put in force: nothing is sent without rules."""
    _load_once(house, now, SHARED_POLICY, EVERYTHING, console)


def load_demo_recall(house: House, now: dt.datetime, console: Console) -> None:
    """The demo's journey with all it needs in force, and the journey itself as a draft that waits for a consultant."""
    _load_once(house, now, DEMO_RECALL, ALL_BUT_JOURNEYS, console)


def load_segments(house: House, now: dt.datetime, console: Console) -> None:
    """The groups of patients that a clinic begins with, put in force, and the value sets that they look up."""
    _load_once(house, now, SEGMENTS_OF_THE_FIELD, EVERYTHING, console)


def load_guidelines(house: House, now: dt.datetime, console: Console) -> None:
    """What is due for whom: in force are those that the demo's records tell of, the others wait for a clinician."""
    if _load_once(house, now, GUIDELINES, ALL_BUT_GUIDELINES, console):
        for slug in DEMO_GUIDELINES:
            act(house, _setting_up(now), publish_guideline, slug, roles=role_names())


def load_demo_journeys(house: House, now: dt.datetime, console: Console) -> None:
    """The demo's other journeys in the same way: all they need in force, the journeys as drafts."""
    for name in DEMO_JOURNEYS:
        _load_once(house, now, name, ALL_BUT_JOURNEYS, console)


def load_safety_clocks(house: House, now: dt.datetime, console: Console) -> None:
    """The limits after which nothing may stand still, in force: the demo clinic has the queues that they name."""
    _load_once(house, now, SAFETY_CLOCKS, EVERYTHING, console)


def _load_once(house: House, now: dt.datetime, name: str, in_force: Collection[str], console: Console) -> bool:
    """Load a pack that was never loaded; whether it was loaded now."""
    doing = _setting_up(now)
    if act(house, doing, is_loaded, name):
        return False
    with console.doing(f"Pack {name}"):
        act(house, doing, load, read_folder(PACKS / name), publish_folders=in_force, known_roles=role_names())
    return True


def _setting_up(now: dt.datetime) -> Act:
    """The act by which an installation is filled."""
    return Act(now, "setup:pack", EVERYWHERE, purpose="configuration")


def is_loaded(session: Session, act: Act, name: str) -> bool:
    """Whether a pack of this name was ever loaded."""
    audit.nothing_happened(session)
    return bool(session.scalar(select(exists().where(Definition.kind == PACK, Definition.slug == name))))
