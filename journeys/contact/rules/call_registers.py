"""Numbers that stand in a register of people who want no calls get no advertising."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, or_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.local_time import days
from journeys.contact.deciding.marks import has_mark
from journeys.contact.deciding.parameters import OF_MEDIA, OF_PURPOSES, parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.media import media_that
from journeys.contact.rules.base import Rule
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

MOST = 366


@dataclass(frozen=True)
class Registers:
    """Who is looked up before being written to, on which media, and for how many days an answer holds."""

    purposes: tuple[str, ...] = parameter(("promotional",), N_("Purposes"), OF_PURPOSES)
    media: tuple[str, ...] = parameter(media_that(lambda medium: medium.is_call), N_("Channels"), OF_MEDIA)
    days: int = parameter(31, N_("An answer of the registers holds for how many days"))


class CallRegisters(Rule):
    """Fails when a register names the number, or nobody has asked the registers for so many days."""

    label = N_("Registers of people who want no calls")
    source = N_("47 CFR 64.1200(c)(2): asked at most 31 days before; TCCCPR 2018 in India")
    step = 6
    order = 4
    kind = "suppress"
    needs = ("now", "purpose", "speaks", "marks", "registers_checked_at")
    reasons = {
        "DNC_NATIONAL": Reason(
            N_("The number stands in the national register of people who want no calls."),
            N_("Use another channel; only the patient can leave the register."),
        ),
        "DNC_STATE": Reason(
            N_("The number stands in the state's register of people who want no calls."),
            N_("Use another channel; only the patient can leave the register."),
        ),
        "DND_INDIA": Reason(
            N_("The number stands in India's register of people who want no advertising."),
            N_("Use another channel; only the patient can leave the register."),
        ),
        "REGISTERS_NOT_CHECKED": Reason(
            N_("The registers of people who want no calls were not asked about this number lately."),
            N_("Ask the registers, and record the answer."),
        ),
    }
    by_record = True
    Parameters = Registers

    def fails(self, facts: Facts, parameters: Registers) -> ColumnElement[bool]:
        """Named, or not asked."""
        asked = and_(facts.purpose.in_(parameters.purposes), facts.speaks.in_(parameters.media))
        checked = func.coalesce(facts.registers_checked_at >= facts.now - days(parameters.days), False)
        named = or_(*(has_mark(facts, kind) for kind in ("dnc-national", "dnc-state", "dnd")))
        return and_(asked, or_(named, ~checked))

    def reason(self, facts: Facts, parameters: Registers) -> ColumnElement[str]:
        """Which register, or that nobody asked."""
        return case(
            (has_mark(facts, "dnc-national"), "DNC_NATIONAL"),
            (has_mark(facts, "dnc-state"), "DNC_STATE"),
            (has_mark(facts, "dnd"), "DND_INDIA"),
            else_="REGISTERS_NOT_CHECKED",
        )

    def problems(self, parameters: Registers, where: str) -> list[Problem]:
        """An answer that holds for no day, or for ever."""
        if not 1 <= parameters.days <= MOST:
            return [Problem(f"{where}.days", N_("Give a number from 1 to %(most)s"), {"most": MOST})]
        return []
