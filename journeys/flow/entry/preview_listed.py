"""Says who of a list of patients would come into a journey now, and who is not found; changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from journeys.flow.entry.choosing import Chosen, journey_in_force, judge_chosen
from journeys.flow.entry.find_listed import Listed, find_listed
from journeys.flow.entry.listed_before import listed_before
from journeys.foundation import audit
from journeys.foundation.acting import Act


@dataclass(frozen=True)
class ListPreview:
    """Whom the list means, who of them would come in, and whether this very list was brought to the journey before."""

    listed: Listed
    chosen: Chosen
    is_repeated: bool


def preview_listed(session: Session, act: Act, slug: str, numbers: Collection[str]) -> ListPreview:
    """As `enrol_listed` would find it at this moment. Missing and Invalid as there."""
    journey = journey_in_force(session, slug)
    listed = find_listed(session, act, numbers)
    uids = listed.uids()
    chosen = judge_chosen(session, act, journey, uids) if uids else Chosen()
    counts = {"journey": slug, "entering": len(chosen.entering), "held": len(chosen.held)}
    audit.note(session, "R", "enrolment.preview", detail={**counts, "not found": len(listed.missing)})
    return ListPreview(listed, chosen, listed_before(session, slug, numbers))
