"""What a message is: segments of fields, each with repetitions, components and subcomponents.

A text that is not there is None; one that the sender says to be nothing (`""`) is `NOTHING`: the first leaves what is
known, the second takes it away (HL7 2.8.2, chapter 2.5.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from journeys.sync.hl7.escapes import Delimiters, unescape

NOTHING = ""
"""The text of a field that the sender says to be nothing."""

NULL = '""'


@dataclass(frozen=True)
class Finding:
    """One thing that was tolerated: which, and where (`PID-3`, or "" for the whole message); never the value."""

    code: str
    where: str = ""


@dataclass(frozen=True)
class Value:
    """One repetition of a field, as it came; components and subcomponents are cut and unescaped when they are asked
    for, both counted from 1."""

    raw: str
    delimiters: Delimiters

    def __bool__(self) -> bool:
        """Whether anything is said, be it that there is nothing."""
        return self.raw != ""

    @property
    def is_nothing(self) -> bool:
        """Whether the sender says that there is nothing."""
        return self.raw == NULL

    @property
    def components(self) -> list[str]:
        """The components as they came."""
        return self.raw.split(self.delimiters.component)

    def text(self, component: int = 1, subcomponent: int = 1) -> str | None:
        """The text of one component; None where nothing is said, NOTHING where the sender says that it is nothing."""
        if self.is_nothing:
            return NOTHING
        components = self.components
        if component > len(components):
            return None
        parts = components[component - 1].split(self.delimiters.subcomponent)
        if subcomponent > len(parts):
            return None
        return self.meant(parts[subcomponent - 1])

    def whole(self) -> str | None:
        """The text of the whole field, for types that have no components (a text may hold `^` unescaped)."""
        return self.meant(self.raw)

    def meant(self, raw: str) -> str | None:
        """A text as it is meant: trimmed and without escapes."""
        if raw == NULL:
            return NOTHING
        return unescape(raw, self.delimiters).strip() or None


@dataclass(frozen=True)
class Segment:
    """One segment; `fields[1]` is its first field. Of a header, `fields[1]` and `fields[2]` are the delimiters."""

    name: str
    fields: Sequence[str]
    delimiters: Delimiters

    def each(self, number: int) -> list[Value]:
        """The repetitions of a field that say anything."""
        raw = self.raw(number)
        parts = raw.split(self.delimiters.repetition) if raw else []
        return [Value(part, self.delimiters) for part in parts if part]

    def one(self, number: int) -> Value:
        """The first repetition of a field; an empty one where nothing is said."""
        return next(iter(self.each(number)), Value("", self.delimiters))

    def text(self, number: int, component: int = 1, subcomponent: int = 1) -> str | None:
        """The text of a component of the first repetition."""
        return self.one(number).text(component, subcomponent)

    def raw(self, number: int) -> str:
        """A field as it came; "" where nothing is said."""
        return self.fields[number] if number < len(self.fields) else ""


@dataclass(frozen=True)
class Message:
    """A message that could be read. `character_set` is the Python codec that its bytes were read with."""

    segments: Sequence[Segment]
    character_set: str
    findings: Sequence[Finding] = field(default=())

    @property
    def header(self) -> Segment:
        """MSH."""
        return self.segments[0]

    @property
    def code(self) -> str:
        """What kind of message it is, as `ADT`; "" where it does not say."""
        return (self.header.text(9, 1) or "").upper()

    @property
    def trigger(self) -> str:
        """The event that it tells of, as `A01`; from EVN where the header does not say."""
        said = self.header.text(9, 2)
        if said:
            return said.upper()
        event = self.first("EVN")
        return ((event.text(1) if event else None) or "").upper()

    @property
    def control_id(self) -> str:
        """What the sender calls this message; "" where it does not."""
        return self.header.text(10) or ""

    @property
    def sender(self) -> str:
        """The sending application and facility, as `LAB|MAIN`."""
        return f"{self.header.text(3) or ''}|{self.header.text(4) or ''}"

    def first(self, name: str) -> Segment | None:
        """The first segment of this name."""
        return next(self.each(name), None)

    def each(self, name: str) -> Iterator[Segment]:
        """The segments of this name, in order."""
        return (segment for segment in self.segments if segment.name == name)
