"""The places in force, read from a database as it stands: nothing is made, moved on or unlocked for it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url, select
from sqlalchemy.exc import DBAPIError

from referrals.definitions.records import Definition, DefinitionInForce
from referrals.definitions.settings import read_settings
from referrals.directory.places.places import Places, read_places
from referrals.store.engine import open_engine

_IN_FORCE = (
    select(DefinitionInForce.programme_id, DefinitionInForce.kind, Definition.content)
    .join(Definition, Definition.id == DefinitionInForce.definition_id)
    .where(DefinitionInForce.kind.in_(("settings", "places")))
    .order_by(DefinitionInForce.programme_id)
)


def places_in_force(database_url: str, country: str | None = None) -> list[Places] | None:
    """The places of each programme in the database, or of those in one country.

    None where there is no database, it holds no programme, or it cannot be read: then the folders say.
    """
    if database_url.startswith("sqlite") and not Path(make_url(database_url).database or "").is_file():
        return None
    engine = open_engine(database_url)
    try:
        with engine.connect() as connection:
            rows = connection.execute(_IN_FORCE).all()
    except DBAPIError:
        return None
    finally:
        engine.dispose()
    settings = {row.programme_id: read_settings(row.content.decode()) for row in rows if row.kind == "settings"}
    wanted = [each for each, programme in settings.items() if country in (None, programme.country)]
    content = {row.programme_id: row.content for row in rows if row.kind == "places"}
    return [read_places(content[each]) for each in wanted if each in content] if settings else None
