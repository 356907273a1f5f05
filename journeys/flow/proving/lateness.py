"""How long before or after a date of the record a step is reached at the soonest, on whichever way is the latest.

Times are counted from the date: negative before it. Waits take the least time they can, so a step may be reached later
still, never sooner; clocks that change are left out of account.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from journeys.contact.rules.quiet_hours import Hours as QuietHours
from journeys.flow.proving.ways import NO_TIME, hops_of, joined, way_to
from journeys.flow.text.definition import Head, Node
from journeys.flow.text.focus import RECORDS, dates_of, is_day
from journeys.flow.text.times import FocusMoment
from journeys.foundation.errors import Stride

A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Arrival:
    """A way to a step: when it is reached at the soonest, counted from the date.

    `is_waking` says that the way comes there at an hour that a wait has chosen, and that is not a quiet one.
    """

    step: str
    at: dt.timedelta
    is_waking: bool
    before: Arrival | None = None
    port: str | None = None

    def way(self) -> tuple[Stride, ...]:
        """The steps from the wait for the date on."""
        arrivals = [self]
        while arrivals[-1].before is not None:
            arrivals.append(arrivals[-1].before)
        began = arrivals[-1].at
        ports = [None, *(each.port for each in arrivals)]
        strides = [Stride(each.step, port, each.at - began) for each, port in zip(arrivals, ports, strict=False)]
        return tuple(reversed(strides))


def messages_of_use(head: Head, nodes: Mapping[str, Node]) -> Iterator[tuple[Node, FocusMoment]]:
    """Each step whose message is of use up to a moment that is counted from a date of the record, and that moment."""
    for node in nodes.values():
        moment = getattr(node.step, "useful_until", None)
        if isinstance(moment, FocusMoment) and head.focus in RECORDS and moment.focus in dates_of(head.focus):
            yield node, moment


Best = dict[tuple[str, bool], Arrival]


def latest_arrivals(
    nodes: Mapping[str, Node], start: str, focus: str, date: str, quiet: QuietHours
) -> Iterator[tuple[Arrival, tuple[Stride, ...]]]:
    """Every step that follows a wait for the date, with the latest way to it, from the start of the journey.

    A step can come twice: at a waking hour and at any. Ways of twice as many hops as there are steps are looked at, so
    work stays bounded where a journey goes round.
    """
    for waited in nodes:
        to_wait = way_to(nodes, start, [waited]) if waits_for(nodes[waited], date) else ()
        if to_wait:
            for arrival in spread(nodes, waited, focus, date, quiet).values():
                yield arrival, joined(to_wait, arrival.way())


def spread(nodes: Mapping[str, Node], waited: str, focus: str, date: str, quiet: QuietHours) -> Best:
    """The latest arrival at every step behind a wait for the date."""
    moment = getattr(nodes[waited].step, "until", None)
    if not isinstance(moment, FocusMoment):
        return {}
    first = Arrival(waited, soonest_of(focus, moment), is_waking_hour(moment.at, quiet))
    best: Best = {}
    fresh = [first]
    for _round in range(2 * len(nodes)):
        fresh = later_ones(fresh, best, nodes, focus, date, quiet)
        if not fresh:
            break
    return best


def later_ones(
    fresh: Iterable[Arrival], best: Best, nodes: Mapping[str, Node], focus: str, date: str, quiet: QuietHours
) -> list[Arrival]:
    """One hop on from each arrival: those that are later than the best known, which they replace."""
    found: Best = {}
    for arrival in fresh:
        for port, to, takes in onward(nodes, arrival):
            step = nodes[arrival.step].step
            moment = getattr(step, "until", None)
            at = arrival.at + takes
            if isinstance(moment, FocusMoment) and moment.focus == date:
                at = max(at, soonest_of(focus, moment))
            is_waking = ends_waking(nodes[arrival.step], arrival.is_waking, takes, quiet)
            known = best.get((to, is_waking))
            if known is None or at > known.at:
                best[to, is_waking] = found[to, is_waking] = Arrival(to, at, is_waking, arrival, port)
    return list(found.values())


def onward(nodes: Mapping[str, Node], arrival: Arrival) -> Iterator[tuple[str, str, dt.timedelta]]:
    """The ways out of a step: port, where to, the least time."""
    for hop in hops_of(nodes, arrival.step):
        yield hop.port, hop.to, hop.takes


def waits_for(node: Node, date: str) -> bool:
    """Whether a step waits for a date of the record."""
    moment = getattr(node.step, "until", None)
    return isinstance(moment, FocusMoment) and moment.focus == date


def soonest_of(focus: str, moment: FocusMoment) -> dt.timedelta:
    """The soonest that a moment can be, counted from its date."""
    least, _most = bounds(focus, moment)
    return least


def latest_of(focus: str, moment: FocusMoment) -> dt.timedelta:
    """The latest that a moment can be, counted from its date."""
    _least, most = bounds(focus, moment)
    return most


def bounds(focus: str, moment: FocusMoment) -> tuple[dt.timedelta, dt.timedelta]:
    """Between which times from its date a moment lies: an hour of the day moves it within the day."""
    plus = moment.plus.length() if moment.plus is not None else NO_TIME
    if moment.at is None:
        return plus, plus
    hour = since_midnight(moment.at)
    if is_day(focus, moment.focus):
        exactly = plus // A_DAY * A_DAY + hour
        return exactly, exactly
    return plus + hour - A_DAY, plus + hour


def since_midnight(hour: str) -> dt.timedelta:
    """A time of day, `10:00`, as the time since midnight."""
    hours, minutes = hour.split(":")
    return dt.timedelta(hours=int(hours), minutes=int(minutes))


def ends_waking(node: Node, was_waking: bool, takes: dt.timedelta, quiet: QuietHours) -> bool:
    """Whether a step is left at an hour that is chosen and not quiet."""
    step = node.step
    if not step.rests:
        return was_waking
    between = getattr(step, "between", None)
    if between is not None:
        return is_waking_hour(between.opens, quiet) and is_waking_hour(between.closes, quiet)
    moment = getattr(step, "until", None)
    hour = moment.at if isinstance(moment, FocusMoment) else getattr(step, "until_hour", None)
    return is_waking_hour(hour, quiet)


def is_waking_hour(hour: str | None, quiet: QuietHours) -> bool:
    """Whether a time of day is given and lies outside quiet hours."""
    if hour is None:
        return False
    time = dt.time.fromisoformat(hour)
    if quiet.starts <= quiet.ends:
        return not quiet.starts <= time < quiet.ends
    return quiet.ends <= time < quiet.starts


def length_of(quiet: QuietHours) -> dt.timedelta:
    """How long quiet hours last."""
    starts, ends = (dt.timedelta(hours=each.hour, minutes=each.minute) for each in (quiet.starts, quiet.ends))
    return (ends - starts) % A_DAY
