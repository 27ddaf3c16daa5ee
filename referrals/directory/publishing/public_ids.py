"""The ids and folded names by which others read the directory: stable, the same on every machine, found by an index."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import bindparam, select, update

from dialogs.understanding import fold
from referrals.directory.records import Location, Organization, Service, ServiceAtLocation
from referrals.store.unit_of_work import UnitOfWork

OURS: Final = UUID("6d3f2c53-6a0e-5f0a-9d4d-6f1c8f0b7a21")  # the space of our own names: never to be changed
_WRITTEN: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # as UUIDs are written anyway
_fold = lru_cache(maxsize=1 << 12)(fold)  # of a directory's descriptions many say the same
NAMED: Final = {"organization": Organization, "service": Service, "location": Location}
AT_LOCATION: Final = "service_at_location"


def public_id(programme_id: str, kind: str, external_id: str) -> str:
    """The UUID that HSDS demands: the owner's own id where that is one, else made of it, always the same.

    `kind` is organization, service, location, service_at_location or the name of another object of HSDS.
    """
    if _WRITTEN.fullmatch(external_id):
        return external_id
    try:
        return str(UUID(external_id))
    except ValueError:
        return str(uuid5(OURS, f"{programme_id}/{kind}/{external_id}"))


def folded(*names: str) -> str:
    """What is searched in: every name in one spelling (أ and ا, ة and ه, ى and ي, upper and lower case)."""
    return " ".join(dict.fromkeys(filter(None, map(_fold, names))))


def is_blank(uow: UnitOfWork) -> bool:
    """Whether any row has no public id yet: four probes of an index."""
    tables: list[Any] = [each.__table__ for each in (*NAMED.values(), ServiceAtLocation)]
    probes = (select(table.c.id).where(table.c.public_id == "").limit(1) for table in tables)
    return any(uow.connection.execute(probe).first() for probe in probes)


def fill_public(uow: UnitOfWork) -> int:
    """Gives ids and folded names to the rows that have none yet, however they came; returns how many."""
    uow.flush()
    filled = 0
    for kind, record in NAMED.items():
        table: Any = record.__table__
        rows = uow.connection.execute(select(table).where(table.c.public_id == "")).mappings().all()
        values = [
            {
                "row": row["id"],
                "given": public_id(row["programme_id"], kind, row["external_id"]),
                "names": folded(row["name"], row["name_en"], row.get("description", "")),
            }
            for row in rows
        ]
        if values:
            fill = update(table).where(table.c.id == bindparam("row"))
            uow.connection.execute(fill.values(public_id=bindparam("given"), folded=bindparam("names")), values)
        filled += len(values)
    return filled + _fill_given(uow)


def _fill_given(uow: UnitOfWork) -> int:
    table: Any = ServiceAtLocation.__table__
    wanted = (
        select(table.c.id, table.c.external_id, Service.programme_id)
        .join(Service, Service.id == table.c.service_id)
        .where(table.c.public_id == "")
    )
    values = [
        {"row": row.id, "given": public_id(row.programme_id, AT_LOCATION, row.external_id)}
        for row in uow.connection.execute(wanted)
    ]
    if values:
        fill = update(table).where(table.c.id == bindparam("row")).values(public_id=bindparam("given"))
        uow.connection.execute(fill, values)
    return len(values)
