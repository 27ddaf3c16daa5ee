"""The directory by HSDS 3.1: organizations, services, locations, when they are open and how many they can take."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, Date, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import Code, Identifier64, Key, MaybeAt, Record, refers

Name = Mapped[str]


class AdminArea(Record):
    """A place of a programme: governorate, markaz or area, village."""

    __tablename__ = "admin_area"
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(80), primary_key=True)
    level: Mapped[Code]
    parent: Mapped[str] = mapped_column(String(80), default="")
    name_ar: Name = mapped_column(String(200))
    name_en: Name = mapped_column(String(200))
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    bank: Mapped[str] = mapped_column(String(10), default="")
    aliases: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(200), default="")


class Organization(Record):
    """An agency, a partner NGO. `external_id` is the id in the directory's own files."""

    __tablename__ = "organization"
    __table_args__ = (UniqueConstraint("programme_id", "external_id"),)
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    external_id: Mapped[Code]
    name: Name = mapped_column(String(200))
    name_en: Name = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[Code] = mapped_column(default="")
    sample: Mapped[bool] = mapped_column(Boolean, default=False)


class Service(Record):
    """A service of an organization, by one of our service terms."""

    __tablename__ = "service"
    __table_args__ = (UniqueConstraint("programme_id", "external_id"),)
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    organization_id: Mapped[int] = refers("organization.id", index=True)
    external_id: Mapped[Code]
    name: Name = mapped_column(String(200))
    name_en: Name = mapped_column(String(200), default="")
    service_term: Mapped[Code]
    status: Mapped[str] = mapped_column(String(30), default="active")
    restricted: Mapped[bool] = mapped_column(Boolean, default=False)


class Location(Record):
    """A place where services are given."""

    __tablename__ = "location"
    __table_args__ = (UniqueConstraint("programme_id", "external_id"),)
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    organization_id: Mapped[int] = refers("organization.id", index=True)
    external_id: Mapped[Code]
    name: Name = mapped_column(String(200))
    name_en: Name = mapped_column(String(200), default="")
    place_code: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    bank: Mapped[str] = mapped_column(String(10), default="")
    wheelchair: Mapped[bool] = mapped_column(Boolean, default=False)
    staff_genders: Mapped[str] = mapped_column(String(40), default="")
    languages: Mapped[str] = mapped_column(String(40), default="ar")
    confidential: Mapped[bool] = mapped_column(Boolean, default=False)
    accepting: Mapped[bool] = mapped_column(Boolean, default=True)
    sample: Mapped[bool] = mapped_column(Boolean, default=False)
    assured_at: Mapped[date | None] = mapped_column(Date)


class ServiceAtLocation(Record):
    """A service given at a location: what a referral goes to. Counts how much of its capacity is taken."""

    __tablename__ = "service_at_location"
    __table_args__ = (UniqueConstraint("service_id", "location_id"),)
    id: Mapped[Key]
    service_id: Mapped[int] = refers("service.id")
    location_id: Mapped[int] = refers("location.id", index=True)
    external_id: Mapped[Code]
    capacity_per_week: Mapped[int | None] = mapped_column(Integer)
    waitlist: Mapped[bool] = mapped_column(Boolean, default=True)
    updated_at: Mapped[MaybeAt]


class Schedule(Record):
    """When a location (or one service there) is open: wall time in an IANA zone, RFC 5545 days, seasons."""

    __tablename__ = "schedule"
    id: Mapped[Key]
    location_id: Mapped[int] = refers("location.id", index=True)
    service_at_location_id: Mapped[int | None] = refers("service_at_location.id")
    byday: Mapped[str] = mapped_column(String(40))
    opens_at: Mapped[str] = mapped_column(String(5))
    closes_at: Mapped[str] = mapped_column(String(5))
    zone: Mapped[str] = mapped_column(String(60))
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    for_whom: Mapped[str] = mapped_column(String(20), default="everyone")  # everyone | women
    notes: Mapped[str] = mapped_column(String(200), default="")


class ServiceArea(Record):
    """A place whose families a location serves; a location without any serves all."""

    __tablename__ = "service_area"
    id: Mapped[Key]
    location_id: Mapped[int] = refers("location.id", index=True)
    place_code: Mapped[str] = mapped_column(String(80))


class EligibilityRule(Record):
    """Whom a service takes: `field op value`, and what an unknown answer means."""

    __tablename__ = "eligibility_rule"
    id: Mapped[Key]
    service_id: Mapped[int] = refers("service.id", index=True)
    field: Mapped[Code]
    op: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(200))
    on_unknown: Mapped[str] = mapped_column(String(10), default="keep")


class Crossing(Record):
    """A bridge or a ferry, with its hours and the years it stands."""

    __tablename__ = "crossing"
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"), index=True)
    external_id: Mapped[Code]
    kind: Mapped[str] = mapped_column(String(10))
    name: Name = mapped_column(String(200), default="")
    lat: Mapped[float] = mapped_column(Float)
    lon: Mapped[float] = mapped_column(Float)
    opens: Mapped[str] = mapped_column(String(5), default="")
    closes: Mapped[str] = mapped_column(String(5), default="")
    active_from: Mapped[date | None] = mapped_column(Date)
    active_to: Mapped[date | None] = mapped_column(Date)
    wait_minutes: Mapped[int] = mapped_column(Integer, default=0)


class CalendarDay(Record):
    """A day that is not like the others: a holiday, Ramadan, a closure of one place."""

    __tablename__ = "calendar_day"
    __table_args__ = (Index("ix_calendar_day_of_programme", "programme_id", "day"),)
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    location_id: Mapped[int | None] = mapped_column(Identifier64)
    day: Mapped[date] = mapped_column(Date)
    kind: Mapped[Code]
    name_ar: Name = mapped_column(String(200), default="")
    estimated: Mapped[bool] = mapped_column(Boolean, default=False)
