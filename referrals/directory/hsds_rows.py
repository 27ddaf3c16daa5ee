"""The parts of an HSDS row that need nothing but the row: organizations, addresses, weekly hours, zones, crossings."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from referrals.directory.opening_hours import WeeklyHours, read_byday
from referrals.directory.tables import Row
from referrals.directory.values import Crossing, Organization

TOWN, GOVERNORATE = "مدينة", "محافظة"


def organization_of(row: Row) -> Organization:
    """The organization of a row."""
    name_en, kind = row.text("name_en", "alternate_name"), row.text("x_kind")
    return Organization(
        row.text("id"), row.required("name"), name_en, row.text("description"), kind, row.yes("x_sample")
    )


def address_of(row: Row) -> str:
    """One line a person can read, smallest part first."""
    columns = ("address_1", "address_2", "city", "region", "state_province")
    parts = [part for part in dict.fromkeys(row.text(column) for column in columns) if part]
    if len(parts) == 2 and parts[1] == f"{GOVERNORATE} {parts[0]}":
        parts[0] = f"{TOWN} {parts[0]}"  # «قنا، محافظة قنا» sounds like one place said twice
    return "، ".join(parts)


def hours_of(row: Row) -> WeeklyHours | None:
    """The weekly hours of a schedule row; None and a complaint when they cannot be read."""
    if (frequency := row.text("freq", default="WEEKLY").upper()) != "WEEKLY" or row.text(
        "interval", default="1"
    ) != "1":
        row.complain("freq", f"«{frequency}» with that interval is not taken.", "Only every week: WEEKLY, interval 1.")
        return None
    opens, closes = row.clock("opens_at"), row.clock("closes_at")
    for column, value in (("opens_at", opens), ("closes_at", closes)):
        if value is None and not row.text(column):
            row.complain(column, "the cell is blank.", "Write the time of day: 09:00.")
    valid_from, valid_to = row.day("valid_from"), row.day("valid_to")
    if valid_from and valid_to and valid_to < valid_from:
        row.complain("valid_to", f"{valid_to} is before {valid_from}.", "A season ends after it begins.")
    try:
        days = read_byday(row.required("byday"))
    except ValueError as problem:
        row.complain("byday", f"«{problem}» is not a weekday.", "Use SU, MO, TU, WE, TH, FR, SA with commas between.")
        return None
    if opens is None or closes is None:
        return None
    return WeeklyHours(days, opens, closes, valid_from, valid_to)


def zone_of(row: Row, time_zone: str) -> str:
    """The IANA zone of a schedule; a UTC offset, as plain HSDS has it, is replaced by the programme's zone."""
    name = row.text("timezone", default=time_zone)
    if name and (name[0] in "+-0123456789" or name.upper() in {"Z", "UTC"}):
        name = time_zone
    if not name:
        row.complain("timezone", "the cell names no place's clock.", "Use an IANA name: Africa/Cairo, Asia/Kuwait.")
        return time_zone
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError):
        row.complain("timezone", f"there is no time zone «{name}».", "Use an IANA name: Africa/Cairo, Asia/Kuwait.")
        return time_zone


def crossing_of(row: Row) -> Crossing | None:
    """The crossing of a row; None and a complaint when it has no point."""
    for column in ("lat", "lon"):
        row.required(column)
    latitude, longitude = row.number_in("lat", -90, 90), row.number_in("lon", -180, 180)
    kind = row.one_of("kind", {"bridge", "ferry"}, "bridge")
    opens, closes = row.clock("opens"), row.clock("closes")
    active_from, active_to = row.day("active_from"), row.day("active_to")
    if latitude is None or longitude is None:
        return None
    return Crossing(
        row.text("id"),
        kind,
        row.text("name_ar", "name"),
        latitude,
        longitude,
        opens,
        closes,
        active_from,
        active_to,
        row.count("wait_min") or 0,
    )
