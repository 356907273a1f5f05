"""Patient → `patient` with names, identifiers, telecom, addresses and the tokens they are found by."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy.orm import Session

from journeys.foundation.zones import is_zone
from journeys.store.importing.kinds.base import Context, Kind, Row, Written, human_name
from journeys.store.importing.patient_parts import PatientParts, read_parts, write_patient_parts
from journeys.store.importing.reading import Reading
from journeys.store.importing.references import Reference
from journeys.store.people import GENDERS, Patient

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
ZONE = "http://hl7.org/fhir/StructureDefinition/timezone"
NAME_USES = ("official", "usual", "")


class PatientKind(Kind):
    """A patient. What staff or the patient decide here (preferred channel, payer class, branches) stays theirs."""

    resource_type = "Patient"
    table = Patient
    order = 50

    def read(self, reading: Reading, context: Context) -> Row:
        """The person; `parts` are the rows of the other tables."""
        names = sorted(reading.each("name"), key=name_rank)
        deceased_at = reading.moment("deceasedDateTime")
        shown = next((name for name in map(human_name, names) if name), None)
        given = next((each.texts("given")[0] for each in names if each.texts("given")), None)
        row = Row(needed=frozenset())
        row.values = {
            "active": reading.flag("active") is not False,
            "birth_date": reading.date("birthDate"),
            "gender": reading.choice("gender", GENDERS) or "unknown",
            "deceased": bool(reading.flag("deceasedBoolean")) or deceased_at is not None,
            "deceased_at": deceased_at,
            "language": language_of(reading),
            "time_zone": zone_of(reading),
            "updated_at": context.now,
        }
        row.secrets = {"name": shown, "given_name": given}
        row.parts = read_parts(reading, context)
        row.refer("merged_into_id", linked(reading, "replaced-by"))
        return row

    def on_change(self, row: Row) -> None:
        """What the source does not know does not erase what is known here."""
        for column in ("language", "time_zone"):
            if row.values[column] is None:
                del row.values[column]

    def write_parts(self, session: Session, context: Context, written: Sequence[Written]) -> None:
        """Names, identifiers, telecom, addresses, tokens."""
        parts: dict[int, PatientParts] = {each.id: each.row.parts for each in written}
        write_patient_parts(session, parts, [each.id for each in written if not each.is_new])


def name_rank(name: Reading) -> int:
    """Official names first, then usual ones, then the others."""
    use = name.value.get("use") or ""
    return NAME_USES.index(use) if use in NAME_USES else len(NAME_USES)


def language_of(reading: Reading) -> str | None:
    """The preferred language, else the first, when it is a language tag."""
    spoken = reading.each("communication")
    preferred = [each for each in spoken if each.value.get("preferred") is True] or spoken
    code = preferred[0].coded("language").code if preferred else None
    return code if code is not None and LANGUAGE.fullmatch(code) else None


def zone_of(reading: Reading) -> str | None:
    """The time zone that FHIR's own extension states; never guessed from a phone number."""
    for extension in reading.each("extension"):
        if extension.value.get("url") == ZONE:
            zone = extension.text("valueCode")
            return zone if zone is not None and is_zone(zone) else None
    return None


def linked(reading: Reading, kind: str) -> Reference | None:
    """The patient that a link of this kind leads to."""
    for link in reading.each("link"):
        if link.value.get("type") == kind:
            return link.reference("other", "Patient")
    return None
