"""What becomes of a conversation's cases, by watching its entries and the door of the clinic minute by minute. Slow,
and written without the house's formulas."""

from collections.abc import Sequence
from dataclasses import dataclass

HOURS_72 = 72 * 60
Entry = tuple[int, str, str | None, bool]
"""The minute at which it happened, its kind, its code, and whether staff did it."""

CALLS_ANSWERED = ("to-patient", "from-patient", "voicemail")


@dataclass
class Watched:
    """A case as one who watched it wrote it down; minutes."""

    asked: int
    contacts: int
    answered: int | None = None
    response: int | None = None
    response_late: bool = False
    resolved: int | None = None
    resolution: int | None = None
    resolution_late: bool = False
    paused: int = 0


def watch(
    entries: Sequence[Entry],
    door: Sequence[bool],
    until: int,
    response_target: int | None,
    resolution_target: int | None,
    limit: int,
) -> list[Watched]:
    """The cases of a conversation, as they stand at the minute `until`."""
    return [follow(part, door, until, response_target, resolution_target, limit) for part in cut(entries)]


def asks(entry: Entry) -> bool:
    _, kind, code, _ = entry
    return (
        (kind == "arrived" and code is not None) or kind == "reopened" or (kind == "called" and code == "from-patient")
    )


def answers(entry: Entry) -> bool:
    _, kind, code, by_staff = entry
    return (kind == "sent" and by_staff) or (kind == "called" and code in CALLS_ANSWERED)


def cut(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Each case's entries."""
    found: list[list[Entry]] = []
    ended: int | None = None
    for entry in entries:
        if asks(entry):
            if not found or (ended is not None and entry[0] - ended > HOURS_72):
                found.append([])
            ended = None
        elif entry[1] == "closed":
            ended = entry[0]
        if found:
            found[-1].append(entry)
    return found


def follow(
    entries: Sequence[Entry],
    door: Sequence[bool],
    until: int,
    response_target: int | None,
    resolution_target: int | None,
    limit: int,
) -> Watched:
    seen = Watched(asked=entries[0][0], contacts=0)
    is_turn = True
    for entry in entries:
        if asks(entry):
            seen.contacts += is_turn
            is_turn = False
            seen.resolved = None
        if answers(entry):
            is_turn = True
            if seen.answered is None:
                seen.answered = entry[0]
        if entry[1] == "closed":
            is_turn = True
            seen.resolved = entry[0]
    stop = until if seen.resolved is None else seen.resolved
    quiet = min(stop, stop if seen.answered is None else seen.answered)
    waiting = waits(entries, stop)
    seen.paused = min(limit, sum(door[minute] and waiting[minute - seen.asked] for minute in range(seen.asked, stop)))
    open_until = {minute: sum(door[seen.asked : minute]) for minute in {stop, quiet}}
    if seen.answered is not None:
        seen.response = sum(door[seen.asked : seen.answered])
    if seen.resolved is not None:
        seen.resolution = open_until[stop] - seen.paused
    seen.response_late = response_target is not None and open_until[quiet] > response_target
    seen.resolution_late = resolution_target is not None and open_until[stop] - seen.paused > resolution_target
    return seen


def waits(entries: Sequence[Entry], stop: int) -> list[bool]:
    """Of each minute from the first to `stop`: whether the patient was waited for."""
    first = entries[0][0]
    seen, at, is_waiting = [], 0, False
    for minute in range(first, stop):
        while at < len(entries) and entries[at][0] <= minute:
            if entries[at][1] == "waiting":
                is_waiting = True
            elif asks(entries[at]) or entries[at][1] in ("back", "closed", "snoozed"):
                is_waiting = False
            at += 1
        seen.append(is_waiting)
    return seen


def quantile(times: Sequence[tuple[int, bool]], wanted: float) -> int | None:
    """Kaplan-Meier by hand: (seconds, ended) of each, the first time by which no more than `wanted` of them is left."""
    left = 1.0
    for second in sorted({seconds for seconds, ended in times if ended}):
        at_risk = sum(seconds >= second for seconds, _ in times)
        ended = sum(has_ended and seconds == second for seconds, has_ended in times)
        left *= 1 - ended / at_risk
        if left <= wanted + 1e-9:
            return second
    return None
