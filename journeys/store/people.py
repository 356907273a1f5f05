"""Patients and how to reach them. Names, numbers, addresses and identifiers are sealed; people are found through
tokens."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified
from journeys.store.columns import FromSource, OfPatient, RowVersioned, in_order, one_of

GENDERS = ("male", "female", "other", "unknown")
TELECOM_SYSTEMS = ("phone", "fax", "email", "pager", "url", "sms", "other")
POSTAL = "postal"
"""The system of a postal address that letters go to; FHIR keeps those elsewhere, so no source sends it as a telecom."""

TELECOM_USES = ("home", "work", "temp", "old", "mobile")
TELECOM_STATUSES = ("usable", "unverified", "invalid", "wrong-person", "reassigned", "bounced", "ended")
TELECOM_LINES = ("mobile", "landline", "voip")
PAYER_CLASSES = ("self-pay", "insured", "public", "unknown")


class Patient(Identified, FromSource, RowVersioned, Base):
    """A patient: display name sealed, facts that rules use plain. `lane` is `id & 255` (foundation.lanes).

    `name` is how staff see the person, `given_name` how a message addresses them. `merged_into_id` is FHIR's link
    `replaced-by`: a merged patient stays and is written to no more.
    """

    __tablename__ = "patient"
    __table_args__ = (
        one_of("gender", *GENDERS),
        one_of("payer_class", *PAYER_CLASSES),
        CheckConstraint("deceased OR deceased_at IS NULL", name="deceased_at_only_if_deceased"),
        CheckConstraint("merged_into_id <> id", name="not_merged_into_itself"),
        Index("ix_patient_birth_date", "birth_date", "id"),
        Index("ix_patient_managing_location", "managing_location_id", "id"),
        Index("ix_patient_gender", "gender", "id"),
        Index("ix_patient_language", "language", "id"),
        Index("ix_patient_payer_class", "payer_class", "id"),
        Index("ix_patient_updated_at", "updated_at", "id"),
        Index("ix_patient_merged", "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")),
    )

    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    name_sealed: Mapped[bytes | None]
    given_name_sealed: Mapped[bytes | None]
    birth_date: Mapped[dt.date | None]
    gender: Mapped[str] = mapped_column(default="unknown", server_default="unknown")
    deceased: Mapped[bool] = mapped_column(default=False, server_default="false")
    deceased_at: Mapped[dt.datetime | None]
    language: Mapped[str | None]
    time_zone: Mapped[str | None]
    preferred_channel: Mapped[str | None]
    payer_class: Mapped[str] = mapped_column(default="unknown", server_default="unknown")
    is_test: Mapped[bool] = mapped_column(default=False, server_default="false")
    managing_location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    merged_into_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("patient.id"))
    lane: Mapped[int] = mapped_column(SmallInteger, Computed("(id & 255)::smallint", persisted=True))
    updated_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())

    name = Sealed()
    given_name = Sealed()

    __mapper_args__ = {"version_id_col": RowVersioned.row_version}


class PatientName(Identified, OfPatient, Base):
    """Every name a person goes or went by; found through tokens. `use` is FHIR's (official, usual, maiden, …)."""

    __tablename__ = "patient_name"

    use: Mapped[str | None]
    text_sealed: Mapped[bytes]
    family_sealed: Mapped[bytes | None]
    given_sealed: Mapped[bytes | None]

    text = Sealed()
    family = Sealed()
    given = Sealed()


class PatientIdentifier(Identified, OfPatient, Base):
    """An identifier by issuer (`system`): record number, insurance number. The value is sealed."""

    __tablename__ = "patient_identifier"

    system: Mapped[str | None]
    type_code: Mapped[str | None]
    use: Mapped[str | None]
    value_sealed: Mapped[bytes]

    value = Sealed()


class PatientTelecom(Identified, OfPatient, Base):
    """A number or address to reach somebody; FHIR ContactPoint, and each postal address once more as `postal`, so that
    what is known of numbers is known of it too. `status` says what is known of it.

    usable: nothing speaks against it · unverified: nobody has shown that it is the patient's · invalid: not a number or
    address · wrong-person: somebody else answered · reassigned: the provider gave the number to somebody else ·
    bounced: undeliverable for good · ended: no longer used.

    `line` is the kind of a telephone line, null where nobody looked it up; `shared` says that others read what arrives.
    `status_at` is since when the status holds and `status_why` the provider's code for it, where a provider said it.
    One with a `related_person_id` is that person's and not the patient's: who means the patient asks for none.
    """

    __tablename__ = "patient_telecom"
    __table_args__ = (
        one_of("system", *TELECOM_SYSTEMS, POSTAL),
        one_of("use", *TELECOM_USES),
        one_of("status", *TELECOM_STATUSES),
        one_of("line", *TELECOM_LINES),
        in_order("valid_from", "valid_until"),
        Index(
            "ix_patient_telecom_related_person",
            "related_person_id",
            postgresql_where=text("related_person_id IS NOT NULL"),
        ),
    )

    related_person_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("related_person.id"))
    system: Mapped[str]
    use: Mapped[str | None]
    rank: Mapped[int | None]
    status: Mapped[str] = mapped_column(default="usable", server_default="usable")
    status_at: Mapped[dt.datetime | None]
    status_why: Mapped[str | None]
    line: Mapped[str | None]
    shared: Mapped[bool] = mapped_column(default=False, server_default="false")
    valid_from: Mapped[dt.datetime | None]
    valid_until: Mapped[dt.datetime | None]
    value_sealed: Mapped[bytes]

    value = Sealed()


class PatientAddress(Identified, OfPatient, Base):
    """A postal address; only country and state are plain (they decide the rules in force)."""

    __tablename__ = "patient_address"

    use: Mapped[str | None]
    text_sealed: Mapped[bytes]
    postal_code_sealed: Mapped[bytes | None]
    state: Mapped[str | None]
    country: Mapped[str | None]

    text = Sealed()
    postal_code = Sealed()


class RelatedPerson(Identified, OfPatient, FromSource, Base):
    """Somebody beside the patient, with what they may decide: FHIR RelatedPerson plus authority.

    authority: decides (guardian, proxy), informed (may be told), none (an emergency contact only). What they may
    receive stands in `store.caregivers`, with their numbers among the patient's telecoms; `telecom` is how a source
    says that they are reached.
    """

    __tablename__ = "related_person"
    __table_args__ = (one_of("authority", "decides", "informed", "none"), in_order("from_on", "until_on"))

    relationship: Mapped[str | None]
    authority: Mapped[str] = mapped_column(default="none", server_default="none")
    from_on: Mapped[dt.date | None]
    until_on: Mapped[dt.date | None]
    language: Mapped[str | None]
    time_zone: Mapped[str | None]
    name_sealed: Mapped[bytes | None]
    telecom_sealed: Mapped[bytes | None]

    name = Sealed()
    telecom = Sealed()


class PatientLocation(Base):
    """The branches a patient belongs to; row-level policies read it. One person, one record, many branches."""

    __tablename__ = "patient_location"
    __table_args__ = (
        PrimaryKeyConstraint("patient_id", "location_id"),
        # the patient is no key here: whether one patient belongs to a branch is asked of the primary key
        Index("ix_patient_location_location", "location_id", postgresql_include=["patient_id"]),
    )

    patient_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("patient.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    since: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class PatientToken(Base):
    """Blind tokens under which a patient is found (foundation.tokens)."""

    __tablename__ = "patient_token"
    __table_args__ = (PrimaryKeyConstraint("kind", "token", "patient_id"), Index(None, "patient_id"))

    kind: Mapped[str]
    token: Mapped[bytes] = mapped_column(LargeBinary)
    patient_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("patient.id"))
