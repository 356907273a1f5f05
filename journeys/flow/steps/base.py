"""The step contract: what a step type declares, so that an executor can run it over many enrolments at once.

A step declares; it never executes. What it decides over stands in `journeys.flow.running.rows`, what it may write in
`journeys.flow.running.changes`, which events count for it in `journeys.flow.events.concerning`; steps take all of it
from here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, literal

from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.facts import CUSTOM
from journeys.criteria.known import Known
from journeys.flow.events.concerning import RECORDED, EventFilter, concerns, happened_since, is_news
from journeys.flow.running.changes import Change, Insert, Tell, Update
from journeys.flow.running.rows import Rows, mine, of_visit
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.errors import Problem

Kinds = tuple[str, ...]


@dataclass(frozen=True)
class FieldNeeded:
    """A custom field that a step names, with its prefix: where in the config, and of which types.

    It is one of the patient, or `may_be_of_focus` of the record that the journey is about. What `is_written` has to be
    open to journeys.
    """

    where: str
    name: str
    types: tuple[str, ...]
    is_written: bool = False
    may_be_of_focus: bool = False

    @property
    def slug(self) -> str:
        """The field's slug."""
        return self.name.removeprefix(CUSTOM)


@dataclass(frozen=True)
class Step:
    """Base of every step type: a frozen dataclass whose fields are what a consultant fills in.

    `reads` and `writes` name tables: where a later step reads what an earlier one wrote, they cannot be one statement.
    `rests` says that enrolments are here for a while; events then count from the end of the stay. `stays` says that
    `exit` may be NULL, `contacts` to how many messages a patient comes here, `looks_back` that it is about the last
    message before. `icon` names a drawing of the portal.
    """

    name: ClassVar[str] = ""
    label: ClassVar[str] = ""
    help: ClassVar[str] = ""
    icon: ClassVar[str] = "activity"
    reads: ClassVar[frozenset[str]] = frozenset()
    writes: ClassVar[frozenset[str]] = frozenset()
    rests: ClassVar[bool] = False
    stays: ClassVar[bool] = False
    contacts: ClassVar[int] = 0
    looks_back: ClassVar[bool] = False

    @property
    def follows_focus(self) -> bool:
        """Whether its time hangs on a date of the focus record, so that a moved date moves it."""
        return False

    @property
    def ends_with(self) -> str | None:
        """The reason with which a journey ends here; None for every step that goes on."""
        return None

    def ports(self) -> tuple[str, ...]:
        """The ways out; each must lead to a step."""
        return ("next",)

    def shortest(self, port: str) -> dt.timedelta:
        """The least time from arriving to leaving by a port."""
        return dt.timedelta(0)

    def pauses(self, port: str) -> bool:
        """Whether leaving by a port takes time or something new every time, so that no circle through it runs by
        itself."""
        return self.rests

    def is_limited(self, port: str) -> bool:
        """Whether an enrolment can leave by a port only so many times."""
        return False

    def may_stay(self, focus: str | None) -> bool:
        """Whether it can stay for ever when nobody does anything; `focus` is the kind of record of the journey."""
        return False

    def due(self, rows: Rows) -> ColumnElement[Any] | None:
        """When an enrolment that arrives now is to be looked at; None is at once."""
        return None

    def waits_for(self, rows: Rows) -> Kinds:
        """The kinds of events that wake it earlier."""
        return ()

    def wakes(self, rows: Rows, event: Any) -> ColumnElement[bool]:
        """Which events of those kinds wake which enrolment."""
        return concerns(rows, event)

    def inserts(self, rows: Rows) -> list[Change]:
        """What it writes when it is looked at; written once, however often it is looked at."""
        return []

    def exit(self, rows: Rows) -> ColumnElement[Any]:
        """The port by which each enrolment leaves; NULL is not yet: it stays and is looked at `again`."""
        return literal("next")

    def again(self, rows: Rows) -> ColumnElement[Any] | None:
        """When an enrolment that stays is looked at again; None is when an event wakes it."""
        return None

    def custom_fields(self) -> Iterable[FieldNeeded]:
        """The custom fields that it reads or writes by itself, pinned when the journey is published."""
        return ()

    def misfits(self, field: CustomField, where: str) -> Iterable[Problem]:
        """What is wrong with what it writes into a field as that is in force; `where` is the place of its config."""
        return ()

    def makes_true(self, known: Known) -> Mapping[str, Mapping[str, Any]]:
        """Field → the rule on it that holds as the step is left, as far as that can be said."""
        return {}

    def rules(self) -> Iterable[Mapping[str, Any]]:
        """The rules it decides by, whose segments are pinned when the journey is published."""
        return ()

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """What is wrong with this step by itself; `where` is the place of its config."""
        return ()

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """What a step without problems does, in one sentence."""
        return reader.translate(self.label)


__all__ = [
    "RECORDED",
    "Change",
    "EventFilter",
    "FieldNeeded",
    "Insert",
    "Kinds",
    "Rows",
    "Step",
    "Tell",
    "Update",
    "concerns",
    "happened_since",
    "is_news",
    "mine",
    "of_visit",
]
