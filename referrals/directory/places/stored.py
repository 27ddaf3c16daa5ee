"""The places of a programme in the database: as rows for queries, and whole for the rules."""

from __future__ import annotations

from sqlalchemy import delete, insert

from referrals.definitions.in_force import content_of, definition_id
from referrals.directory.places.places import Places, read_places
from referrals.directory.records import AdminArea
from referrals.store.unit_of_work import UnitOfWork


def import_places(uow: UnitOfWork, programme_id: str, content: bytes) -> None:
    """Replaces the places of a programme. Raises `DirectoryError` with file, row and remedy."""
    places = read_places(content)
    uow.session.execute(delete(AdminArea).where(AdminArea.programme_id == programme_id))
    rows = []
    for place in places:
        point = places.point(place.code)
        rows.append(
            {
                "programme_id": programme_id,
                "code": place.code,
                "level": place.level,
                "parent": place.parent,
                "name_ar": place.name_ar[:200],
                "name_en": place.name_en[:200],
                "lat": point.latitude if point else None,
                "lon": point.longitude if point else None,
                "bank": places.bank(place.code),
                "aliases": "|".join(place.aliases),
                "source": place.source[:200],
            }
        )
    if rows:
        uow.session.execute(insert(AdminArea), rows)
    uow.flush()


def stored_places(uow: UnitOfWork, programme_id: str) -> Places:
    """The places of a programme as the rules take them."""
    found = definition_id(uow, programme_id, "places", "places")
    if found is None:
        return Places(())
    known = uow.parsed.get((found, "places"))
    if known is None:
        known = uow.parsed[found, "places"] = read_places(content_of(uow, found))
    assert isinstance(known, Places)
    return known
