"""What makes rows of the store resources of FHIR, and finds them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from journeys.foundation.acting import Act
from journeys.store.organisation import Practitioner
from journeys.store.people import Patient

Resource = dict[str, Any]
URN = "urn:ietf:rfc:3986"


class Kind:
    """One resource type: `table` is where it lives, `searches` what can be asked for besides `_id`.

    `select` gives the rows that are of this type and of the act; each begins with the row itself. `gather` asks once
    for all rows of a page what a resource needs beyond its row; `build` makes one resource and asks nothing.
    """

    type: ClassVar[str]
    name: ClassVar[str]
    table: ClassVar[Any]
    searches: ClassVar[tuple[str, ...]] = ()
    statuses: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def select(cls, act: Act) -> Select[Any]:
        """The row, and the uid of its patient."""
        return select(cls.table, Patient.uid).join(Patient, Patient.id == cls.table.patient_id)

    @classmethod
    def changed(cls) -> ColumnElement[Any] | None:
        """When a row last changed, as far as it knows; None where it does not."""
        return None

    @classmethod
    def has_status(cls, wanted: Sequence[str], act: Act) -> ColumnElement[bool]:
        """SQL: whether a row is in one of these statuses of FHIR."""
        found: ColumnElement[bool] = cls.table.status.in_(wanted)
        return found

    @classmethod
    def is_of_patient(cls, wanted: Sequence[uuid.UUID]) -> ColumnElement[bool]:
        """SQL: whether a row is of one of these patients."""
        return Patient.uid.in_(wanted)

    @classmethod
    def gather(cls, session: Session, rows: Sequence[Any]) -> Mapping[str, Any]:
        """What all rows need besides; nothing by default."""
        return {}

    @classmethod
    def build(cls, row: Any, more: Mapping[str, Any], act: Act) -> Resource:
        """The resource, without `meta`."""
        raise NotImplementedError


def newest(*columns: Any) -> ColumnElement[Any]:
    """SQL: the latest of some moments, of which some may not be known."""
    return func.greatest(*columns)


def moment(at: dt.datetime | None) -> str | None:
    """A moment as FHIR writes it."""
    return None if at is None else at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def reference(kind: str, uid: uuid.UUID | None, display: str | None = None) -> Resource | None:
    """A reference to a resource of this server, or to nothing but a name."""
    if uid is None and not display:
        return None
    return without_nothing({"reference": f"{kind}/{uid}" if uid else None, "display": display})


def coded(code: str | None, system: str | None = None, display: str | None = None) -> Resource | None:
    """A CodeableConcept; None where nothing is known."""
    if not (code or display):
        return None
    coding = [without_nothing({"system": system, "code": code, "display": display})] if code else None
    return without_nothing({"coding": coding, "text": display})


def ours(uid: uuid.UUID) -> list[Resource]:
    """The identifier that Waymark gives."""
    return [{"system": URN, "value": f"urn:uuid:{uid}"}]


def without_nothing(made: Mapping[str, Any]) -> Resource:
    """What is known: FHIR knows no nulls, no empty texts and no empty lists."""
    return {
        name: value for name, value in made.items() if value is not None and value != [] and value != "" and value != {}
    }


def uids_of(session: Session, table: Any, ids: Sequence[int | None]) -> dict[int, uuid.UUID]:
    """The uids of rows by their ids; those that the act may not see are not among them."""
    wanted = sorted({each for each in ids if each is not None})
    return {row[0]: row[1] for row in session.execute(select(table.id, table.uid).where(table.id.in_(wanted)))}


def names_of(session: Session, table: Any, ids: Sequence[int | None]) -> dict[int, str]:
    """The names of places, by their ids."""
    wanted = sorted({each for each in ids if each is not None})
    return {row[0]: row[1] for row in session.execute(select(table.id, table.name).where(table.id.in_(wanted)))}


def names_of_practitioners(session: Session, ids: Sequence[int | None]) -> dict[int, str]:
    """The names of clinicians, by their ids."""
    wanted = sorted({each for each in ids if each is not None})
    found = session.scalars(select(Practitioner).where(Practitioner.id.in_(wanted)))
    return {each.id: each.name for each in found if each.name}


def in_english(texts: Mapping[str, str] | None) -> str | None:
    """What the configuration says in several languages, in English where it is known."""
    return None if not texts else texts.get("en") or next(iter(texts.values()), None)
