"""The directory by HSDS 3.1: organizations, services, locations, when they are open and how many they can take."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from sqlalchemy import Boolean, Date, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, Record, refers

GONE = text("gone_at IS NOT NULL")
Name = Mapped[str]
External = Annotated[str, mapped_column(String(255))]  # an id as the directory's own files have it
Digest = Annotated[str, mapped_column(String(32), default="", server_default="")]  # of all that an import wrote here


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
    external_id: Mapped[External]
    public_id: Mapped[str] = mapped_column(String(36), default="", server_default="", index=True)  # to readers
    folded: Mapped[str] = mapped_column(Text, default="", server_default="")  # names as they are searched for
    name: Name = mapped_column(String(200))
    name_en: Name = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[Code] = mapped_column(default="")
    sample: Mapped[bool] = mapped_column(Boolean, default=False)
    modified_at: Mapped[MaybeAt]  # when this, or what hangs on it, last really changed
    gone_at: Mapped[MaybeAt]  # since when the directory's files no longer name it
    digest: Mapped[Digest]


class Service(Record):
    """A service of an organization, by one of our service terms."""

    __tablename__ = "service"
    __table_args__ = (UniqueConstraint("programme_id", "external_id"),)
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    organization_id: Mapped[int] = refers("organization.id", index=True)
    external_id: Mapped[External]
    public_id: Mapped[str] = mapped_column(String(36), default="", server_default="", index=True)  # to readers
    folded: Mapped[str] = mapped_column(Text, default="", server_default="")  # names as they are searched for
    name: Name = mapped_column(String(200))
    name_en: Name = mapped_column(String(200), default="")
    service_term: Mapped[Code]
    status: Mapped[str] = mapped_column(String(30), default="active")
    restricted: Mapped[bool] = mapped_column(Boolean, default=False)
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    gender: Mapped[str] = mapped_column(String(10), default="any", server_default="any")  # any | women | men
    minimum_age: Mapped[int | None] = mapped_column(Integer)
    maximum_age: Mapped[int | None] = mapped_column(Integer)
    assured_at: Mapped[date | None] = mapped_column(Date)
    delivery: Mapped[str] = mapped_column(String(80), default="", server_default="")  # home_visit mobile phone
    modified_at: Mapped[MaybeAt]  # when this, or what hangs on it, last really changed
    gone_at: Mapped[MaybeAt]  # since when the directory's files no longer name it
    digest: Mapped[Digest]


class Location(Record):
    """A place where services are given."""

    __tablename__ = "location"
    __table_args__ = (
        UniqueConstraint("programme_id", "external_id"),
        Index("ix_location_near", "programme_id", "lat"),  # what readers of the open directory find around a point
        Index("ix_location_gone", "id", sqlite_where=GONE, postgresql_where=GONE),  # where families may still be booked
    )
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    organization_id: Mapped[int] = refers("organization.id", index=True)
    external_id: Mapped[External]
    public_id: Mapped[str] = mapped_column(String(36), default="", server_default="", index=True)  # to readers
    folded: Mapped[str] = mapped_column(Text, default="", server_default="")  # names as they are searched for
    name: Name = mapped_column(String(200))
    name_en: Name = mapped_column(String(200), default="")
    place_code: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    bank: Mapped[str] = mapped_column(String(10), default="")
    wheelchair: Mapped[bool] = mapped_column(Boolean, default=False)
    staff_genders: Mapped[str] = mapped_column(String(200), default="")
    languages: Mapped[str] = mapped_column(String(200), default="ar")
    confidential: Mapped[bool] = mapped_column(Boolean, default=False)
    accepting: Mapped[bool] = mapped_column(Boolean, default=True)
    sample: Mapped[bool] = mapped_column(Boolean, default=False)
    assured_at: Mapped[date | None] = mapped_column(Date)
    location_type: Mapped[str] = mapped_column(String(20), default="physical", server_default="physical")
    transportation: Mapped[str] = mapped_column(Text, default="", server_default="")
    vehicle_changes: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    accessibility: Mapped[str] = mapped_column(String(200), default="", server_default="")  # blank: nobody looked
    modified_at: Mapped[MaybeAt]  # when this, or what hangs on it, last really changed
    gone_at: Mapped[MaybeAt]  # since when the directory's files no longer name it
    digest: Mapped[Digest]


class ServiceAtLocation(Record):
    """A service given at a location: what a referral goes to. Counts how much of its capacity is taken."""

    __tablename__ = "service_at_location"
    __table_args__ = (
        UniqueConstraint("service_id", "location_id"),
        # who gives a service near a point: bands of a twentieth of a degree, then the longitude
        Index("ix_service_at_location_near", "programme_id", "service_term", "lat_band", "lon"),
        Index("ix_service_at_location_remote", "programme_id", "service_term", "remote"),
    )
    id: Mapped[Key]
    service_id: Mapped[int] = refers("service.id")
    location_id: Mapped[int] = refers("location.id", index=True)
    external_id: Mapped[External]
    public_id: Mapped[str] = mapped_column(String(36), default="", server_default="", index=True)  # to readers
    capacity: Mapped[int | None] = mapped_column(Integer)  # places in all; None where nobody said
    used: Mapped[int] = mapped_column(Integer, default=0)  # places that our open referrals hold
    taken_elsewhere: Mapped[int] = mapped_column(Integer, default=0)  # taken beside ours, as the owner's data say
    unit: Mapped[Code] = mapped_column(default="")  # of a place: families, beds, hours
    waitlist: Mapped[bool] = mapped_column(Boolean, default=True)
    paused: Mapped[bool] = mapped_column(Boolean, default=False)  # the centre takes nobody in for now
    lacking_since: Mapped[MaybeAt]  # the centre refused for want of room
    confirmed_at: Mapped[MaybeAt]  # the centre itself said how many it can take
    confirmed_by: Mapped[int | None] = mapped_column(Identifier64)
    updated_at: Mapped[MaybeAt]
    modified_at: Mapped[MaybeAt]  # when this, or what hangs on it, last really changed
    gone_at: Mapped[MaybeAt]  # since when the directory's files no longer name it
    digest: Mapped[Digest]
    # the index of matching, kept by referrals/matching/indexing.py; blank: not looked at yet
    programme_id: Mapped[str] = mapped_column(String(80), default="")
    service_term: Mapped[Code] = mapped_column(default="")
    lat_band: Mapped[int] = mapped_column(Integer, default=9999)  # floor(lat * 20); 9999 without coordinates
    lat: Mapped[float] = mapped_column(Float, default=0.0)
    lon: Mapped[float] = mapped_column(Float, default=0.0)
    profile: Mapped[str] = mapped_column(Text, default="")  # rules, areas, hours: JSON as the matcher reads it
    remote: Mapped[Code] = mapped_column(default="")  # ways to be served from afar


class Schedule(Record):
    """When a location (or one service there) is open: wall time in an IANA zone, RFC 5545 days, seasons."""

    __tablename__ = "schedule"
    id: Mapped[Key]
    location_id: Mapped[int] = refers("location.id", index=True)
    service_at_location_id: Mapped[int | None] = refers("service_at_location.id")
    external_id: Mapped[External] = mapped_column(default="", server_default="")
    freq: Mapped[str] = mapped_column(String(10), default="WEEKLY", server_default="WEEKLY")  # | DAILY | MONTHLY
    interval: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    byday: Mapped[str] = mapped_column(String(120))  # SU,MO; of a month also 1SU,-1TH
    bymonthday: Mapped[str] = mapped_column(String(120), default="", server_default="")
    wkst: Mapped[str] = mapped_column(String(2), default="", server_default="")
    count: Mapped[int | None] = mapped_column(Integer)
    until: Mapped[date | None] = mapped_column(Date)
    dtstart: Mapped[date | None] = mapped_column(Date)
    opens_at: Mapped[str] = mapped_column(String(5))
    closes_at: Mapped[str] = mapped_column(String(5))
    zone: Mapped[str] = mapped_column(String(60))
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    for_whom: Mapped[str] = mapped_column(String(20), default="everyone")  # everyone | women
    notes: Mapped[str] = mapped_column(String(200), default="")


class ServiceArea(Record):
    """A place whose families a location, or one service there, serves; one without any serves all."""

    __tablename__ = "service_area"
    id: Mapped[Key]
    location_id: Mapped[int] = refers("location.id", index=True)
    service_at_location_id: Mapped[int | None] = mapped_column(Identifier64)  # None: of the whole location
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
    text_ar: Mapped[str] = mapped_column(Text, default="", server_default="")
    text_en: Mapped[str] = mapped_column(Text, default="", server_default="")


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
    name_en: Name = mapped_column(String(200), default="", server_default="")
    vehicle_changes: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class CalendarDay(Record):
    """A day that is not like the others: a holiday, Ramadan, a closure of one place."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        Index("ix_calendar_day_of_programme", "programme_id", "day"),
        Index("ix_calendar_day_day", "day"),  # what the clock looks through: the next days, of all programmes
    )
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    location_id: Mapped[int | None] = mapped_column(Identifier64)
    day: Mapped[date] = mapped_column(Date)
    kind: Mapped[Code]
    name_ar: Name = mapped_column(String(200), default="")
    estimated: Mapped[bool] = mapped_column(Boolean, default=False)
    source: Mapped[str] = mapped_column(String(12), default="directory", server_default="directory")  # | staff


class DirectoryImport(Record):
    """One import of a directory. Its rows stand once `current_at` is set, all together; nobody sees them before.

    `stage`: `begun` while records are written, `standing` once it is in force, `done` when what was before is removed.
    One that was killed stays as it is, and the next import of the programme looks at everything anew.
    """

    __tablename__ = "directory_import"
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"), index=True)
    source: Mapped[str] = mapped_column(String(200))
    from_folder: Mapped[bool] = mapped_column(Boolean)  # the programme's own folder, not an officer's package
    judged_by: Mapped[str] = mapped_column(
        String(32), default=""
    )  # the places, terms and rules that rows were read with
    began_at: Mapped[At]
    current_at: Mapped[MaybeAt]
    taken: Mapped[int] = mapped_column(Integer, default=0)
    left_out: Mapped[int] = mapped_column(Integer, default=0)
    changed: Mapped[int] = mapped_column(Integer, default=0)
    stage: Mapped[str] = mapped_column(String(10), default="begun")
    package: Mapped[str] = mapped_column(String(32), default="")  # of its bytes; blank where anything was to be told
    told: Mapped[str] = mapped_column(Text, default="")  # JSON: how many of each object it had


class DirectoryRow(Record):
    """A row of the directory as it came: every HSDS object and every column, also those that no rule asks for.

    `content` is a JSON object of the row's own fields (flat: what it refers to stands by id). It stands when its import
    is current (`standing()` in referrals/directory/rows.py); `confidential` ones are never given to anybody.
    """

    __tablename__ = "directory_row"
    __table_args__ = (
        UniqueConstraint("programme_id", "kind", "external_id", "import_id"),
        Index("ix_directory_row_of_owner", "programme_id", "owner_kind", "owner_id"),
    )
    id: Mapped[Key]
    import_id: Mapped[int] = refers("directory_import.id", index=True)
    programme_id: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40))  # the HSDS object: phone, cost_option, …
    external_id: Mapped[External]
    owner_kind: Mapped[str] = mapped_column(String(40), default="")  # what it hangs on: location, service, …
    owner_id: Mapped[External] = mapped_column(default="")
    confidential: Mapped[bool] = mapped_column(Boolean, default=False)
    digest: Mapped[str] = mapped_column(String(32))
    content: Mapped[str] = mapped_column(Text)
