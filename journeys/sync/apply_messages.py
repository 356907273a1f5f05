"""Applies what is kept, in the order in which it came; a flow of verbs, not one.

Each message is an act of its own: what breaks one does not hold up the others. Killed at any moment it is begun again:
what was applied is known by its version.
"""

from __future__ import annotations

from collections.abc import Callable

from journeys.foundation.acting import Act, House, act
from journeys.sync.apply_message import apply_message
from journeys.sync.bind_late import bind_late
from journeys.sync.try_message import try_message
from journeys.sync.waiting_messages import waiting_messages


def apply_messages(house: House, make_act: Callable[[], Act]) -> int:
    """Apply one batch, and return how many were looked at."""
    waiting = act(house, make_act(), waiting_messages)
    for number, _ in waiting:
        if not act(house, make_act(), try_message, number):
            continue
        try:
            act(house, make_act(), apply_message, number)
        except Exception:  # noqa: S112 - it was counted before; after several attempts it is set aside with its reason
            continue
    for connection_id in sorted({connection_id for _, connection_id in waiting}):
        bind_all(house, make_act, connection_id)
    return len(waiting)


def bind_all(house: House, make_act: Callable[[], Act], connection_id: int) -> None:
    """Bind what waited for something that has come."""
    last = act(house, make_act(), bind_late, connection_id)
    while last is not None:
        last = act(house, make_act(), bind_late, connection_id, last)
