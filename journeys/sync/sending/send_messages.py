"""Tells other systems: claim and commit, speak in no transaction, record and commit; a flow of verbs, not one."""

from __future__ import annotations

from collections.abc import Callable

from journeys.foundation.acting import Act, House, act
from journeys.foundation.outgoing import Reach
from journeys.sync.sending.claim_message import claim_message
from journeys.sync.sending.connections_to_tell import connections_to_tell
from journeys.sync.sending.linking import Link, linked
from journeys.sync.sending.record_answer import record_answer

MOST = 50
"""Messages of one connection in one round."""


def send_messages(
    house: House, make_act: Callable[[], Act], reach: Reach, is_over: Callable[[], bool] = lambda: False
) -> int:
    """Send what waits, each connection until something goes wrong there, and return how many were looked at."""
    looked_at = 0
    for connection_id, receiver in act(house, make_act(), connections_to_tell):
        with linked(receiver, reach) as link:
            for _ in range(MOST):
                if is_over() or not send_one(house, make_act, connection_id, link):
                    break
                looked_at += 1
    return looked_at


def send_one(house: House, make_act: Callable[[], Act], connection_id: int, link: Link) -> bool:
    """Send the next message of a connection; whether another may follow at once."""
    claimed = act(house, make_act(), claim_message, connection_id)
    if claimed is None:
        return False
    if claimed.data is None:
        return True
    answered = link.say(claimed.data, claimed.control_id)
    return act(house, make_act(), record_answer, claimed.number, claimed.claim, answered) in ("sent", "set-aside")
