"""Where a family says it lives, before it has a programme: whose places hold that name, or that point on the map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from babel import Locale

from dialogs.understanding import Gazetteer, PlaceEntry, read_place
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.definitions.in_force import settings_of
from referrals.directory.places.places import Places, Point
from referrals.directory.places.stored import stored_places

NEAR_ENOUGH_KM = 60  # a governorate's width: beyond it a programme's nearest village says nothing


@dataclass(frozen=True, slots=True)
class Meant:
    """A programme; `sure` when they named a place of it, or its country, and of no other."""

    programme_id: str
    sure: bool


def programme_meant(desk: Desk, heard: Heard) -> Meant | None:
    """The one programme where they live, by their words or their point; None where none or several may be meant."""
    if heard.content.point is not None:
        return _around(desk, Point(heard.content.point[0], heard.content.point[1]))
    return _named(desk, heard.text) if heard.text else None


def _named(desk: Desk, words: str) -> Meant | None:
    """A country first: «مصر» is no village that is spelled nearly so."""
    mine = {each: settings_of(desk.uow, each).country for each in desk.programme_ids()}
    country = read_place(words, _countries(frozenset(mine.values())))
    if country.sure:
        return _only([each for each, code in mine.items() if code == country.value], sure=True)
    sure, perhaps = [], []
    for each in mine:
        places = stored_places(desk.uow, each)
        reading = places.read(words)
        if reading.sure or _one_inside_another(places, reading.candidates):
            sure.append(each)
        elif reading.candidates:
            perhaps.append(each)
    return _only(sure, sure=True) if sure else _only(perhaps, sure=False)


def _around(desk: Desk, point: Point) -> Meant | None:
    """The programme of the nearest place that is known."""
    near = [
        (km, each)
        for each in desk.programme_ids()
        for _, km in stored_places(desk.uow, each).nearest(point, limit=1)
        if km <= NEAR_ENOUGH_KM
    ]
    return Meant(min(near)[1], sure=True) if near else None


def _only(found: list[str], *, sure: bool) -> Meant | None:
    return Meant(found[0], sure) if len(found) == 1 else None


def _one_inside_another(places: Places, codes: tuple[str, ...]) -> bool:
    """Whether they bear one name and lie around each other: Qena the town and Qena the governorate are both Qena."""
    if len(codes) < 2:  # one that only may be meant
        return False
    innermost = max(codes, key=lambda code: len(places.chain(code)))
    return set(codes) <= {place.code for place in places.chain(innermost)}


@cache
def _countries(codes: frozenset[str]) -> Gazetteer:
    """The countries as Unicode's CLDR names them in Arabic and English."""
    spoken = [Locale(language).territories for language in ("ar", "en")]
    return Gazetteer.of(
        PlaceEntry(code, "governorate", "", tuple(names[code] for names in spoken if code in names))
        for code in sorted(codes)
    )
