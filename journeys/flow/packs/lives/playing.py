"""Plays the lives of a pack: each in a database of its own, with the pack published, from the first day to the last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from journeys.flow.packs.check import named_queues
from journeys.flow.packs.lives.deeds import perform
from journeys.flow.packs.lives.life import Life, read_life
from journeys.flow.packs.lives.seeing import Eyes
from journeys.flow.packs.lives.settling import settle
from journeys.flow.packs.lives.walking import BY, Walk
from journeys.flow.packs.load import EVERYTHING, load
from journeys.flow.packs.pack import Pack
from journeys.foundation import audit
from journeys.foundation.acting import EVERYWHERE, Act, House, act

A_MINUTE = dt.timedelta(minutes=1)


def play(house: House, packs: Sequence[Pack], content: dict[str, Any]) -> list[str]:
    """Play one life in an empty, prepared database; a sentence for everything that is not as expected.

    `packs` are loaded and published first, in this order. Invalid when the life or a pack cannot be read.
    """
    life = read_life(content)
    walk = Walk(house, life.days[0].instant - A_MINUTE)
    doing = Act(walk.now, BY, EVERYWHERE, purpose="test")
    queues = frozenset().union(*(named_queues(pack) for pack in packs))
    people = act(house, doing, settle, life=life, queues=queues)
    for pack in packs:
        act(house, doing, load, pack, publish_folders=EVERYTHING)
    return live(walk, life, people)


def live(walk: Walk, life: Life, people: dict[str, int]) -> list[str]:
    """Walk through the days."""
    eyes = Eyes(people)
    failures: list[str] = []
    for day in life.days:
        walk.until(day.instant)
        for number, deed in enumerate(day.do):
            said = perform(walk.house, walk.act(), people[deed.person], deed, f"{day.at} {number}")
            failures.extend(f"{day.at}, {deed.person}: {sentence}" for sentence in said)
        walk.work()
        failures.extend(act(walk.house, walk.act(), look, eyes=eyes, day=day))
    return failures


def look(session: Session, act: Act, eyes: Eyes, day: Any) -> list[str]:
    """Compare what is to be seen on a day with what is there."""
    audit.nothing_happened(session)
    return [sentence for wanted in day.expect for sentence in eyes.look(session, day, wanted)]
