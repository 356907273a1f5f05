"""Where patients stand in a guideline, as of any moment: one statement for however many patients.

    not-due         nothing satisfied it yet, and its window has not opened
    satisfied       something satisfied it, and the next window has not opened
    soon-due, due, overdue
    excluded        it is not for them: an exclusion holds, or the patient has died
    not-actionable  refused until a day, or already booked

Who is not in the population has no row. `reason` says what decided: MET or ANCHOR (what it counts from), UNKNOWN_START
(no anchor is known: it counts from the day the patient was recorded), DONE (no step is left), EXCLUSION, DECEASED,
REFUSED, BOOKED. Days are local days of the patient.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, Date, Integer, Select, and_, case, cast, func, literal, null, or_, select

from journeys.care.guidelines.content import Guideline
from journeys.care.guidelines.dating import Looking, Settled, days_satisfied, last_satisfying, once, starts
from journeys.criteria.compile import MEMBER
from journeys.criteria.dates import Clock, shifted_in_sql
from journeys.criteria.local_days import LocalDays
from journeys.criteria.subject import Subject

NOT_DUE, SOON, DUE, OVERDUE = "not-due", "soon-due", "due", "overdue"
SATISFIED, EXCLUDED, NOT_ACTIONABLE = "satisfied", "excluded", "not-actionable"
STATUSES = (NOT_DUE, SOON, DUE, OVERDUE, SATISFIED, EXCLUDED, NOT_ACTIONABLE)

MET, ANCHOR, UNKNOWN_START, DONE = "met", "anchor", "unknown-start", "done"
EXCLUSION, DECEASED, REFUSED, BOOKED = "exclusion", "deceased", "refused", "booked"
REASONS = (MET, ANCHOR, UNKNOWN_START, DONE, EXCLUSION, DECEASED, REFUSED, BOOKED)

INNER = {"zone", "recorded_at", "deceased", "from_event", "anchor_wins"}
"""Columns that nobody outside asks for."""

Refusals = Select[int, dt.date]
"""`patient_id` and the first day from which a refusal holds no more, one row a patient; of those in force."""


def standings(guideline: Guideline, looking: Looking, refusals: Refusals | None = None) -> Select[Any]:
    """SELECT a row for each patient of the population: status, dates, and every fact that says so.

    `patient_id, status, reason, due_on, opens_on, overdue_on, anchor (its place), anchor_on (what it counts from where
    nothing satisfied it), anchor_record_id, met (the place of what satisfied it), met_on, met_record_id, step, tier,
    excluded_by, refused_until, is_booked, today`. Places count from 0.
    """
    who = members_of(guideline, looking)
    met = last_satisfying(looking, who, guideline.satisfied_by)
    begun = begun_in(guideline, looking, who, met)
    dated = windowed(guideline, due_in(guideline, looking, begun, met))
    until: Any = cast(null(), Date)
    rows: Any = dated
    if refusals is not None:
        refused = refusals.subquery("refused")
        rows = dated.outerjoin(refused, refused.c.patient_id == dated.c.patient_id)
        until = case((refused.c.until_on > dated.c.today, refused.c.until_on))
    named = [column for column in dated.c if column.name not in INNER and not column.name.startswith("field_")]
    status, reason = status_of(guideline, dated, until)
    return select(*named, status.label("status"), reason.label("reason"), until.label("refused_until")).select_from(
        rows
    )


def members_of(guideline: Guideline, looking: Looking) -> Any:
    """The population with what rules say of each: the exclusion, the tier, whether they are booked."""
    days = LocalDays()
    subject = Subject(patient_id=MEMBER.c.id, now=looking.now, patient=MEMBER, many=looking.among is None)
    rule = looking.rule(subject, days)
    holds = rule.holds(guideline.population)
    # what follows is a value and no condition: records are looked up by themselves
    rule.is_one_of_several = True
    exclusions = {place: rule.holds(each.rule) for place, each in enumerate(guideline.exclusions)}
    tiers = {place: rule.holds(each.rule) for place, each in enumerate(guideline.tiers)}
    booked = literal(False) if guideline.booked is None else func.coalesce(rule.holds(guideline.booked), literal(False))
    fields = [
        rule.fact(anchor.field)[0].label(f"field_{place}")
        for place, anchor in enumerate(guideline.anchors)
        if anchor.field
    ]
    columns = [
        MEMBER.c.id.label("patient_id"),
        MEMBER.c.recorded_at,
        func.coalesce(had_died(looking), literal(False)).label("deceased"),
        rule.clock.zone.label("zone"),
        rule.clock.today_for_many().label("today"),
        first_of(exclusions).label("excluded_by"),
        first_of(tiers).label("tier"),
        booked.label("is_booked"),
        *fields,
    ]
    asked = select(*columns).select_from(days.joined_to(MEMBER)).where(MEMBER.c.merged_into_id.is_(None), holds)
    if looking.among is not None:
        asked = asked.where(MEMBER.c.id.in_(looking.among))
    return once(asked, "who")


def had_died(looking: Looking) -> Any:
    """Whether the patient is dead, whatever the record says since when; on a day that is over, whether they were."""
    if not looking.past:
        return MEMBER.c.deceased
    return and_(MEMBER.c.deceased, or_(MEMBER.c.deceased_at.is_(None), MEMBER.c.deceased_at <= looking.now))


def first_of(flags: dict[int, Any]) -> Any:
    """The place of the first that holds; NULL for none."""
    whens = [(flag, literal(place)) for place, flag in flags.items()]
    return case(*whens) if whens else cast(null(), Integer)


def begun_in(guideline: Guideline, looking: Looking, who: Any, met: Any) -> Any:
    """The population with the day from which each counts where nothing satisfied it yet, and what that day is."""
    found = starts(looking, who, guideline.anchors, Settled(met, guideline.soon))
    rows = who
    for start in found:
        if start.rows is not None:
            rows = rows.outerjoin(start.rows, start.rows.c.patient_id == who.c.patient_id)
    days = [shifted_in_sql(start.day, each.plus) for start, each in zip(found, guideline.anchors, strict=True)]
    recorded = Clock(looking.now, who.c.zone).local_day(who.c.recorded_at)
    chosen = first_of({place: day.is_not(None) for place, day in enumerate(days)})
    wins = [literal(each.wins) for each in guideline.anchors]
    columns = [
        *who.c,
        chosen.label("anchor"),
        picked_by(days, days, recorded).label("anchor_on"),
        picked_by(days, [start.record_id for start in found], cast(null(), BigInteger)).label("anchor_record_id"),
        picked_by(days, wins, literal(False)).label("anchor_wins"),
    ]
    return once(select(*columns).select_from(rows), "begun")


def picked_by(days: list[Any], values: list[Any], otherwise: Any) -> Any:
    """The value beside the first day that is known."""
    whens = [(day.is_not(None), value) for day, value in zip(days, values, strict=True)]
    return case(*whens, else_=otherwise) if whens else otherwise


def due_in(guideline: Guideline, looking: Looking, begun: Any, met: Any) -> Any:
    """The same with what satisfied it last, the day on which it is due next, and whether that comes from an event."""
    rows = begun.outerjoin(met, met.c.patient_id == begun.c.patient_id)
    if not guideline.steps:
        due, from_event, step = by_interval(guideline, begun, met)
    elif guideline.make_up:
        counted = days_satisfied(looking, begun, guideline.satisfied_by)
        rows = rows.outerjoin(counted, counted.c.patient_id == begun.c.patient_id)
        due, step = by_count(guideline, begun, counted)
        from_event = literal(False)
    else:
        due, step = by_dates(guideline, begun, met)
        from_event = literal(False)
    columns = [
        *begun.c,
        met.c.place.label("met"),
        met.c.day.label("met_on"),
        met.c.record_id.label("met_record_id"),
        due.label("due_on"),
        from_event.label("from_event"),
        step.label("step"),
    ]
    return once(select(*columns).select_from(rows), "due")


def by_interval(guideline: Guideline, begun: Any, met: Any) -> tuple[Any, Any, Any]:
    """The interval of the tier after the last event; the anchor before there is one, or where it wins in time."""
    later = shifted_in_sql(met.c.day, guideline.interval)
    whens = [
        (begun.c.tier == place, shifted_in_sql(met.c.day, tier.interval)) for place, tier in enumerate(guideline.tiers)
    ]
    opens = shifted_in_sql(begun.c.anchor_on, guideline.soon, -1)
    after = case(*whens, else_=later) if whens else later
    is_sooner = and_(begun.c.anchor_wins, opens > met.c.day, opens <= after)
    is_started = or_(met.c.day.is_(None), is_sooner)
    return case((is_started, begun.c.anchor_on), else_=after), ~is_started, cast(null(), Integer)


def by_dates(guideline: Guideline, begun: Any, met: Any) -> tuple[Any, Any]:
    """The first step that the last event was too early for: before its window, or no later than the step before."""
    days = [shifted_in_sql(begun.c.anchor_on, step) for step in guideline.steps]
    opens = [shifted_in_sql(day, guideline.soon, -1) for day in days]
    starts_at = [opens[0], *[func.greatest(each, day + 1) for each, day in zip(opens[1:], days, strict=False)]]
    whens = {place: or_(met.c.day.is_(None), start > met.c.day) for place, start in enumerate(starts_at)}
    due = case(*[(flag, days[place]) for place, flag in whens.items()])
    return due, first_of(whens)


def by_count(guideline: Guideline, begun: Any, counted: Any) -> tuple[Any, Any]:
    """The step after as many as there were days on which it was satisfied, not sooner than `least` after the last."""
    done = func.coalesce(counted.c.days, 0)
    days = [shifted_in_sql(begun.c.anchor_on, step) for step in guideline.steps]
    if guideline.least:
        soonest = shifted_in_sql(counted.c.last_day, guideline.least)
        # of NULL and a day the greatest is the day
        days = [func.greatest(day, soonest) for day in days]
    step = case((done < len(days), cast(done, Integer)))
    return case(*[(done == place, day) for place, day in enumerate(days)]), step


def windowed(guideline: Guideline, due: Any) -> Any:
    """The same with the days on which it opens and is overdue."""
    opens = shifted_in_sql(due.c.due_on, guideline.soon, -1).label("opens_on")
    overdue = shifted_in_sql(due.c.due_on, guideline.overdue).label("overdue_on")
    return once(select(*due.c, opens, overdue), "dated")


def status_of(guideline: Guideline, dated: Any, until: Any) -> tuple[Any, Any]:
    """(status, reason), the first that is so."""
    is_met = dated.c.met.is_not(None)
    is_booked = dated.c.is_booked
    if not guideline.hides_overdue:
        is_booked = and_(is_booked, dated.c.today < dated.c.overdue_on)
    counted = case(
        (dated.c.from_event, literal(MET)), (dated.c.anchor.is_(None), literal(UNKNOWN_START)), else_=literal(ANCHOR)
    )
    whens = [
        (dated.c.deceased, EXCLUDED, literal(DECEASED)),
        (dated.c.excluded_by.is_not(None), EXCLUDED, literal(EXCLUSION)),
        (dated.c.due_on.is_(None), SATISFIED, literal(DONE)),
        (and_(dated.c.today < dated.c.opens_on, is_met), SATISFIED, counted),
        (dated.c.today < dated.c.opens_on, NOT_DUE, counted),
        (until.is_not(None), NOT_ACTIONABLE, literal(REFUSED)),
        (is_booked, NOT_ACTIONABLE, literal(BOOKED)),
        (dated.c.today < dated.c.due_on, SOON, counted),
        (dated.c.today < dated.c.overdue_on, DUE, counted),
    ]
    status = case(*[(flag, literal(says)) for flag, says, _ in whens], else_=literal(OVERDUE))
    return status, case(*[(flag, why) for flag, _, why in whens], else_=counted)
