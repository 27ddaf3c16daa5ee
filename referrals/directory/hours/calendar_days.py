"""The days that are not like the others, from a programme's calendar.csv: holidays, Ramadan, closures."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from referrals.directory.tables.files import read_table
from referrals.directory.tables.rows import Complaints

KINDS = frozenset({"holiday", "ramadan", "closure"})


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One such day. `estimated`: it hangs on the moon being sighted and is confirmed by a person. A `location_id`
    means that it holds for that location alone."""

    day: date
    kind: str
    estimated: bool = False
    name_ar: str = ""
    source: str = ""
    location_id: str = ""


@dataclass(frozen=True)
class Calendar:
    """The calendar of a programme, in order of days."""

    days: tuple[CalendarDay, ...] = ()

    def holidays(self, location_id: str = "") -> frozenset[date]:
        """The days on which a location does not open: everybody's holidays, and its own closures."""
        return frozenset(
            each.day for each in self.days if each.kind != "ramadan" and each.location_id in {"", location_id}
        )

    def in_ramadan(self, day: date) -> bool:
        """Whether the day is in Ramadan, as far as the calendar knows."""
        return any(each.kind == "ramadan" and each.day == day for each in self.days)

    def on(self, day: date) -> tuple[CalendarDay, ...]:
        """What the calendar says of a day."""
        return tuple(each for each in self.days if each.day == day)


def read_calendar(
    content: bytes | str,
    *,
    file: str = "calendar.csv",
    locations: Collection[str] | None = None,
    complaints: Complaints | None = None,
) -> Calendar:
    """The calendar of a CSV (date, kind, estimated, name_ar, source, location_id). Raises `DirectoryError`.

    With `locations` (their ids) a closure must be of one of them. With `complaints` wrong rows are told there and left
    out, and nothing is raised.
    """
    told = Complaints() if complaints is None else complaints
    days = []
    for row in read_table(file, content, told):
        before = told.left_out
        row.required("date")
        day = row.day("date")
        kind, estimated = row.one_of("kind", KINDS, "holiday"), row.yes("estimated")
        if row.text("location_id") and kind != "closure":
            row.complain("location_id", f"a {kind} is everybody's.", "Use kind closure, or leave location_id blank.")
        if locations is not None:
            row.known("location_id", locations, "location", optional=True)
        if day and told.left_out == before:
            days.append(
                CalendarDay(day, kind, estimated, row.text("name_ar"), row.text("source"), row.text("location_id"))
            )
    if complaints is None:
        told.raise_if_any()
    return Calendar(tuple(sorted(days, key=lambda each: (each.day, each.kind, each.location_id))))
