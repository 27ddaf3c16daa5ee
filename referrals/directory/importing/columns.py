"""What the rules ask of a directory, taken from the rows of an HSDS package: one function for each record."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from referrals.directory.hsds.checks import Judge
from referrals.directory.hsds.hours import read_hours
from referrals.directory.importing.terms import Terms
from referrals.directory.places.places import Point
from referrals.directory.publishing.public_ids import folded, public_id
from referrals.directory.tables.rows import Complaints, Row

TOWN, GOVERNORATE = "مدينة", "محافظة"
ARABIC = re.compile(r"[\u0621-\u064a]")
WHEELCHAIR = ("wheelchair", "كرسي متحرك", "كراسي متحركة", "الكراسي المتحركة", "step free", "step-free")
DELIVERY = ("home_visit", "mobile", "phone")

ORGANIZATION = "external_id name name_en description kind sample public_id folded digest".split()
SERVICE = (
    "external_id organization name name_en description service_term status restricted gender minimum_age maximum_age "
    "assured_at delivery public_id folded digest"
).split()
LOCATION = (
    "external_id organization name name_en place_code address phone lat lon bank wheelchair staff_genders languages "
    "confidential accepting sample assured_at location_type transportation vehicle_changes accessibility public_id "
    "folded digest"
).split()
GIVEN = "external_id service location capacity taken unit waitlist updated_on public_id digest".split()
CAPACITY = "service capacity taken unit waitlist updated_on digest".split()
SCHEDULE = (
    "external_id service location given byday opens_at closes_at zone valid_from valid_to for_whom notes freq "
    "interval bymonthday wkst count until dtstart"
).split()
AREA = "service location given place_code".split()
RULE = "service field op value on_unknown text_ar text_en".split()


@dataclass(frozen=True)
class Columns:
    """Makes the columns of the records of one programme."""

    programme_id: str
    judge: Judge
    terms: Terms
    units: Mapping[str, str]

    def organization(self, row: Row, digest: str) -> tuple[Any, ...]:
        """By `ORGANIZATION`."""
        name, name_en = names_of(row)
        description = row.text("description")
        own = row.text("id")
        return (
            own,
            name[:200],
            name_en[:200],
            description,
            row.text("x_kind")[:80],
            row.yes("x_sample"),
            public_id(self.programme_id, "organization", own),
            _folded(name, name_en, description),
            digest,
        )

    def service(self, row: Row, hanging: Mapping[str, Sequence[Row]], digest: str) -> tuple[Any, ...]:
        """By `SERVICE`."""
        name, name_en = names_of(row)
        description, own = row.text("description"), row.text("id")
        return (
            own,
            row.text("organization_id"),
            name[:200],
            name_en[:200],
            description,
            self.terms.of(row, hanging.get("attribute", ())),
            row.text("status", default="active").lower().replace("_", " "),
            row.yes("x_restricted"),
            row.text("x_services_gender", default="any"),
            *_ages(row),
            _day(row, "assured_date"),
            " ".join(word for word in DELIVERY if word in row.text("x_delivery", "delivery").lower()),
            public_id(self.programme_id, "service", own),
            _folded(name, name_en, description),
            digest,
        )

    def location(self, row: Row, hanging: Mapping[str, Sequence[Row]], hidden: bool, digest: str) -> tuple[Any, ...]:
        """By `LOCATION`. A confidential place is put nowhere: no point is made of its address or its code."""
        own, addresses = row.text("id"), hanging.get("address", ())
        physical = next((each for each in addresses if each.text("address_type") != "postal"), None)
        address = address_of(physical or addresses[0]) if addresses else ""
        phones = hanging.get("phone", ())
        phone = next((each for each in phones if each.text("type").lower() != "fax"), None)
        name, name_en = names_of(row)
        name = name or address or own
        point = None if hidden else self._point(row)
        place_code = self._place(row, point, addresses, hidden)
        places = self.judge.places
        middle = places.point(place_code) if point is None and not hidden else None
        features = hanging.get("accessibility", ())
        return (
            own,
            row.text("organization_id") or None,
            name[:200],
            name_en[:200],
            place_code,
            address[:300],
            phone.text("number").strip('"')[:40] if phone else "",
            (point or middle or (None,))[0],
            (point or middle or (None, None))[1],
            places.bank(place_code),
            any(_wheelchair(each) for each in features),
            " ".join(row.text("x_staff_genders").replace(",", " ").split())[:200],
            _languages(hanging.get("language", ())),
            hidden,
            row.yes("x_accepting", default=True),
            row.yes("x_sample"),
            _day(row, "x_assured_date"),
            row.text("location_type", default="physical").lower()[:20],
            row.text("transportation"),
            row.count("x_boarding") or 0,
            _features(features),
            public_id(self.programme_id, "location", own),
            _folded(name, name_en, row.text("description")),
            digest,
        )

    def given(self, row: Row, hanging: Mapping[str, Sequence[Row]], digest: str) -> tuple[Any, ...]:
        """By `GIVEN`."""
        own = row.text("id")
        room = (
            self.room(hanging["service_capacity"][0])
            if hanging.get("service_capacity")
            else (None, None, "", True, None)
        )
        return (
            own,
            row.text("service_id"),
            row.text("location_id"),
            *room,
            public_id(self.programme_id, "service_at_location", own),
            digest,
        )

    def room(self, row: Row) -> tuple[Any, ...]:
        """capacity, taken, unit, waitlist, updated_on of a capacity row; taken is None when it does not say."""
        maximum, available = row.count("maximum"), row.count("available")
        if maximum is None and available is not None:
            maximum = available  # so many are free, of nobody says how many
        taken = None if maximum is None or available is None else max(maximum - available, 0)
        unit = self.units.get(row.text("unit_id"), row.text("unit_id"))
        return maximum, taken, unit[:80], row.yes("x_waitlist", default=True), _day(row, "updated")

    def schedule(self, row: Row, owner: str, owner_id: str) -> tuple[Any, ...] | None:
        """By `SCHEDULE`; None when it gives no hours."""
        hours = read_hours(row, self.judge.time_zone)
        if hours is None:
            return None
        return (
            row.text("id"),
            *(owner_id if owner == name else None for name in ("service", "location", "service_at_location")),
            hours.byday[:120],
            f"{hours.opens:%H:%M}",
            f"{hours.closes:%H:%M}",
            hours.zone,
            _iso(hours.valid_from),
            _iso(hours.valid_to),
            row.text("x_for", default="everyone"),
            row.text("notes", "description")[:200],
            hours.freq,
            hours.interval,
            hours.bymonthday[:120],
            hours.wkst,
            hours.count,
            _iso(hours.until),
            _iso(hours.dtstart),
        )

    def area(self, row: Row, owner: str, owner_id: str) -> tuple[Any, ...] | None:
        """By `AREA`; None for a name or a shape that is none of our places."""
        code = row.text("x_place_code") or self.judge.nearby.code_named(row.text("name"))
        if not code:
            return None
        return (
            *(owner_id if owner == name else None for name in ("service", "location", "service_at_location")),
            code[:80],
        )

    def rule(self, row: Row) -> tuple[Any, ...]:
        """By `RULE`."""
        return (
            row.text("service_id"),
            row.text("field")[:80],
            row.text("op", default="eq"),
            row.text("value"),
            row.text("on_unknown", default="keep"),
            row.text("text_ar"),
            row.text("text_en"),
        )

    def _point(self, row: Row) -> Point | None:
        latitude, longitude = row.number_in("latitude", -90, 90), row.number_in("longitude", -180, 180)
        if latitude is None or longitude is None or latitude == longitude == 0:
            return None
        point = Point(latitude, longitude)
        return None if self.judge.nearby.swapped(point) else point

    def _place(self, row: Row, point: Point | None, addresses: Sequence[Row], hidden: bool) -> str:
        said = row.text("x_place_code")
        if said and (said in self.judge.places or not len(self.judge.places)):
            return said[:80]
        if hidden or not len(self.judge.places):
            return ""
        found = self.judge.nearby.code_at(point) if point else ""
        for each in addresses if not found else ():
            found = found or self.judge.nearby.code_named(
                *(each.text(name) for name in ("city", "region", "state_province"))
            )
        return found


class _Heard(Complaints):
    """Complaints that were told already."""

    def add(self, *_: Any, **__: Any) -> None:
        """Nobody needs to hear it twice."""


_HEARD = _Heard()


def address_of(row: Row) -> str:
    """One line a person can read, smallest part first."""
    columns = ("address_1", "address_2", "city", "region", "state_province")
    parts = [part for part in dict.fromkeys(row.text(column) for column in columns) if part]
    if len(parts) == 2 and parts[1] == f"{GOVERNORATE} {parts[0]}":
        parts[0] = f"{TOWN} {parts[0]}"  # «قنا، محافظة قنا» sounds like one place said twice
    return "، ".join(parts)


def read_again(content: Mapping[str, Any]) -> Row:
    """A kept row, to be read once more: what is wrong in it was told when it was taken."""
    return Row("", None, content, _HEARD)


def names_of(row: Row) -> tuple[str, str]:
    """The Arabic name and the English one; where there is only one, it is the first."""
    name, other = row.text("name"), row.text("alternate_name")
    arabic, english = row.text("name_ar", "x_name_ar"), row.text("name_en", "x_name_en")
    if not arabic and other and not english and ARABIC.search(other) and not ARABIC.search(name):
        arabic = other
    if arabic and arabic != name and not english and not ARABIC.search(name):
        english = name
    return arabic or name, english or ("" if arabic else other)


@lru_cache(maxsize=4096)
def _folded(name: str, name_en: str, description: str) -> str:
    return folded(name, name_en, description)


def _ages(row: Row) -> tuple[int | None, int | None]:
    """The youngest and the oldest; neither where they leave nobody between them."""
    youngest, oldest = row.number_in("minimum_age", 0, 150), row.number_in("maximum_age", 0, 150)
    if youngest is not None and oldest is not None and oldest < youngest:
        return None, None
    return None if youngest is None else int(youngest), None if oldest is None else int(oldest)


def _day(row: Row, column: str) -> str | None:
    return _iso(row.day(column))


def _iso(value: Any) -> str | None:
    return value.isoformat() if value else None


def _wheelchair(row: Row) -> bool:
    said = (
        f"{row.text('x_feature')} {row.text('description')} {row.text('details')} {row.text('accessibility')}".lower()
    )
    return any(word in said for word in WHEELCHAIR) and "not wheelchair" not in said and "no wheelchair" not in said


def _features(rows: Sequence[Row]) -> str:
    words = [each.text("x_feature") or ("wheelchair" if _wheelchair(each) else "") for each in rows]
    return " ".join(dict.fromkeys(filter(None, words)))[:200]


def _languages(rows: Sequence[Row]) -> str:
    codes = [each.text("code", "name", "language").lower() for each in rows]
    short = {"arabic": "ar", "english": "en", "ara": "ar", "eng": "en", "العربية": "ar", "الإنجليزية": "en"}
    return " ".join(dict.fromkeys(short.get(code, code).split("-")[0] for code in codes if code))[:200] or "ar"
