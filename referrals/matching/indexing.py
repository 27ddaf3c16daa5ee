"""Keeps the index of matching: beside each service at a location stand its programme, term, band and profile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, select, text, update

from referrals.directory import records as directory
from referrals.matching.rules.distance import NOWHERE, band_of
from referrals.matching.rules.profile import written
from referrals.store.unit_of_work import UnitOfWork

AT_A_TIME = 2000
MANY = 1000
ASR_HOUR = 15
BY_PHONE = "virtual"  # HSDS location_type of what one calls or writes to

GIVEN, SERVICE, LOCATION = directory.ServiceAtLocation, directory.Service, directory.Location
INDEXED = ("programme_id", "service_term", "lat_band", "lat", "lon", "profile", "remote")
STATIC = (
    select(
        GIVEN.id,
        GIVEN.service_id,
        GIVEN.location_id,
        *(getattr(GIVEN, name).label(f"old_{name}") for name in INDEXED),
        SERVICE.programme_id,
        SERVICE.service_term,
        SERVICE.gender,
        SERVICE.minimum_age,
        SERVICE.maximum_age,
        SERVICE.delivery,
        LOCATION.lat,
        LOCATION.lon,
        LOCATION.bank,
        LOCATION.vehicle_changes,
        LOCATION.location_type,
        LOCATION.staff_genders,
        LOCATION.languages,
        LOCATION.wheelchair,
        LOCATION.accessibility,
    )
    .join(SERVICE, SERVICE.id == GIVEN.service_id)
    .join(LOCATION, LOCATION.id == GIVEN.location_id)
    .order_by(GIVEN.id)
    .limit(AT_A_TIME)
)
REWRITE = (
    update(GIVEN).where(GIVEN.id == bindparam("given")).values({name: bindparam(f"new_{name}") for name in INDEXED})
)


def index_candidates(uow: UnitOfWork, programme_id: str) -> int:
    """Brings the index of a programme up to its directory; says how many rows it changed."""
    return _index(uow, STATIC.where(SERVICE.programme_id == programme_id))


def index_new(uow: UnitOfWork, most: int | None = None) -> int:
    """Indexes what was never looked at, wherever it came from; one probe of the index when there is nothing.

    With `most`, about so many rows and no more: a large import is indexed in portions. Returns how many it changed.
    """
    new = select(GIVEN.id).where(GIVEN.programme_id == "").limit(1)
    uow.flush()
    return _index(uow, STATIC.where(GIVEN.programme_id == ""), most) if uow.connection.execute(new).first() else 0


def _index(uow: UnitOfWork, rows: Any, most: int | None = None) -> int:
    uow.flush()
    changed, last = 0, 0
    while (most is None or changed < most) and (some := uow.connection.execute(rows.where(last < GIVEN.id)).all()):
        last = some[-1].id
        anew = list(_changes(uow, some))
        if anew:
            uow.connection.execute(REWRITE, anew)
        changed += len(anew)
    if changed:
        _forget(uow)
    if changed > MANY and not uow.on_sqlite:  # or its planner goes by what the tables held before
        uow.connection.execute(text("ANALYZE service_at_location, service, location"))
    return changed


def _changes(uow: UnitOfWork, rows: Sequence[Any]) -> Iterable[dict[str, Any]]:
    facts = _Facts(uow, rows)
    for row in rows:
        placed = row.lat is not None and row.lon is not None
        new = (
            row.programme_id,
            row.service_term,
            band_of(row.lat) if placed else NOWHERE,
            row.lat if placed else 0.0,
            row.lon if placed else 0.0,
            facts.profile(row),
            _remote(row),
        )
        if any(value != getattr(row, f"old_{name}") for name, value in zip(INDEXED, new, strict=True)):
            yield {"given": row.id, **{f"new_{name}": value for name, value in zip(INDEXED, new, strict=True)}}


class _Facts:
    """What stands in other tables about some rows, read with one question each."""

    def __init__(self, uow: UnitOfWork, rows: Sequence[Any]) -> None:
        services, locations = {row.service_id for row in rows}, {row.location_id for row in rows}
        rule, area, hours = directory.EligibilityRule, directory.ServiceArea, directory.Schedule
        self.rules = defaultdict[int, list[tuple[str, str, str, str]]](list)
        asked = select(rule.service_id, rule.field, rule.op, rule.value, rule.on_unknown).order_by(rule.id)
        for service_id, *told in uow.connection.execute(asked.where(rule.service_id.in_(services))):
            self.rules[service_id].append((told[0], told[1], told[2], told[3]))
        self.areas = defaultdict[tuple[int, int | None], list[str]](list)
        served = select(area.location_id, area.service_at_location_id, area.place_code)
        for location_id, given_id, code in uow.connection.execute(served.where(area.location_id.in_(locations))):
            self.areas[location_id, given_id].append(code)
        self.hours = defaultdict[tuple[int, int | None], list[Any]](list)
        opened = select(
            hours.location_id, hours.service_at_location_id, hours.for_whom, hours.closes_at, hours.valid_from
        )
        for each in uow.connection.execute(opened.where(hours.location_id.in_(locations))):
            self.hours[each.location_id, each.service_at_location_id].append(each)

    def profile(self, row: Any) -> str:
        """The profile of a row, as its text."""
        hours = self.hours.get((row.location_id, row.id)) or self.hours.get((row.location_id, None), [])
        womens = [each.for_whom == "women" for each in hours]
        return written(
            rules=self.rules.get(row.service_id, ()),
            areas=[*self.areas.get((row.location_id, None), ()), *self.areas.get((row.location_id, row.id), ())],
            bank=row.bank,
            vehicle_changes=row.vehicle_changes,
            gender=row.gender,
            ages=(row.minimum_age, row.maximum_age),
            staff_genders=row.staff_genders,
            women="only" if womens and all(womens) else "days" if any(womens) else "",
            languages=row.languages,
            accessibility=f"{row.accessibility}{' wheelchair' if row.wheelchair else ''}",
            late=any(each.closes_at > f"{ASR_HOUR + 1}:00" and each.valid_from is None for each in hours),
        )


def _remote(row: Any) -> str:
    words = set(row.delivery.split()) | ({"phone"} if row.location_type == BY_PHONE else set())
    return " ".join(sorted(words))


def _forget(uow: UnitOfWork) -> None:
    """What the session remembers of these rows is old now."""
    for known in list(uow.session.identity_map.values()):
        if isinstance(known, GIVEN):
            uow.session.expire(known)
