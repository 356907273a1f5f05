"""The contract of a medium: its words, who is reached by it, what it takes, and what law and networks make of it."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from journeys.foundation.tokens import phone_token
from journeys.foundation.words import N_


class Medium:
    """What messages are spoken in, for which consent is kept and which ladders name.

    `one` and `many` are what its messages are called, `order` its place among the others. Of one that `is_usual`
    patients are asked even where no channel carries it, and messages that name no channels go by it.

    `highest_level` is the content level (0 to 3) that it may carry unless the clinic says otherwise; None: what holds
    for media that nobody thought of. With `accepts_risk` whoever accepted unencrypted messages may get more.
    `forbids_health` says that its network takes no health information, `has_agreement` that its vendors sign to protect
    patients' data (45 CFR 164.504(e)), `is_call` that it is a call to a telephone (47 CFR 64.1200), `needs_mobile`
    that a landline does not take it, `has_window` that texts of one's own go for a day after the patient wrote.

    `counts_parts` says that its texts are counted, and paid, as parts of text messages, `has_subject` that they have
    one, `takes_long` that a long text may be written for it, `carries_way_out` that it says by itself how to end it.

    Where a network keeps a `register` of texts, each version of a template is registered with it in every language, and
    is known there by a number or name that looks like `registered_as`; `number_wanted` says how that is given.

    An address that `lasts` is the writer's own, of one visit, and leads to them for so long; None: until it is ended.
    """

    name: ClassVar[str]
    one: ClassVar[str]
    many: ClassVar[str]
    icon: ClassVar[str]
    order: ClassVar[int] = 50
    is_usual: ClassVar[bool] = False

    highest_level: ClassVar[int | None] = None
    accepts_risk: ClassVar[bool] = False
    forbids_health: ClassVar[bool] = False
    has_agreement: ClassVar[bool] = True
    is_call: ClassVar[bool] = False
    needs_mobile: ClassVar[bool] = False
    has_window: ClassVar[bool] = False

    counts_parts: ClassVar[bool] = False
    has_subject: ClassVar[bool] = False
    takes_long: ClassVar[bool] = False
    carries_way_out: ClassVar[bool] = False
    register: ClassVar[str] = ""
    registered_as: ClassVar[str] = ""
    number_wanted: ClassVar[str] = ""
    lasts: ClassVar[dt.timedelta | None] = None

    address_wanted: ClassVar[str] = N_("Give a phone number with its country, as +12125550100")

    @classmethod
    def token(cls, address: str, region: str) -> tuple[str, bytes] | None:
        """What the patients who have this address are found by; None when it cannot be one."""
        return phone_token(address, region)
