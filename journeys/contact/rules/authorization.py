"""Marketing by what is known from the record needs the patient's own authorisation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, not_

from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.marks import had_mark, has_mark
from journeys.contact.deciding.parameters import OF_PURPOSES, parameter
from journeys.contact.deciding.reasons import Reason
from journeys.contact.rules.base import Rule
from journeys.foundation.words import N_


@dataclass(frozen=True)
class Authorised:
    """The purposes that need an authorisation."""

    purposes: tuple[str, ...] = parameter(("promotional",), N_("Purposes"), OF_PURPOSES)


class Authorization(Rule):
    """Fails for messages of these purposes without an authorisation in force."""

    label = N_("HIPAA authorisation")
    source = N_("45 CFR 164.508(a)(3)")
    step = 5
    order = 1
    kind = "suppress"
    needs = ("purpose", "marks", "marks_ended")
    reasons = {
        "NO_HIPAA_AUTHORIZATION": Reason(
            N_("The patient has not authorised the use of their record for this."),
            N_("Ask for a written authorisation, and record it."),
        ),
        "AUTHORIZATION_EXPIRED": Reason(
            N_("The patient's authorisation has run out."),
            N_("Ask for a new written authorisation, and record it."),
        ),
    }
    by_record = True
    Parameters = Authorised

    def fails(self, facts: Facts, parameters: Authorised) -> ColumnElement[bool]:
        """None in force."""
        return and_(facts.purpose.in_(parameters.purposes), not_(has_mark(facts, "hipaa-authorization")))

    def reason(self, facts: Facts, parameters: Authorised) -> ColumnElement[str]:
        """Whether there was one."""
        return case((had_mark(facts, "hipaa-authorization"), "AUTHORIZATION_EXPIRED"), else_="NO_HIPAA_AUTHORIZATION")
