"""A GeoNames dump (`EG.txt`, tab-separated, 19 columns without a header) as a programme's places.csv."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from dialogs.understanding import fold
from referrals.directory.places.places import Point as Degrees
from referrals.directory.places.places import distance_km
from referrals.directory.places.simple import SimplePlaces, pointed, written
from referrals.directory.places.simple_tree import Point, Simple
from referrals.directory.tables.rows import NOTE, Complaints

ATTRIBUTION = "GeoNames (geonames.org), CC BY 4.0: name this source wherever its places are shown."
COLUMNS, LINES_LOOKED_AT = 19, 20
LEVELS = {"ADM1": "governorate", "ADM2": "markaz", "ADM3": "district", "ADM4": "area"}
TOWN_QUARTER, GONE = "PPLX", frozenset({"PPLH", "PPLQ", "PPLW", "PPLCH"})
SAME_PLACE_KM = 2.0
MOST_ALIASES = 12
ARABIC = re.compile(r"[\u0621-\u064a]")
NOT_ARABIC = re.compile(r"[پچژگکیےہەۆێڕڵ]")  # Persian, Urdu and Kurdish spellings
LATIN = re.compile(r"[A-Za-zÀ-ÿ`'’ -]+")


@dataclass(frozen=True)
class Names:
    """Arabic names by GeoNames id, the preferred one first, from an alternateNames file."""

    of: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Feature:
    """A row that is a place: the place, where it belongs, what it counts."""

    place: Simple
    admin: tuple[str, str, str]  # country, admin1, admin2
    code: str
    population: int


def is_geonames(content: bytes) -> bool:
    """Whether one of the first lines is one of a GeoNames dump: the very first may be broken."""
    head = content[:200_000].decode("utf-8-sig", "replace").split("\n", LINES_LOOKED_AT)[:LINES_LOOKED_AT]
    return any(len(cells) == COLUMNS and _is_id(cells[0]) for cells in (line.split("\t") for line in head))


def _is_id(cell: str) -> bool:
    return cell.isascii() and cell.isdecimal() and len(cell) < 12


def read_names(content: bytes) -> Names:
    """The Arabic names of an alternateNames file (id, geonameid, language, name, preferred, short, …, historic)."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for line in io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", "replace"):  # of all the world it has 700 MB
        cells = line.rstrip("\n").split("\t")
        if len(cells) > 3 and cells[2] == "ar" and cells[3].strip():
            flags = [cells[at].strip() == "1" if len(cells) > at else False for at in (4, 6, 7)]
            if not flags[2]:  # a historic name is not what people write
                found[cells[1]].append((0 if flags[0] else 2 if flags[1] else 1, cells[3].strip()))
    return Names({id: [name for _, name in sorted(names, key=lambda one: one[0])] for id, names in found.items()})


def read_admin(content: bytes) -> dict[str, tuple[str, str]]:
    """The divisions of admin1CodesASCII.txt or admin2Codes.txt: `EG.23` -> (English name, GeoNames id)."""
    found = {}
    for line in io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", "replace"):
        cells = line.rstrip("\n").split("\t")
        if len(cells) >= 4 and "." in cells[0]:
            found[cells[0].strip()] = (cells[2].strip() or cells[1].strip(), cells[3].strip())
    return found


def read_geonames(
    content: bytes,
    *,
    file: str = "geonames.txt",
    names: Names = Names(),
    admin: Mapping[str, tuple[str, str]] | None = None,
    within: str = "",
) -> SimplePlaces:
    """The places of a dump: divisions and settlements, what belongs to what, Arabic names where there are any.

    `within` keeps one first-order division (its admin1 code). Rows that cannot be read are told and left out; rivers,
    hills and buildings are no places. Settlements of one name in one division within 2 km are one place.
    """
    complaints = Complaints()
    features = [each for each in _features(content, file, names, complaints) if not within or each.admin[1] == within]
    left_out = complaints.left_out
    divisions = {_key(each): each.place for each in features if each.code in ("ADM1", "ADM2")}
    made = _made(features, divisions, names, admin or {})
    divisions |= made
    placed = [replace(each.place, parent=_parent(each, divisions)) for each in features]
    whole, doubles = _without_doubles(placed, {each.place.code: each.population for each in features})
    for kept, double in doubles:
        cause = f"«{double.name_ar}» ({double.code}) is the same place as {kept.code}."
        complaints.add(file, _row(double), "", cause, "It was put together with it.", effect=NOTE)
    every = [*(replace(place, parent=_above(key, divisions)) for key, place in made.items()), *whole]
    problems = tuple(complaints.found)
    return SimplePlaces(written(pointed(every)), len(every), len(made), problems, left_out)


def _features(content: bytes, file: str, names: Names, complaints: Complaints) -> Iterator[_Feature]:
    seen: set[str] = set()
    for number, line in enumerate(content.decode("utf-8-sig", "replace").split("\n"), start=1):
        if not line.strip():
            continue
        cells = line.rstrip("\r").split("\t")
        if len(cells) != COLUMNS or not _is_id(cells[0]):
            cause = f"the row has {len(cells)} columns, a GeoNames row {COLUMNS}, the first a number."
            complaints.add(file, number, "", cause, "It was left out: fetch the file anew.")
        elif cells[0] in seen:
            complaints.add(file, number, "geonameid", f"{cells[0]} stands in an earlier row too.", "It was left out.")
        elif _is_place(cells):
            seen.add(cells[0])
            if (feature := _feature(cells, file, number, names, complaints)) is not None:
                yield feature


def _is_place(cells: list[str]) -> bool:
    kind, code = cells[6], cells[7]
    return code in LEVELS if kind == "A" else kind == "P" and code not in GONE


def _feature(cells: list[str], file: str, number: int, names: Names, complaints: Complaints) -> _Feature | None:
    try:
        point = Point(float(cells[4]), float(cells[5]))
    except ValueError:
        point = Point(999.0, 999.0)
    if not (abs(point.lat) <= 90 and abs(point.lon) <= 180):
        cause = f"«{cells[4]}, {cells[5]}» is no point on earth."
        complaints.add(file, number, "latitude", cause, "It was left out: look it up at GeoNames.")
        return None
    arabic, latin = _names(cells, names)
    if not fold(arabic) and not fold(latin):
        complaints.add(file, number, "name", "the place has no name.", "It was left out.")
        return None
    others = [name for name in _spellings(cells, names) if name not in (arabic, latin)][:MOST_ALIASES]
    place = Simple(
        f"gn-{cells[0]}",
        LEVELS.get(cells[7], "area" if cells[7] == TOWN_QUARTER else "village"),
        arabic or latin,
        latin or arabic,
        ("", ""),
        ("", ""),
        point,
        tuple(dict.fromkeys(others)),
        f"GeoNames {cells[0]} (CC BY 4.0), row {number}",
    )
    population = int(cells[14]) if _is_id(cells[14]) else 0
    return _Feature(place, (cells[8], cells[10], cells[11]), cells[7] if cells[6] == "A" else "P", population)


def _names(cells: list[str], names: Names) -> tuple[str, str]:
    """The Arabic name and the Latin one."""
    arabic = [
        *names.of.get(cells[0], ()),
        *(name for name in _written_in(cells, ARABIC) if not NOT_ARABIC.search(name)),
    ]
    return (arabic[0] if arabic else ""), (cells[2].strip() or cells[1].strip())


def _spellings(cells: list[str], names: Names) -> list[str]:
    """Other ways in which it is written: Arabic ones first, then Latin ones."""
    arabic = [name for name in _written_in(cells, ARABIC) if not NOT_ARABIC.search(name)]
    latin = [name for name in (cells[1].strip(), *_written_in(cells, LATIN)) if LATIN.fullmatch(name)]
    return [*names.of.get(cells[0], ()), *arabic, *latin]


def _written_in(cells: list[str], script: re.Pattern[str]) -> list[str]:
    return [name.strip() for name in cells[3].replace("|", ",").split(",") if script.search(name)]


def _key(feature: _Feature) -> tuple[str, str]:
    """(admin1, admin2) of a division; admin2 is blank for one of the first order."""
    return feature.admin[1], feature.admin[2] if feature.code == "ADM2" else ""


def _made(
    features: Iterable[_Feature],
    divisions: Mapping[tuple[str, str], Simple],
    names: Names,
    admin: Mapping[str, tuple[str, str]],
) -> dict[tuple[str, str], Simple]:
    """Divisions that settlements name and no row is: made of the files of codes, where these are given."""
    made: dict[tuple[str, str], Simple] = {}
    for each in features:
        country, first, second = each.admin
        for key, code in (((first, ""), f"{country}.{first}"), ((first, second), f"{country}.{first}.{second}")):
            if key in divisions or key in made or code not in admin or (key[1] == "" and not first):
                continue
            latin, number = admin[code]
            arabic = next(iter(names.of.get(number, ())), "") or latin
            level = "markaz" if key[1] else "governorate"
            source = f"named as the parent of others in GeoNames {number} (CC BY 4.0)"
            made[key] = Simple(f"gn-{number}", level, arabic, latin, ("", ""), ("", ""), None, (), source)
    return made


def _above(key: tuple[str, str], divisions: Mapping[tuple[str, str], Simple]) -> str:
    above = divisions.get((key[0], "")) if key[1] else None
    return above.code if above else ""


def _parent(feature: _Feature, divisions: Mapping[tuple[str, str], Simple]) -> str:
    """The smallest division that it lies in, other than itself."""
    _, first, second = feature.admin
    keys = {"ADM1": [], "ADM2": [(first, "")]}.get(feature.code, [(first, second), (first, "")])
    for key in keys:
        if (key[1] or key == (first, "")) and key in divisions and divisions[key].code != feature.place.code:
            return divisions[key].code
    return ""


def _without_doubles(
    places: Iterable[Simple], population: Mapping[str, int]
) -> tuple[list[Simple], list[tuple[Simple, Simple]]]:
    """One place for each; of two, the one where more people live, with the spellings of both."""
    by_name: dict[tuple[str, str, bool], list[int]] = defaultdict(list)
    kept: list[Simple] = []
    doubles = []
    for place in sorted(places, key=lambda each: (-population.get(each.code, 0), int(each.code.removeprefix("gn-")))):
        settled = place.level in ("village", "area")
        key = (fold(place.name_ar), place.parent, settled)
        same = next((at for at in by_name[key] if settled and _near(kept[at], place)), None)
        if same is None:
            by_name[key].append(len(kept))
            kept.append(place)
            continue
        doubles.append((kept[same], place))
        spellings = (*kept[same].aliases, place.name_ar, place.name_en, *place.aliases)
        own = (kept[same].name_ar, kept[same].name_en)
        kept[same] = replace(kept[same], aliases=tuple(n for n in dict.fromkeys(spellings) if n not in own))
    return sorted(kept, key=lambda each: int(each.code.removeprefix("gn-"))), doubles


def _near(one: Simple, other: Simple) -> bool:
    if one.point is None or other.point is None:
        return False
    return distance_km(Degrees(*one.point), Degrees(*other.point)) <= SAME_PLACE_KM


def _row(place: Simple) -> int | None:
    found = re.search(r"row (\d+)$", place.source)
    return int(found[1]) if found else None
