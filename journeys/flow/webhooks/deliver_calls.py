"""Speaks planned calls: claim and commit, speak in no transaction, record and commit; a flow of verbs, not one."""

from __future__ import annotations

from collections.abc import Callable

from journeys.flow.webhooks.claim_calls import BATCH, claim_calls
from journeys.flow.webhooks.record_calls import record_calls
from journeys.flow.webhooks.speaking import Outside, Said
from journeys.foundation.acting import Act, House, act


def deliver_calls(house: House, make_act: Callable[[], Act], outside: Outside, limit: int = BATCH) -> int:
    """Speak one batch and return how many calls were looked at."""
    claimed = act(house, make_act(), claim_calls, limit)
    said = [Said(each, 0, "failed", error="connection-closed") for each in claimed.closed]
    said += [outside.speak(call, make_act().now) for call in claimed.calls]
    if said:
        act(house, make_act(), record_calls, claimed.claim, said)
    return len(said)
