"""The directory as a package that others read: HSDS 3.1 as CSV tables with their description, or as JSON."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from sqlalchemy import select

from referrals.directory.hsds.objects import OBJECTS
from referrals.directory.publishing.lists import whole
from referrals.directory.records import CalendarDay, DirectoryRow, Location, Service, ServiceAtLocation
from referrals.directory.rows import standing
from referrals.store.unit_of_work import UnitOfWork

PORTION = 2_000
NUMBERS = frozenset({"latitude", "longitude", "lat", "lon", "minimum_age", "maximum_age", "amount"})
WHOLE_NUMBERS = frozenset({"interval", "count", "maximum", "available", "extension", "minutes"})
CALENDAR = ("date", "kind", "estimated", "name_ar", "source", "location_id")
Opener = Callable[[str], Any]


def export_tables(uow: UnitOfWork, programme_id: str, path: Path) -> dict[str, int]:
    """Writes a tabular package into a folder, or into a .zip; returns the rows written by object.

    Every column comes back as it was taken, the capacities as they are now. What is confidential is not in it.
    """
    counts: Counter[str] = Counter()
    resources = []
    room = _room(uow, programme_id)
    with _opened(path) as opener:
        for kind, each in OBJECTS.items():
            columns = _columns(uow, programme_id, kind)
            if not columns:
                continue
            with opener(f"{each.path}.csv") as file:
                table = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\r\n")
                table.writeheader()
                for row in _rows(uow, programme_id, kind):
                    table.writerow({name: _cell(value) for name, value in _live(kind, row, room).items()})
                    counts[kind] += 1
            resources.append(_resource(kind, each.path, columns))
        counts["calendar_day"] = _calendar(uow, programme_id, opener)
        with opener("datapackage.json") as file:
            json.dump(_description(programme_id, resources), file, ensure_ascii=False, indent=2)
    return {kind: count for kind, count in counts.items() if count}


def export_json(uow: UnitOfWork, programme_id: str, path: Path) -> dict[str, int]:
    """Writes organizations and services, each whole, as one JSON file; returns how many of each."""
    counts: Counter[str] = Counter()
    with path.open("w", encoding="utf-8") as file:
        file.write("{")
        for kind, told in whole(uow, [programme_id]):
            if not counts[kind]:
                file.write(f'{"]," if counts else ""}\n"{OBJECTS[kind].path}": [\n')
            else:
                file.write(",\n")
            counts[kind] += 1
            told.pop("services", None)  # of an organization, by name only: they stand whole below
            json.dump(told, file, ensure_ascii=False)
        file.write("]\n}\n" if counts else "}\n")
    return dict(counts)


def _rows(uow: UnitOfWork, programme_id: str, kind: str) -> Iterator[dict[str, Any]]:
    query = standing(programme_id).where(DirectoryRow.kind == kind)
    found = uow.connection.execute(query, execution_options={"stream_results": True, "yield_per": PORTION})
    for row in found:
        content: dict[str, Any] = json.loads(row.content)
        yield content


def _columns(uow: UnitOfWork, programme_id: str, kind: str) -> list[str]:
    """The columns that some row fills: those of the standard first, in its order, then all others."""
    seen: dict[str, None] = {}
    for row in _rows(uow, programme_id, kind):
        seen.update(dict.fromkeys(row))
    known = [name for name in (*OBJECTS[kind].columns, *OBJECTS[kind].profile) if name in seen]
    return [*known, *sorted(seen.keys() - set(known))]


def _room(uow: UnitOfWork, programme_id: str) -> Mapping[str, ServiceAtLocation]:
    """Services at locations that say how many they can take, by their id in the package."""
    query = (
        select(ServiceAtLocation)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(Service.programme_id == programme_id, ServiceAtLocation.capacity.is_not(None))
        .where(Location.confidential.is_(False))
    )
    return {row.external_id: row for row in uow.session.scalars(query)}


def _live(kind: str, row: dict[str, Any], room: Mapping[str, ServiceAtLocation]) -> dict[str, Any]:
    """The row, with the capacity as it is now where it tells that of a service at one location."""
    given = room.get(str(row.get("x_service_at_location_id", ""))) if kind == "service_capacity" else None
    if given is None or given.capacity is None:
        return row
    free = max(given.capacity - given.used - given.taken_elsewhere, 0)
    told = {"maximum": given.capacity} if "maximum" in row else {}
    return row | told | {"available": free}


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def _calendar(uow: UnitOfWork, programme_id: str, opener: Opener) -> int:
    query = (
        select(CalendarDay, Location.external_id)
        .outerjoin(Location, Location.id == CalendarDay.location_id)
        .where(CalendarDay.programme_id == programme_id, Location.confidential.is_not(True))
        .order_by(CalendarDay.day, CalendarDay.id)
    )
    days = uow.session.execute(query).all()
    if days:
        with opener("calendar.csv") as file:
            table = csv.writer(file, lineterminator="\r\n")
            table.writerow(CALENDAR)
            for day, location in days:
                estimated = "yes" if day.estimated else "no"
                table.writerow((day.day.isoformat(), day.kind, estimated, day.name_ar, "", location or ""))
    return len(days)


def _resource(kind: str, path: str, columns: Sequence[str]) -> dict[str, Any]:
    each = OBJECTS[kind]
    schema: dict[str, Any] = {"fields": [{"name": name, "type": _type(name)} for name in columns]}
    if "id" in columns:
        schema["primaryKey"] = "id"
    schema["foreignKeys"] = [
        {"fields": name, "reference": {"resource": target, "fields": "id"}}
        for name, target in each.refers.items()
        if name in columns
    ]
    return {
        "name": kind,
        "path": f"{path}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _type(column: str) -> str:
    return "number" if column in NUMBERS else "integer" if column in WHOLE_NUMBERS else "string"


def _description(programme_id: str, resources: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-package",
        "name": f"sanad-{programme_id}-directory",
        "title": f"Directory of the {programme_id} programme (Open Referral HSDS 3.1, Sanad's profile)",
        "resources": resources,
    }


@contextmanager
def _opened(path: Path) -> Iterator[Opener]:
    """Opens text files for writing below a folder, or inside a .zip, one after the other."""
    if path.suffix.lower() != ".zip":
        path.mkdir(parents=True, exist_ok=True)
        yield lambda name: (path / name).open("w", encoding="utf-8", newline="")
        return
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:

        def within(name: str) -> IO[str]:
            return io.TextIOWrapper(archive.open(name, "w"), encoding="utf-8", newline="")

        yield within
