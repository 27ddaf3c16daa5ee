"""What stands beside the services of a directory: crossings, known ways, the calendar; replaced where it differs."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import time
from typing import Any

from sqlalchemy import delete, insert, select, text

from referrals.appointments.closures.calendar_staff import said_by_staff
from referrals.directory.hours.calendar_days import read_calendar
from referrals.directory.importing.columns import read_again
from referrals.directory.records import CalendarDay, Crossing, Location
from referrals.directory.tables.rows import Complaints, Row
from referrals.matching.records import TravelTime
from referrals.store.unit_of_work import UnitOfWork

CROSSING = (
    "external_id kind name name_en lat lon opens closes active_from active_to wait_minutes vehicle_changes".split()
)
WAY = ("place_code", "location_id", "mode", "minutes", "source")
DAY = ("location_id", "day", "kind", "name_ar", "estimated")


def replace_beside(
    uow: UnitOfWork, programme_id: str, whole: Collection[str], calendar: bytes | None, complaints: Complaints
) -> Mapping[str, int]:
    """Brings those that the package has (`whole`) up to the staged rows; says how many of each differ from before."""
    mine = select(Location.external_id, Location.id).filter_by(programme_id=programme_id)
    locations: dict[str, int] = {row.external_id: row.id for row in uow.connection.execute(mine)}
    found = {}
    if "crossing" in whole:
        crossings = [_crossing(row) for row in _staged(uow, "crossing")]
        found["crossing"] = _replace(uow, Crossing, programme_id, CROSSING, crossings)
    if "travel_time" in whole:
        ways = [_way(row, locations) for row in _staged(uow, "travel_time") if row.text("location_id") in locations]
        found["travel_time"] = _replace(uow, TravelTime, programme_id, WAY, ways)
    if calendar is not None:
        days = [
            (locations.get(each.location_id), each.day, each.kind, each.name_ar, each.estimated)
            for each in read_calendar(calendar, locations=locations, complaints=complaints).days
        ]
        theirs = said_by_staff(uow, programme_id)
        days = [each for each in days if each[:3] not in theirs]
        found["calendar_day"] = _replace(uow, CalendarDay, programme_id, DAY, days, source="directory")
    return found


def _staged(uow: UnitOfWork, kind: str) -> list[Row]:
    rows = uow.connection.execute(
        text("select content from staged where kind = :kind and good = 1 order by n"), {"kind": kind}
    )
    return [read_again(json.loads(row.content)) for row in rows]


def _replace(
    uow: UnitOfWork, record: Any, programme_id: str, columns: Sequence[str], wanted: list[tuple[Any, ...]], **of: str
) -> int:
    """Makes the rows of the programme these; says how many differ."""
    mine = select(*(getattr(record, name) for name in columns)).filter_by(programme_id=programme_id, **of)
    before = {tuple(row) for row in uow.connection.execute(mine)}
    after = set(wanted)
    if before == after:
        return 0
    uow.connection.execute(delete(record).filter_by(programme_id=programme_id, **of))
    if wanted:
        given = {"programme_id": programme_id, **of}
        uow.connection.execute(
            insert(record), [given | dict(zip(columns, row, strict=True)) for row in dict.fromkeys(wanted)]
        )
    return len(before ^ after)


def _crossing(row: Row) -> tuple[Any, ...]:
    return (
        row.text("id"),
        row.one_of("kind", {"bridge", "ferry"}, "bridge"),
        row.text("name_ar", "name")[:200],
        row.text("name_en")[:200],
        row.number_in("lat", -90, 90),
        row.number_in("lon", -180, 180),
        _clock(row.clock("opens")),
        _clock(row.clock("closes")),
        row.day("active_from"),
        row.day("active_to"),
        row.count("wait_min") or 0,
        row.count("vehicle_changes") or 0,
    )


def _way(row: Row, locations: Mapping[str, int]) -> tuple[Any, ...]:
    minutes = float(row.count("minutes") or 0)
    mode = row.text("mode", default="any")[:80]
    return row.text("place_code"), locations[row.text("location_id")], mode, minutes, row.text("source")[:200]


def _clock(value: time | None) -> str:
    return f"{value:%H:%M}" if value else ""
