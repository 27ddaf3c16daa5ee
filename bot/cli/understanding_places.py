"""The places that `sanad understand place` reads over: those in force in the database, else those of the folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings
    from referrals.directory.places.places import Places


def places_to_read(country: str | None) -> Places:
    """The places of every programme, or of one country's, as one list; of two with one code the first counts.

    A database that holds programmes says which are in force; without one the folders do, and none is made.
    Raises `CommandFailed` where there are no places at all.
    """
    from bot.cli import CommandFailed
    from bot.settings import read_settings
    from referrals.directory.places.in_force import places_in_force
    from referrals.directory.places.places import Places

    settings = read_settings()
    found = places_in_force(settings.database_url, country)
    if found is None:
        found = _in_folders(settings, country)
    if not found:
        raise CommandFailed(f"no programme{f' in {country}' if country else ''} has a places.csv (SANAD_PROGRAMMES)")
    if len(found) == 1:
        return found[0]
    return Places(tuple({place.code: place for places in reversed(found) for place in places}.values()))


def place_shown(code: str, places: Places) -> dict[str, str]:
    """A place as others may use it: its id, its names, and the names of what it belongs to."""
    place = places[code]
    return {
        "id": place.code,
        "name_ar": place.name_ar,
        "name_en": place.name_en,
        "path_ar": places.path_ar(code),
        "path_en": places.path_en(code),
    }


def _in_folders(settings: Settings, country: str | None) -> list[Places]:
    from referrals.definitions.settings import read_settings as read_programme
    from referrals.directory.places.places import read_places

    found = []
    for folder in settings.programmes:
        programme = read_programme((folder / "programme.toml").read_text(encoding="utf-8"), source=str(folder))
        file = folder / "places.csv"
        if file.is_file() and country in (None, programme.country):
            found.append(read_places(file.read_bytes()))
    return found
