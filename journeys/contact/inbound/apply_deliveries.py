"""Applies what was kept: each receipt and each reply in an act of its own; a flow of verbs, not one.

Killed at any moment it is begun again: a reply is known by its outside id, and a receipt that comes again changes
nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from journeys.contact.inbound.finish_delivery import finish_delivery
from journeys.contact.inbound.read_delivery import read_delivery
from journeys.contact.inbound.take_complaint import take_complaint
from journeys.contact.inbound.take_receipt import take_receipt
from journeys.contact.inbound.waiting_deliveries import waiting_deliveries
from journeys.contact.replies.receive import Arrived, receive
from journeys.foundation.acting import Act, House, act


def apply_deliveries(house: House, make_act: Callable[[], Act], region: str = "US") -> int:
    """Apply one batch, and return how many were looked at; one that fails does not hold up the others."""
    numbers = act(house, make_act(), waiting_deliveries)
    for number in numbers:
        try:
            apply_one(house, make_act, number, region)
        except Exception:  # noqa: S112 - it was counted before; after several attempts it is set aside with its reason
            continue
    return len(numbers)


def apply_one(house: House, make_act: Callable[[], Act], number: int, region: str) -> None:
    """Apply one delivery."""
    found = act(house, make_act(), read_delivery, number)
    if found is None:
        return
    kind, reading = found
    for receipt in reading.receipts:
        act(house, make_act(), take_receipt, kind, receipt)
    for complaint in reading.complaints:
        act(house, make_act(), take_complaint, kind, complaint)
    for each in reading.written:
        arrived = Arrived(
            kind, each.outside_id, each.sender, each.text, region=region, answers=each.answers, files=each.files
        )
        act(house, make_act(), receive, arrived)
    act(house, make_act(), finish_delivery, number, reading.passed_over)
