"""What the ways out of a journey's steps are called: as the journey and its templates name them, else as all do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from journeys.flow.words.names import ANSWER, REASON, without_hyphens
from journeys.flow.words.reader import Reader
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_

Content = Mapping[str, Any]
SayWay = Callable[[str, str], str]
"""(step's id, port) → words."""

WAYS = {
    "next": N_("Then"),
    "timeout": N_("When nothing happens in time"),
    "happened": N_("When it happens"),
    "otherwise": N_("Otherwise"),
    "other": N_("Any other answer"),
    "confirm": N_("When the patient confirms"),
    "decline": N_("When the patient declines"),
    "yes": N_("When the patient says yes"),
    "no": N_("When the patient says no"),
    "answered": N_("When the patient has answered"),
    "past": N_("When the date is over already"),
    "unknown": N_("When no date is recorded"),
    "acted": N_("When the patient has acted"),
    "heard": N_("When the patient has answered or acted"),
    "not-sent": N_("When it cannot be sent"),
    "ended": N_("When it has ended"),
    "delivered": N_("When it has been delivered"),
    "failed": N_("When it has failed"),
    "not-let-in": N_("When the patient is not let in"),
    "cancelled": N_("When the task is cancelled"),
    "settled": N_("When the record says so"),
    "stop": N_("When the patient wants no more messages"),
    "again": N_("Once more"),
    "enough": N_("When it was often enough"),
    "holdout": N_("When held out"),
    "goal": N_("When a goal is reached there"),
    "exit": N_("When the patient leaves it early"),
}
"""What the ways are called that steps have by themselves."""

OF_CLINIC = N_("When: %(port)s")

NAMED_PARTS = (("branches", "port"), ("shares", "port"), ("bands", "port"), ("outcomes", "code"))
"""The settings of steps that list ways out, and under which key each has its code; its name stands under `name`."""


@dataclass(frozen=True)
class Ways:
    """The ways out of the steps of one journey for one reader; `named` are those that somebody gave a name."""

    reader: Reader
    named: Mapping[tuple[str, str], Texts]

    def says(self, step_id: str, port: str) -> str:
        """One way out in words."""
        name = self.reader.say(self.named.get((step_id, port), {}))
        if not name and port in WAYS:
            return self.reader.translate(WAYS[port])
        return self.reader.translate(OF_CLINIC) % {"port": name or without_hyphens(port)}


def ways_in(reader: Reader, *contents: Content) -> Ways:
    """The ways of one or several texts of a journey, however broken; what stands in an earlier one goes first."""
    named: dict[tuple[str, str], Texts] = {}
    for content in reversed(contents):
        steps = dict(configs_in(content))
        templates = {config.get("template") for config in steps.values()}
        for step_id, config in steps.items():
            own = {config["template"]} if "template" in config else templates
            found = answers_of(own, reader) | reasons_of(config.get("journey"), reader) | dict(parts_of(config))
            named |= {(step_id, port): name for port, name in found.items()}
    return Ways(reader, named)


def configs_in(content: Content) -> Iterator[tuple[str, Content]]:
    """Each step's settings, as far as they are any."""
    steps = content.get("steps")
    for step_id, step in steps.items() if isinstance(steps, Mapping) else ():
        config = step.get("config") if isinstance(step, Mapping) else None
        if isinstance(config, Mapping) and isinstance(config.get("template", ""), str):
            yield step_id, config


def answers_of(templates: set[Any], reader: Reader) -> dict[str, Texts]:
    """What templates call their answers; a wait without a template hears those of the whole journey."""
    return {key[2]: name for key, name in reader.names.items() if key[0] == ANSWER and key[1] in templates}


def reasons_of(journey: object, reader: Reader) -> dict[str, Texts]:
    """What another journey calls its ends."""
    return {key[2]: name for key, name in reader.names.items() if key[0] == REASON and key[1] == journey}


def parts_of(config: Content) -> Iterator[tuple[str, Texts]]:
    """(code, name) of each part of a step's settings that is a way out and has a name."""
    for key, code in NAMED_PARTS:
        parts = config.get(key)
        for part in parts if isinstance(parts, list | tuple) else ():
            name = part.get("name") if isinstance(part, Mapping) else None
            if isinstance(name, Mapping) and name and isinstance(part.get(code), str):
                yield part[code], dict(name)
