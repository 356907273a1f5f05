"""Puts an explanation into words: every node of a rule with its truth, its sentence and its evidence."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import format_decimal, gettext
from markupsafe import Markup, escape

from app.base.look import day, moment
from app.base.words import say, say_texts
from journeys.criteria.explain.explain_segment import SegmentExplained
from journeys.criteria.explain.facts import STATEMENTS
from journeys.criteria.explain.nodes import FactSeen, Node, Origin, RecordSeen, RecordsSeen, Statement
from journeys.criteria.fields import RECORDS
from journeys.criteria.kinds import CODES, DAY, INSTANT, NUMBER, TEXT, YES_NO, Facet
from journeys.criteria.sentence import Reader
from journeys.criteria.shapes import shape_of
from journeys.foundation.words import N_

TRUTHS = {
    True: ("good", "check", N_("Yes")),
    False: ("danger", "close", N_("No")),
    None: ("warning", "help", N_("Not known")),
}
"""Truth → how it is shown: tone, icon, words."""

NOT_SHOWN = ("", "lock", N_("Not shown"))
"""The same for what the reader may not learn."""

GROUPS = {
    "all": N_("All of these"),
    "any": N_("At least one of these"),
    "none": N_("None of these"),
}


@dataclass(frozen=True)
class Seen:
    """One record as it is shown: what it is, when, what of it is looked at, what it does not fit, where it is from."""

    title: str
    at: Any
    values: list[tuple[str, Any]]
    fits: bool
    misses: list[str]
    origin: list[Any]


@dataclass(frozen=True)
class Line:
    """One node as it is shown. `decides` marks the conditions that make the answer what it is; `is_closed` those on a
    field that the reader may not see."""

    where: str
    truth: tuple[str, str, str]
    words: str
    decides: bool
    parts: list["Line"]
    is_group: bool
    value: Any
    statements: list[list[Any]]
    found: str
    records: list[Seen]
    notes: list[str]
    is_closed: bool

    @property
    def matters(self) -> bool:
        """Whether it, or something inside it, makes the answer what it is."""
        return self.decides or any(part.matters for part in self.parts)

    @property
    def at_hand(self) -> list[Seen]:
        """The records that are shown at once: those that fit, else the nearest where a reader will ask for it."""
        fitting = [seen for seen in self.records if seen.fits]
        return fitting or self.records[: 1 if self.decides else 0]

    @property
    def others(self) -> list[Seen]:
        """The rest of them, shown when asked for."""
        at_hand = self.at_hand
        return [seen for seen in self.records if seen not in at_hand]


class Telling:
    """Tells one explanation in the reader's language."""

    def __init__(self, explained: SegmentExplained) -> None:
        """Keep whose it is, and the words that names stand for."""
        self.why = explained.why
        self.reader = Reader(gettext, say_texts, explained.known, None)
        self.deciding = {node.where for node in explained.why.reasons()}

    def root(self) -> Line:
        """The whole rule."""
        return self.line(self.why.root)

    def reasons(self) -> list[Line]:
        """The conditions that decide."""
        return [self.line(node) for node in self.why.reasons()]

    def line(self, node: Node) -> Line:
        """One node with everything inside it."""
        shape = shape_of(node.rule) or ""
        records = node.records
        return Line(
            where=node.where,
            truth=NOT_SHOWN if node.is_closed else TRUTHS[node.truth],
            words=gettext(GROUPS[shape]) if shape in GROUPS else self.reader.whole(node.rule),
            decides=node.where in self.deciding,
            parts=[self.line(part) for part in node.parts],
            is_group=shape in GROUPS,
            value=None if node.fact is None else fact_words(node.fact),
            statements=[] if node.fact is None else [statement_words(each) for each in node.fact.statements],
            found="" if records is None else found_words(records),
            records=[] if records is None else [self.seen(each, node) for each in records.nearest],
            notes=[gettext(note.says) for note in node.notes],
            is_closed=node.is_closed and not node.parts,
        )

    def seen(self, record: RecordSeen, node: Node) -> Seen:
        """One record of a condition."""
        kind = RECORDS[node.rule["happened"]]
        return Seen(
            title=record.display or gettext(kind.singular),
            at=when_words(record.at),
            values=[(label_of(facet), value_words(facet, value)) for facet, value in record.values],
            fits=record.fits,
            misses=[self.miss(where.removeprefix(f"{node.where}."), node) for where in record.missed],
            origin=list(self.origin_words(record.origin)),
        )

    def miss(self, place: str, node: Node) -> str:
        """What a record does not fit, by its place in the condition."""
        key, _, position = place.partition(".")
        if key == "window":
            return gettext("its date")
        if not position:
            return gettext("on the other side of now, or without a date")
        reader = self.reader if key == "also" else replace(self.reader, record=RECORDS[node.rule["happened"]])
        return reader.whole(node.rule[key][int(position)])

    def origin_words(self, origin: Origin) -> Iterator[Any]:
        """Where a record comes from, and whether it came after the day that is looked at."""
        yield from origin_words(origin)
        if self.why.is_past and origin.received_at is not None and origin.received_at > self.why.at:
            yield gettext("received after that day: it may not have been known here, or otherwise")


def fact_words(fact: FactSeen) -> Any:
    """The value of a fact."""
    return value_words(fact.facet, fact.value)


def value_words(facet: Facet, value: Any) -> Any:
    """A value as people read it; empty when it is not known."""
    if value is None:
        return ""
    if facet.kind == YES_NO:
        return gettext("Yes") if value else gettext("No")
    if facet.kind == TEXT:
        return gettext("recorded")
    if facet.kind in {DAY, INSTANT}:
        return when_words(value)
    if facet.kind == NUMBER:
        return f"{format_decimal(value)} {facet.unit}".strip()
    if facet.kind == CODES:
        return ", ".join(code_words(facet, each) for each in value)
    return code_words(facet, value)


def code_words(facet: Facet, code: Any) -> str:
    """A code in words, where it has any."""
    if code in facet.names:
        return say_texts(facet.names[code])
    return gettext(facet.choices[code]) if code in facet.choices else str(code)


def label_of(facet: Facet) -> str:
    """What a fact is called."""
    return say_texts(facet.texts) or gettext(facet.label)


def when_words(at: Any) -> Any:
    """A day, or a moment with its time."""
    return moment(at) if hasattr(at, "hour") else day(at)


def statement_words(statement: Statement) -> list[Any]:
    """The pieces of one row behind a fact: what it says, since and until when, who wrote it down, where it is from."""
    pieces: list[Any] = [gettext(STATEMENTS[statement.says])]
    if statement.from_at is not None:
        pieces.append(dated(gettext("from"), statement.from_at))
    if statement.until_at is not None:
        pieces.append(dated(gettext("until"), statement.until_at))
    if statement.recorded_by:
        pieces.append(gettext("written down by %(who)s", who=statement.recorded_by))
    return [*pieces, *origin_words(statement.origin)]


def origin_words(origin: Origin) -> Iterator[Any]:
    """Which system a row came from, and when last."""
    if origin.slug is None:
        yield gettext("made in Waymark")
        return
    yield say_texts(origin.name) or origin.slug
    if origin.received_at is not None:
        yield dated(gettext("received"), origin.received_at)


def dated(words: str, at: Any) -> Markup:
    """Words with a moment behind them."""
    return escape(words) + " " + moment(at)


def found_words(records: RecordsSeen) -> str:
    """How many records a condition finds."""
    kind = RECORDS[records.kind]
    if records.total == 0:
        return say(N_("There is no %(record)s at all."), {"record": gettext(kind.singular)})
    data = {"found": records.found, "total": records.total, "records": gettext(kind.plural)}
    return say(N_("%(found)s of %(total)s %(records)s fit."), data)
