"""Says how far the referral has come that the journey is about, as the patient or staff have told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from sqlalchemy import ColumnElement, and_, select

from journeys.care.referrals.states import STATES
from journeys.flow.steps.base import Change, Rows, Step, Tell, Update
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.referrals import CHAIN, MOVES, Referral

FOCUS = str(Referral.__tablename__)
ASIDE = ("no-show", "cancelled")
TOLD = ("received", "accepted", "scheduled", "attended", *ASIDE)
"""The states that a patient can tell of. What is sent, read and closed is for people to say."""

State = Literal["received", "accepted", "scheduled", "attended", "no-show", "cancelled"]


@dataclass(frozen=True)
class MoveReferral(Step):
    """Moves the referral that the journey is about to a state, and goes on at once.

    A referral that has come further, or may not go there from where it stands, stays where it is: what is recorded
    counts more than what somebody remembers.
    """

    label: ClassVar[str] = N_("Move the referral")
    help: ClassVar[str] = N_("Says how far the referral has come that the journey is about; it never leads back.")
    icon: ClassVar[str] = "referral"
    reads: ClassVar[frozenset[str]] = frozenset({"referral"})
    writes: ClassVar[frozenset[str]] = frozenset({"referral"})

    to: State = field(
        metadata={
            "label": N_("State"),
            "help": N_("Where it stands by what was told."),
            "choices": tuple((each, STATES[each].label) for each in TOLD),
        },
    )

    def inserts(self, rows: Rows) -> list[Change]:
        """Whoever waits for the state is told; then it is so."""
        moves = and_(Referral.id == rows.c.focus_id, rows.c.focus_kind == FOCUS, Referral.status.in_(self.before()))
        there: ColumnElement[bool] = select(Referral.id).where(moves).correlate_except(Referral).exists()
        values = {"status": self.to, "status_at": rows.c.now, "row_version": Referral.row_version + 1}
        return [Tell(f"{FOCUS}.{self.to}", there, of_focus=True), Update(Referral, values, moves)]

    def before(self) -> tuple[str, ...]:
        """The states from which it goes there: none that are further along, and no end."""
        earlier = CHAIN if self.to in ASIDE else (*CHAIN[: CHAIN.index(self.to)], *ASIDE[:1])
        return tuple(old for old in earlier if self.to in MOVES[old])

    def problems(self, where: str, catalogue: Catalogue) -> Iterable[Problem]:
        """Only journeys about referrals have one to move."""
        if catalogue.focus != FOCUS:
            yield Problem(f"{where}.to", N_("This journey is not about a referral"))

    def sentence(self, reader: Reader = ENGLISH) -> str:
        """Where it goes."""
        words = reader.translate(N_("The referral is now: %(state)s"))
        return words % {"state": reader.translate(STATES[self.to].label)}
