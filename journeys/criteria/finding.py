"""Compiles what happened: whether a patient has the records that a rule asks for.

For most of the patients at once, counting groups the whole table once, and the latest record of each is picked once for
all; in a batch, each row looks its own up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, func, literal, not_, or_, select, true, type_coerce
from sqlalchemy.dialects.postgresql import distinct_on

from journeys.criteria.comparing import Comparison, Flag, Groups
from journeys.criteria.dates import Clock
from journeys.criteria.fields import RECORDS
from journeys.criteria.fields.base import Record
from journeys.criteria.kinds import CODE, DAY
from journeys.criteria.known import Known
from journeys.criteria.linked import are_linked
from journeys.criteria.local_days import BoundingClock, JoinedClock
from journeys.criteria.operators import OPERATORS
from journeys.criteria.operators.base import Fact
from journeys.criteria.shapes import NAMING, OF_STRETCHES, Rule, leans_on_patient, pick_of
from journeys.store.people import Patient

SEALED = "_sealed"
STATUS = "status"
WHOSE = Patient.__table__.alias("whose")


def no_clock() -> Clock | None:
    """There is none that is quicker."""
    return None


class RecordRule(Groups):
    """Conditions on the attributes of one row of a record's table."""

    def __init__(self, record: Record, row: Any, clock: Clock, known: Known) -> None:
        """`row` is the alias of the table that the conditions read."""
        self.attributes = {**known.attributes(record), "date": record.attributes[record.when]}
        self.row = row
        self.clock = clock
        self.known = known

    def condition_holds(self, rule: Rule) -> Flag:
        """Compare one attribute."""
        return self.comparison(rule).holds()

    def condition_fails(self, rule: Rule) -> Flag:
        """Compare one attribute."""
        return self.comparison(rule).fails()

    def comparison(self, rule: Rule) -> Comparison:
        """The comparison that a condition means."""
        attribute = self.attributes[rule["field"]]
        return Comparison(attribute.fact(self.row, self.clock), attribute.facet(), rule, self.known)


class BesideRule(Groups):
    """Rules on other records of the patient, beside one that was found."""

    def __init__(self, finding: Finding) -> None:
        """`finding` finds the other ones."""
        self.finding = finding

    def condition_holds(self, rule: Rule) -> Flag:
        """Look for other records."""
        return self.finding.happened(rule)


@dataclass(frozen=True)
class Finding:
    """Finds the records of one patient.

    `clock_of` gives the clock for a row of records by itself, `beside_patient` the one for a row that is compared
    beside its patient, where there is a quicker one. `many` says that most patients are asked at once. `outer` is the
    (kind, row) of the record that others are looked for beside of.
    """

    patient_id: ColumnElement[int]
    clock_of: Callable[[Any], Clock]
    known: Known
    many: bool = False
    beside_patient: Callable[[], Clock | None] = no_clock
    outer: tuple[Record, Any] | None = None

    def happened(self, rule: Rule) -> Flag:
        """Whether there are as many records as the rule wants."""
        return counted(rule, self.more_than)

    def more_than(self, rule: Rule, number: int) -> Flag:
        """Whether the patient has more than `number` of the records; of what a rule picks there is one or none."""
        if number < 0:
            return true()
        if pick_of(rule):
            return self.picked(rule)
        if "days" in rule:
            return self.lasts_long_enough(rule, rule["days"]["at_least"])
        record = RECORDS[rule["happened"]]
        row = self.rows_of(record)
        if number and self.is_alone(rule):
            return self.in_grouped(rule, record, row, number)
        beside_patient = self.beside_patient()
        clock = beside_patient or self.clock_of(row)
        found = [self.is_there(rule, record, row), *self.is_wanted(rule, record, row, clock)]
        if number == 0 and self.is_alone(rule) and beside_patient is None and names_codes(rule, record):
            return self.patient_id.in_(select(row.c.patient_id).where(*found).correlate(None))
        found = [*self.mine(rule, record, row), *found]
        if number == 0:
            return self.exists(row, found)
        counted = select(literal(1)).select_from(row).where(*found).group_by(row.c.patient_id)
        return counted.having(func.count() > number).correlate_except(row).exists()

    def lasts_long_enough(self, rule: Rule, wanted: int) -> Flag:
        """Whether the records cover as many days of the patient: a day on which several lasted counts once."""
        record = RECORDS[rule["happened"]]
        row = self.rows_of(record)
        clock = self.clock_of(row)
        found = [*self.mine(rule, record, row), self.is_there(rule, record, row)]
        found += self.is_wanted(rule, record, row, clock)
        covered = select(func.range_agg(days_of(rule, record, row, clock))).select_from(row).where(*found)
        piece = func.unnest(covered.correlate_except(row).scalar_subquery()).column_valued("piece")
        length = func.upper(piece, type_=Date) - func.lower(piece, type_=Date)
        return select(func.coalesce(func.sum(type_coerce(length, Integer)), 0)).scalar_subquery() >= wanted

    def is_alone(self, rule: Rule) -> bool:
        """Whether the records can be looked for by themselves, once for all patients."""
        return self.many and self.outer is None and not leans_on_patient(rule)

    def in_grouped(self, rule: Rule, record: Record, row: Any, number: int) -> Flag:
        """Whether the patient is among those with more than `number` records, counted once for all.

        First by where days begin in any zone; only who would not have as many in each zone is looked at in their own.
        """
        clock = self.clock_of(row)
        anyhow = {name: part for name, part in rule.items() if name != "window"}
        found = [self.is_there(rule, record, row), *self.is_wanted(anyhow, record, row, clock)]
        in_any, in_each = (in_window(rule, record, row, bounding(clock, in_each=each)) for each in (False, True))
        grouped = select(row.c.patient_id, func.count().filter(in_each).label("surely")).where(*found, in_any)
        group = grouped.group_by(row.c.patient_id).having(func.count() > number).correlate(None).subquery("grouped")
        of_group = row.c.patient_id == group.c.patient_id
        exactly = self.count_in_window(rule, record, row, [of_group, *found]).correlate(group).scalar_subquery()
        enough = select(group.c.patient_id).where(or_(group.c.surely > number, exactly > number)).subquery("enough")
        return self.exists(enough, [enough.c.patient_id == self.patient_id])

    def count_in_window(self, rule: Rule, record: Record, row: Any, found: list[Flag]) -> Select[int]:
        """SELECT how many of the records found lie in the window, by the days of each patient's zone."""
        usual = self.clock_of(row)
        clock = JoinedClock(usual.now, usual.zone)
        inside = in_window(rule, record, row, clock)
        beside = row.join(clock.days.joined_to(WHOSE), WHOSE.c.id == row.c.patient_id)
        return select(func.count()).select_from(beside).where(*found, inside)

    def picked(self, rule: Rule) -> Flag:
        """Whether the first, last or next record of those that fit is as the rule wants it."""
        record = RECORDS[rule["happened"]]
        row = self.rows_of(record)
        pick = str(pick_of(rule))
        clock = self.clock_of(row)
        fits = [self.is_there(rule, record, row), on_its_side(pick, record, row, clock)]
        if rule[pick]:
            fits.append(RecordRule(record, row, clock, self.known).holds({"all": rule[pick]}))
        date = record.attributes[record.when].value(row)
        keys = [row.c.patient_id, date, row.c.id]
        # one direction for all, so that an index by patient and date is read as it stands
        order = [key.desc() for key in keys] if pick == "last_of" else keys
        columns = [column for column in row.c if not column.name.endswith(SEALED)]
        chosen = select(*columns).where(*fits).order_by(*order)
        if self.many and self.outer is None:
            once = chosen.ext(distinct_on(row.c.patient_id))
            one = once.correlate_except(row).subquery(f"picked_{record.name}")
        else:
            one = chosen.where(*self.mine(rule, record, row)).limit(1).correlate_except(row).subquery("picked_beside")
        clock = self.beside_patient() or self.clock_of(one)
        return self.exists(one, [one.c.patient_id == self.patient_id, *self.is_wanted(rule, record, one, clock)])

    def rows_of(self, record: Record) -> Any:
        """The table of a record under a name that is not taken here."""
        return record.rows if self.outer is None else record.other_rows

    def mine(self, rule: Rule, record: Record, row: Any) -> list[Flag]:
        """One of the patient, another than the one found before, and linked with it where that is asked."""
        mine = [row.c.patient_id == self.patient_id]
        if self.outer is not None and self.outer[0] is record:
            mine.append(row.c.id != self.outer[1].c.id)
        if self.outer is not None and "linked" in rule:
            mine.append(are_linked(rule["linked"], (record, row), self.outer))
        return mine

    def is_there(self, rule: Rule, record: Record, row: Any) -> Flag:
        """Whether a row is a record at all: one that says that it did not happen is none, unless just that is asked."""
        if rule.get("not_done"):
            return record.refused(row)
        return true() if says_that_it_counts(rule, record) else record.counts(row)

    def exists(self, row: Any, found: list[Flag]) -> Flag:
        """Whether there is a row."""
        return select(literal(1)).select_from(row).where(*found).correlate_except(row).exists()

    def is_wanted(self, rule: Rule, record: Record, row: Any, clock: Clock) -> list[Flag]:
        """What a record must be: as `where` wants it, within the window, with the others that must be beside it."""
        found = []
        if rule.get("where"):
            found.append(RecordRule(record, row, clock, self.known).holds({"all": rule["where"]}))
            narrowed = record.narrowed(row, rule["where"])
            found += [] if narrowed is None else [narrowed]
        if rule.get("window"):
            found.append(in_window(rule, record, row, clock))
        if rule.get("also"):
            found.append(BesideRule(self.beside(record, row)).holds({"all": rule["also"]}))
        return found

    def beside(self, record: Record, row: Any) -> Finding:
        """Finds other records of the same patient, with the dates of this one."""

        def date_of(name: str) -> tuple[ColumnElement[Any], str]:
            attribute = record.attributes[record.when] if name == "date" else self.known.attributes(record)[name]
            return attribute.value(row), attribute.kind

        def clock_of(other: Any) -> Clock:
            return self.clock_of(other).beside(date_of)

        def beside_patient() -> Clock | None:
            clock = self.beside_patient()
            return None if clock is None else clock.beside(date_of)

        looking = replace(self, patient_id=row.c.patient_id, many=False, outer=(record, row))
        return replace(looking, clock_of=clock_of, beside_patient=beside_patient)


def counted(rule: Rule, more_than: Callable[[Rule, int], Flag]) -> Flag:
    """Whether there are as many records as the rule wants; `more_than` says whether there are more than a number."""
    count = rule.get("count", {"at_least": 1})
    if "at_least" in count:
        return more_than(rule, count["at_least"] - 1)
    if "at_most" in count:
        return not_(more_than(rule, count["at_most"]))
    exactly = count["exactly"]
    if exactly == 0:
        return not_(more_than(rule, 0))
    return and_(more_than(rule, exactly - 1), not_(more_than(rule, exactly)))


def on_its_side(pick: str, record: Record, row: Any, clock: Clock) -> Flag:
    """Up to now, or from now on for the next one; a record without a date is neither."""
    attribute = record.attributes[record.when]
    value = attribute.value(row)
    if pick == "next_of":
        return clock.not_before(value, attribute.kind, {"now": True})
    return clock.not_after(value, attribute.kind, {"now": True})


def names_codes(rule: Rule, record: Record) -> bool:
    """Whether a rule looks for certain codes, so that few enough records fit to be looked up once for all.

    Of too many for its memory PostgreSQL would read all for each row; as EXISTS it may look each row up instead.
    """
    asked = [each for each in rule.get("where", []) if each.get("is") in (*NAMING, "in_value_set")]
    attributes = [record.attributes.get(each["field"]) for each in asked]
    return any(each is not None and each.beside and each.kind == CODE for each in attributes)


def says_that_it_counts(rule: Rule, record: Record) -> bool:
    """Whether a rule asks for statuses that count anyway: comparing them twice would cost, and mislead the planner."""
    asked = [each for each in rule.get("where", []) if each.get("field") == STATUS and each["is"] in NAMING]
    wanted = [each["value"] if each["is"] == "one_of" else [each["value"]] for each in asked]
    return any(record.not_counted and not {*values} & {*record.not_counted} for values in wanted)


def bounding(clock: Clock, *, in_each: bool) -> Clock:
    """The clock of a row, for what is so in each zone or in any."""
    return BoundingClock(clock.now, clock.zone, in_each=in_each)


def in_window(rule: Rule, record: Record, row: Any, clock: Clock) -> Flag:
    """Whether a record lies in the window of a rule, if it has one."""
    if "window" not in rule:
        return true()
    return within(rule["window"], record, row, clock)


def within(window: Rule, record: Record, row: Any, clock: Clock) -> Flag:
    """Whether a record lies in a window; one without the dates that the window looks at never does."""
    [way] = window
    if way in OF_STRETCHES:
        return lasted(way, window[way], record, row, clock)
    attribute = record.attributes[record.when]
    fact = Fact(attribute.value(row), attribute.kind, clock)
    if "last" in window:
        return clock.within_last(fact.value, fact.kind, window["last"])
    if "next" in window:
        return clock.within_next(fact.value, fact.kind, window["next"])
    if "between" in window:
        return OPERATORS["between"].holds(fact, window["between"])
    [(way, span)] = window.items()
    back = {unit: -number for unit, number in span.items()}
    if way == "after":
        begun = clock.since_record(fact.value, fact.kind, "date")
    else:
        begun = clock.not_before(fact.value, fact.kind, {"record": "date", "plus": back})
    if way == "before":
        return and_(begun, clock.until_record(fact.value, fact.kind, "date"))
    return and_(begun, clock.not_after(fact.value, fact.kind, {"record": "date", "plus": span}))


def lasted(way: str, moments: list[Any], record: Record, row: Any, clock: Clock) -> Flag:
    """Whether the stretch of time of a record meets another one, lies in it, or ends in it."""
    first, last = moments
    (began, kind), (ended, _) = record.begins(row), record.ends(row)
    if way == "overlaps":
        not_over = or_(ended.is_(None), clock.not_before(ended, kind, first))
        return and_(clock.not_after(began, kind, last), not_over)
    begins_inside = clock.not_before(began if way == "during" else ended, kind, first)
    return and_(begins_inside, clock.not_after(ended, kind, last))


def days_of(rule: Rule, record: Record, row: Any, clock: Clock) -> ColumnElement[Any]:
    """The local days on which a record lasted, as a range; of a window that it overlaps only those in it."""
    (began, kind), (ended, _) = record.begins(row), record.ends(row)
    first, last = (value if kind == DAY else clock.local_day(value) for value in (began, ended))
    # what goes on has lasted until today
    last = func.coalesce(last, clock.today().value)
    edges = rule.get("window", {}).get("overlaps")
    if edges:
        first = func.greatest(first, clock.day_of(edges[0]).value)
        last = func.least(last, clock.day_of(edges[1]).value)
    return func.daterange(first, func.greatest(first, last), "[]")
