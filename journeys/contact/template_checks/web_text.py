"""What anybody may read says nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterable

from journeys.contact.template_checks.base import Check, Looked
from journeys.contact.texts.text_uses import WEB
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

ON_THE_WEB = frozenset({"clinic.name"})
"""The fields that have a value without a patient."""

OF_A_PATIENT = N_("%(field)s is known of a patient only. A web text is read by anybody: write the words themselves")


class WebText(Check):
    """A web text names no field of a patient: there is none whom it is written to."""

    source = "45 CFR 164.502(a); Regulation (EU) 2016/679, article 5(1)(f)"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Each field of a patient, at its text."""
        if WEB not in looked.uses:
            return
        for spot in looked.spots:
            for name in spot.fields():
                if name in looked.fields and name not in ON_THE_WEB:
                    yield Problem(spot.where, OF_A_PATIENT, {"field": name})
