"""Asks a resource for its parts and collects everything that is wrong with it.

A method gives None for what is not there, and for what is wrong; what is wrong is also kept in `problems`, with its
place
(`Encounter.period.start`) and never with its value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.importing.fhir import date_of, moment_of
from journeys.store.importing.references import Reference, reference_of


@dataclass(frozen=True)
class Coded:
    """What a CodeableConcept or Coding says: one code with its system, and the words to show."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


NOT_CODED = Coded()
URIS = "urn:ietf:rfc:3986"
"""The code system of addresses."""


class Reading:
    """One JSON object of a resource, at a place, with the problems of the whole resource."""

    def __init__(self, value: dict[str, Any], where: str, problems: list[Problem] | None = None) -> None:
        """Read `value`, which stands at `where`."""
        self.value = value
        self.where = where
        self.problems: list[Problem] = [] if problems is None else problems

    def has(self, key: str) -> bool:
        """Whether something stands under a key."""
        return self.value.get(key) not in (None, "", [], {})

    def wrong(self, key: str, says: str) -> None:
        """Keep that something is wrong under a key."""
        self.problems.append(Problem(f"{self.where}.{key}", says))

    def typed(self, key: str, kind: type, says: str) -> Any:
        """The value under a key when it is of a kind."""
        value = self.value.get(key)
        if value is None:
            return None
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.wrong(key, says)
            return None
        return value

    def text(self, key: str) -> str | None:
        """A text."""
        return self.typed(key, str, N_("is not a text")) or None

    def flag(self, key: str) -> bool | None:
        """True or false."""
        value: bool | None = self.typed(key, bool, N_("is neither true nor false"))
        return value

    def whole(self, key: str) -> int | None:
        """A whole number that a column can hold."""
        value: int | None = self.typed(key, int, N_("is not a whole number"))
        if value is not None and abs(value) >= 2**63:
            self.wrong(key, N_("is too large"))
            return None
        return value

    def number(self, key: str) -> Decimal | None:
        """A decimal number, exactly as it was written."""
        value = self.value.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong(key, N_("is not a number"))
            return None
        return Decimal(repr(value))

    def moment(self, key: str) -> dt.datetime | None:
        """A date with or without a time, as an instant in UTC (a date alone: its noon)."""
        text = self.text(key)
        if text is None:
            return None
        moment = moment_of(text)
        if moment is None:
            self.wrong(key, N_("is not a date and time"))
        return moment

    def date(self, key: str) -> dt.date | None:
        """A date; a year or a month alone is its first day."""
        text = self.text(key)
        if text is None:
            return None
        day = date_of(text)
        if day is None:
            self.wrong(key, N_("is not a date"))
        return day

    def one(self, key: str) -> Reading | None:
        """The object under a key."""
        value = self.typed(key, dict, N_("is not an object"))
        return None if value is None else Reading(value, f"{self.where}.{key}", self.problems)

    def each(self, key: str) -> list[Reading]:
        """The objects of the list under a key."""
        values = self.typed(key, list, N_("is not a list")) or []
        if not all(isinstance(value, dict) for value in values):
            self.wrong(key, N_("holds something that is not an object"))
            return []
        return [Reading(value, f"{self.where}.{key}[{at}]", self.problems) for at, value in enumerate(values)]

    def texts(self, key: str) -> list[str]:
        """The texts of the list under a key."""
        values = self.typed(key, list, N_("is not a list")) or []
        if not all(isinstance(value, str | None) for value in values):
            self.wrong(key, N_("holds something that is not a text"))
            return []
        return [value for value in values if value]

    def status(self, key: str, known: Collection[str]) -> str | None:
        """A code that must be there and be one of those that FHIR R4 knows here."""
        value = self.text(key)
        if value is None:
            if not self.has(key):
                self.wrong(key, N_("is missing"))
            return None
        return self.known(key, value, known)

    def choice(self, key: str, known: Collection[str]) -> str | None:
        """A code that may be missing, but must be a known one."""
        value = self.text(key)
        return None if value is None else self.known(key, value, known)

    def known(self, key: str, value: str, known: Collection[str]) -> str | None:
        """The value, when it is one of the known ones."""
        if value in known:
            return value
        self.wrong(key, N_("is not one of the codes of FHIR R4"))
        return None

    def period(self, key: str) -> tuple[dt.datetime | None, dt.datetime | None]:
        """From and until; the end may not come before the beginning."""
        period = self.one(key)
        if period is None:
            return None, None
        return period.span("start", "end")

    def span(self, start: str, end: str) -> tuple[dt.datetime | None, dt.datetime | None]:
        """Two moments in order."""
        begins = self.moment(start)
        ends = self.moment(end)
        if begins is not None and ends is not None and ends < begins:
            if self.value[start].startswith(self.value[end]):
                # an end given as a date alone means all of that day, and its noon may lie before the beginning
                return begins, begins
            self.wrong(end, N_("comes before the beginning"))
            return None, None
        return begins, ends

    def coded(self, key: str) -> Coded:
        """The code of a CodeableConcept, or of the first of a list of them."""
        value = self.value.get(key)
        if isinstance(value, list):
            concepts = self.each(key)
            return concepts[0].concept() if concepts else NOT_CODED
        concept = self.one(key)
        return NOT_CODED if concept is None else concept.concept()

    def concept(self) -> Coded:
        """What this object says as a CodeableConcept: the coding that a person chose, else the first with a code."""
        codings = [coding for coding in self.each("coding") if coding.has("code")]
        chosen = [coding for coding in codings if coding.value.get("userSelected") is True] or codings
        words = self.text("text")
        if not chosen:
            return Coded(*self.whole_set(), words)
        coding = chosen[0].coding()
        return Coded(coding.system, coding.code, words or coding.display)

    def whole_set(self) -> tuple[str | None, str | None]:
        """(code system, code) of a concept that names a value set of which none was done, as QI-Core does."""
        extensions = self.value.get("extension")
        said = [each for each in extensions if isinstance(each, dict)] if isinstance(extensions, list) else []
        urls = [each.get("valueCanonical") for each in said if str(each.get("url")).endswith("otDoneValueSet")]
        address = next((url for url in urls if isinstance(url, str) and url), None)
        return (None, None) if address is None else (URIS, address)

    def coding(self) -> Coded:
        """What this object says as a Coding."""
        return Coded(self.text("system"), self.text("code"), self.text("display"))

    def reference(self, key: str, wanted: str) -> Reference | None:
        """The record of the wanted type that is named under a key; None when it is of another type."""
        self.typed(key, dict, N_("is not a reference"))
        found = reference_of(self.value.get(key), wanted)
        return found if found is not None and found.resource_type == wanted else None

    def references(self, key: str, wanted: str, inner: str | None = None) -> tuple[Reference, ...]:
        """Every record of the wanted type that a list may name: by its elements, or by what stands in them under
        `inner`. A urn says no type, so several may be named and the first that is found counts."""
        holders = self.each(key)
        if inner is None:
            holders = [Reading({key: element.value}, self.where, self.problems) for element in holders]
        named = (holder.reference(inner or key, wanted) for holder in holders)
        return tuple(each for each in named if each is not None and each.can_be_found)
