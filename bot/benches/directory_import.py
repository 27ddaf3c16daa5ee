"""How long a large directory takes to import and to read, in how much memory, and how long others wait meanwhile."""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

AIMS = {"import_seconds": 60.0, "import_megabytes": 400.0}
"""For 100,000 services, each with a location, a service there, an address, a phone and hours."""
NOW = datetime(2026, 11, 1, 7, tzinfo=UTC)
SPACE = UUID("2f0b0f6e-64c1-5b0a-9a53-4f7d3c8e5a10")  # of the invented ids
SERVICES_OF_ONE = 20  # services of one organization
TERMS = ("food", "cash-help", "training", "medicine", "clothes", "school-help")
TABLES: Mapping[str, str] = {
    "organizations": "id,name,description,x_sample",
    "services": "id,organization_id,name,name_en,description,status,x_service_term",
    "locations": "id,organization_id,location_type,name,latitude,longitude",
    "service_at_location": "id,service_id,location_id",
    "addresses": "id,location_id,address_1,city,state_province,country,address_type",
    "phones": "id,location_id,number,type",
    "schedules": "id,location_id,freq,byday,opens_at,closes_at,timezone",
}


def write_package(folder: Path, services: int) -> int:
    """Writes an invented directory as a tabular package; returns how many rows it has."""
    rows = 0
    with ExitStack() as stack:
        tables = {}
        for name, header in TABLES.items():
            file = stack.enter_context((folder / f"{name}.csv").open("w", encoding="utf-8", newline=""))
            tables[name] = csv.writer(file)
            tables[name].writerow(header.split(","))
        for at in range(services):
            for name, row in _rows(at):
                tables[name].writerow(row)
                rows += 1
    return rows


def _rows(at: int) -> Iterator[tuple[str, tuple[Any, ...]]]:
    organization = _id("organization", at // SERVICES_OF_ONE)
    service, location = _id("service", at), _id("location", at)
    if at % SERVICES_OF_ONE == 0:
        yield "organizations", (organization, f"جمعية رقم {at} (عيّنة)", "بيانات عيّنة", "yes")
    term = TERMS[at % len(TERMS)]
    yield "services", (service, organization, f"خدمة رقم {at} (عيّنة)", f"Service {at} (sample)", "عيّنة", "active", term)
    latitude, longitude = 25.2 + (at * 7919 % 10_000) / 8_000, 32.0 + (at * 104_729 % 10_000) / 9_000
    yield (
        "locations",
        (location, organization, "physical", f"مقر رقم {at} (عيّنة)", f"{latitude:.5f}", f"{longitude:.5f}"),
    )
    yield "service_at_location", (_id("given", at), service, location)
    yield "addresses", (_id("address", at), location, f"شارع {at % 90}", "قنا", "محافظة قنا", "EG", "physical")
    yield "phones", (_id("phone", at), location, f"+20 00 0000 {at % 10_000:04}", "voice")
    yield "schedules", (_id("schedule", at), location, "WEEKLY", "SU,MO,TU,WE,TH", "09:00", "14:00", "Africa/Cairo")


def _id(kind: str, at: int) -> UUID:
    return uuid5(SPACE, f"{kind}/{at}")


def measure_import(services: int, *, url: str = "") -> dict[str, Any]:
    """Imports so many services into a new database, twice, in a process of its own, and reads them by the open API.

    Gives seconds, the most resident memory in MB, rows a second, the seconds of the second import, how long a writer
    beside it had to wait at most, and the milliseconds of `measure_reading` as `read_…`. `url` names an empty
    PostgreSQL database; by default it is SQLite.
    """
    with tempfile.TemporaryDirectory(prefix="sanad-bench-directory-") as name:
        folder = Path(name)
        (folder / "package").mkdir()
        rows = write_package(folder / "package", services)
        told = subprocess.run(
            [sys.executable, "-m", "bot.benches.directory_import", str(folder), url or f"sqlite:///{folder}/bench.db"],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"SANAD_DATA": str(folder)},
        )
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return {"services": services, "rows": rows, "rows_a_second": round(rows / found["import_seconds"]), **found}


def _run(folder: Path, url: str) -> None:
    """What the process of its own does: prints what it measured, as JSON."""
    from bot.benches.directory_reading import measure_reading
    from referrals.directory.hsds.package import open_parts
    from referrals.directory.importing.whole import import_package
    from referrals.protection.keys.keyring import master_keys
    from referrals.store.opening import load_programmes, open_store

    store = open_store(url, master_keys(None, folder))
    load_programmes(store, [Path(__file__).parents[2] / "programmes" / "qena"], NOW)
    with _Beside(store) as beside, open_parts(folder / "package") as parts:
        began, busy = time.perf_counter(), time.process_time()
        report = import_package(store, "qena", parts, NOW)
        seconds, own = time.perf_counter() - began, time.process_time() - busy
        again = import_package(store, "qena", parts, NOW + timedelta(hours=1))
        twice = time.perf_counter() - began - seconds
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {
        "import_seconds": round(seconds, 2),
        "import_processor_seconds": round(own, 2),  # without what other programs took of the machine
        "import_megabytes": round(megabytes, 1),
        "again_seconds": round(twice, 2),
        "longest_wait_of_a_writer_seconds": round(beside.longest, 2),
        "problems": len(report.complaints) + (not report.in_force),
        "changed_the_second_time": sum(again.changed.values()) + again.gone,
        **{f"read_{name}": value for name, value in measure_reading(store, "qena").items()},
    }
    sys.stdout.write(json.dumps(told) + "\n")


class _Beside:
    """Another writer of the same database, who notes how long he has to wait."""

    def __init__(self, store: Any) -> None:
        self.store, self.longest, self.over = store, 0.0, threading.Event()
        self.thread = threading.Thread(target=self._write)

    def __enter__(self) -> _Beside:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    def _write(self) -> None:
        from sqlalchemy import text

        while not self.over.wait(0.05):
            began = time.perf_counter()
            with self.store.unit_of_work() as uow:
                uow.connection.execute(text("update programme set active = active where id = 'kuwait'"))
            self.longest = max(self.longest, time.perf_counter() - began)


def aim_of(name: str) -> float | None:
    """What a number is to stay under; None where nothing was promised."""
    return AIMS.get(name)


if __name__ == "__main__":
    _run(Path(sys.argv[1]), sys.argv[2])
