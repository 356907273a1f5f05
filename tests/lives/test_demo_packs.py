"""The packs of the demo in a clinic that has only just been set up: in force are all but the journeys, once."""

import io

import pytest
from sqlalchemy import select

from journeys.care.guidelines.in_force import guidelines_in_force
from journeys.flow.packs.folder import read_folder
from journeys.foundation.acting import act
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import JOURNEY, TEMPLATE, live_versions
from journeys.store.tasks import TaskQueue
from journeys.work.clocks.clock import clocks_in_force
from launcher import packs
from launcher.console import Console
from tests.make import NOON, an_act

pytestmark = [pytest.mark.store, pytest.mark.slow]

QUEUES = ("recall", "nurse", "front-desk", "clinician", "medical-lead")


def open_queues(session, act):
    session.add_all(TaskQueue(slug=slug, name={"en": slug}) for slug in QUEUES)


def test_all_of_them_are_loaded_and_their_journeys_wait(house):
    console = Console(io.StringIO())
    act(house, an_act(), open_queues)
    for load in (packs.load_shared_policy, packs.load_demo_recall, packs.load_segments):
        load(house, NOON, console)
    for _ in range(2):
        packs.load_guidelines(house, NOON, console)
        packs.load_safety_clocks(house, NOON, console)
        packs.load_demo_journeys(house, NOON, console)
    shipped = [read_folder(packs.PACKS / name) for name in packs.DEMO_JOURNEYS]
    with house.sessions() as session, session.begin():
        drafts = set(session.scalars(select(Definition.slug).where(Definition.kind == JOURNEY)))
        in_force = live_versions(session, TEMPLATE).keys()
        assert not live_versions(session, JOURNEY)
        assert {each.slug for each in guidelines_in_force(session)} == set(packs.DEMO_GUIDELINES)
        assert len(clocks_in_force(session)) == len(read_folder(packs.PACKS / packs.SAFETY_CLOCKS).parts)
    assert {slug for pack in shipped for slug in pack.of("journeys")} <= drafts
    assert {slug for pack in shipped for slug in pack.of("templates")} <= in_force
