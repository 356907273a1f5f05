"""The contract of a kind: which table a resource goes to, and what goes into which column.

A kind only reads: it declares values, references and secrets; finding the rows behind references, sealing and writing
are done for whole batches by the importer.
"""

from __future__ import annotations

import datetime as dt
import uuid
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from journeys.foundation.tables import Base
from journeys.foundation.words import N_
from journeys.store.importing.reading import NOT_CODED, Reading
from journeys.store.importing.references import Reference, reference_of

PATIENT = "patient_id"
REASONS = ("statusReason", "reasonCode")
WHY_NOT = ("otDoneReason", "oNotPerformReason")


@dataclass(frozen=True)
class Context:
    """What reading may depend on besides the resource: now, and the region whose habits phone numbers follow."""

    now: dt.datetime
    region: str = "US"


@dataclass
class Row:
    """One row to be: plain values by column, references by column, secrets by attribute (sealed for the row later).

    Without all of `needed` (columns that reference) there is no row: the record waits. `parts` is what the kind
    writes into other tables; `at` the clinical time of the event.
    """

    values: dict[str, Any] = field(default_factory=dict)
    references: dict[str, tuple[Reference, ...]] = field(default_factory=dict)
    secrets: dict[str, str | None] = field(default_factory=dict)
    needed: frozenset[str] = frozenset({PATIENT})
    parts: Any = None
    at: dt.datetime | None = None

    def refer(self, column: str, *named: Reference | None) -> None:
        """Fill a column with the row behind a reference; of several, the first that is found counts."""
        self.values[column] = None
        references = tuple(each for each in named if each is not None)
        if references:
            self.references[column] = references


@dataclass(frozen=True)
class Written:
    """A row that was just inserted or updated, for the kind to write its parts."""

    id: int
    uid: uuid.UUID
    patient_id: int | None
    is_new: bool
    row: Row


class Kind(ABC):
    """One resource type and its table. `name` is the file's name."""

    name: str
    resource_type: str
    table: type[Base]
    order: int
    """Place in the order of writing: a row may only refer to rows of a lower order in the same batch."""
    event: str | None = None
    """Kind of the event of a new or changed row (store.events), or none."""
    bound_by: str | None = None
    """A reference that is news by itself when it is found at last: then the event is made."""
    replaced_when_changed = False
    """Whether a changed row is written anew (nothing refers to it), and a row that exists already is left out."""

    is_kept_beside = False
    """Whether the resource is kept whole as well: the row is the house's own, and rules may ask for what came."""

    @abstractmethod
    def read(self, reading: Reading, context: Context) -> Row | None:
        """The row, or None when the resource belongs to nobody; what is wrong goes to `reading.problems`."""

    def takes(self, reading: Reading) -> bool:
        """Whether this resource goes into the kind's table; if not, it is kept whole."""
        return True

    def on_change(self, row: Row) -> None:
        """Take out of a changed row what is no longer the source's to say."""
        return

    def before_change(self, session: Session, context: Context, changed: Sequence[Written]) -> None:
        """Decide what depends on how these rows stand in the store; called before they are written."""
        return

    def write_parts(self, session: Session, context: Context, written: Sequence[Written]) -> None:
        """Write what belongs to these rows in other tables (or below them in the same table)."""
        return


def clinical(
    reading: Reading,
    statuses: Collection[str],
    subject: str = "subject",
    code: str = "code",
    subject_needed: bool = True,
) -> Row | None:
    """The columns that every clinical table has; None when the resource is about something else than a patient."""
    patient = patient_of(reading, subject, subject_needed)
    coded = reading.coded(code)
    row = Row()
    row.values["status"] = reading.status("status", statuses) if statuses else None
    row.values["code_system"] = coded.system
    row.values["code"] = coded.code
    row.values["display"] = coded.display
    if patient is None:
        return None
    row.refer(PATIENT, patient)
    return row


def reason_of(reading: Reading) -> dict[str, Any]:
    """Why something was done, or was not: the reason of the state where there is one, else that of the thing. What
    cannot be read is no reason."""
    lenient = Reading(reading.value, reading.where)
    plain = [lenient.coded(key) for key in REASONS]
    extended = [each.coded("valueCodeableConcept") for each in extensions_of(lenient) if says_why_not(each)]
    why = next((coded for coded in (*extended, *plain) if coded.code is not None), NOT_CODED)
    return {"reason_system": why.system, "reason_code": why.code}


def extensions_of(reading: Reading) -> list[Reading]:
    """The extensions of a resource."""
    return [*reading.each("extension"), *reading.each("modifierExtension")]


def says_why_not(extension: Reading) -> bool:
    """Whether an extension gives the reason why something was not done (as QI-Core calls them)."""
    return (extension.text("url") or "").endswith(WHY_NOT)


def patient_of(reading: Reading, key: str, needed: bool) -> Reference | None:
    """The patient a resource is about; None when it is about nobody or something else."""
    if not reading.has(key):
        if needed:
            reading.wrong(key, N_("is missing"))
        return None
    if reading.one(key) is None:
        return None
    # named inside the same record only: kept, but never found
    found = reference_of(reading.value[key], "Patient") or Reference("Patient")
    return found if found.resource_type == "Patient" else None


def human_name(reading: Reading) -> str | None:
    """A HumanName as it is shown: its text, or given names and family name."""
    parts = [*reading.texts("given"), reading.text("family")]
    return reading.text("text") or " ".join(part for part in parts if part) or None
