"""Places and staff: organizations, locations (branches), departments, service lines, programmes, practitioners."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journeys.foundation.secrets import Sealed
from journeys.foundation.tables import Base, Identified, Texts
from journeys.store.columns import FromSource, in_order, one_of


class Organization(Identified, FromSource, Base):
    """An organization: the clinic itself, a specialist it refers to, a payer."""

    __tablename__ = "organization"

    name: Mapped[str]
    kind: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True, server_default="true")


class Location(Identified, FromSource, Base):
    """A place. A branch is a location with a slug: scopes, queues and staff hang on branches."""

    __tablename__ = "location"
    __table_args__ = (one_of("status", "active", "suspended", "inactive"),)

    slug: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    status: Mapped[str] = mapped_column(default="active", server_default="active")
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    part_of_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    time_zone: Mapped[str | None]
    country: Mapped[str | None]
    phone: Mapped[str | None]
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("business_calendar.id"))


class ServiceLine(Identified, Base):
    """A line of care that crosses departments: cardiology, primary care."""

    __tablename__ = "service_line"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Texts]


class Department(Identified, Base):
    """A department of a branch."""

    __tablename__ = "department"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Texts]
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), index=True)
    service_line_id: Mapped[int | None] = mapped_column(ForeignKey("service_line.id"))


class Programme(Identified, Base):
    """A care programme that patients are in for a while: diabetes care, antenatal care."""

    __tablename__ = "programme"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Texts]
    service_line_id: Mapped[int | None] = mapped_column(ForeignKey("service_line.id"))


class Practitioner(Identified, FromSource, Base):
    """A member of staff or an outside clinician; `username` joins staff to their sign-in."""

    __tablename__ = "practitioner"

    name_sealed: Mapped[bytes | None]
    username: Mapped[str | None] = mapped_column(unique=True)
    active: Mapped[bool] = mapped_column(default=True, server_default="true")

    name = Sealed()


class PractitionerRole(Identified, FromSource, Base):
    """What somebody does where: the branches of a practitioner's roles are the scope of their acts."""

    __tablename__ = "practitioner_role"
    __table_args__ = (
        UniqueConstraint("practitioner_id", "location_id", "code", postgresql_nulls_not_distinct=True),
        in_order("from_on", "until_on"),
    )

    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioner.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    service_line_id: Mapped[int | None] = mapped_column(ForeignKey("service_line.id"))
    code: Mapped[str | None]
    display: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    from_on: Mapped[dt.date | None]
    until_on: Mapped[dt.date | None]
