"""Lists of places as others keep them, with names for what each belongs to, as a programme's places.csv."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from dialogs.understanding import fold
from referrals.directory.places.simple_tree import Point, Simple, Tree, mark_of
from referrals.directory.tables.cells import read_decimal
from referrals.directory.tables.encodings import text_in
from referrals.directory.tables.files import MOST_TITLES, read_table
from referrals.directory.tables.rows import Complaints, Row, TableProblem

COLUMNS = ("code", "level", "parent", "name_ar", "name_en", "lat", "lon", "aliases", "source")
_HEADERS: Mapping[str, tuple[str, ...]] = {
    "name_ar": (
        "name_ar",
        "arabic_name",
        "name_arabic",
        "ar_name",
        "الاسم",
        "الاسم بالعربية",
        "name",
        "place",
        "label",
    ),
    "name_en": ("name_en", "english_name", "name_english", "en_name", "asciiname", "name_latin", "الاسم بالإنجليزية"),
    "level": ("level", "placetype", "place_type", "type", "kind", "المستوى", "النوع"),
    "governorate_ar": ("governorate_ar", "governorate", "province_ar", "province", "region", "المحافظة"),
    "governorate_en": ("governorate_en", "province_en"),
    "parent_ar": ("parent_ar", "markaz_ar", "markaz", "district_ar", "district", "city_ar", "المركز", "المنطقة"),
    "parent_en": ("parent_en", "markaz_en", "district_en", "city_en"),
    "lat": ("lat", "latitude", "y", "خط العرض"),
    "lon": ("lon", "lng", "long", "longitude", "x", "خط الطول"),
    "aliases": (
        "alt_names_ar",
        "aliases",
        "alternatives",
        "alt_names",
        "alternate_names",
        "alternatenames",
        "أسماء أخرى",
    ),
}
_IDS = (("code", ""), ("pcode", ""), ("wof_id", "wof-"), ("geonames_id", "gn-"), ("geonameid", "gn-"), ("id", "id-"))
_LEVELS = {
    "governorate": "governorate region province state محافظه",
    "markaz": "markaz county qism مركز قسم مدينه",
    "district": "district",
    "area": "area borough macrohood neighbourhood neighborhood suburb microhood campus block حي منطقه ضاحيه قطعه",
    "village": "village locality town city hamlet settlement قريه عزبه نجع كفر",
}
_KNOWN = {*(name for names in _HEADERS.values() for name in names), *(name for name, _ in _IDS)}
_LEVEL_OF = {fold(word): level for level, words in _LEVELS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class SimplePlaces:
    """What came of a list: a places.csv, how many places it holds, and a line for each row that was not taken whole.

    `made` are places that were only named as what others belong to.
    """

    content: bytes
    count: int
    made: int
    problems: tuple[TableProblem, ...]
    left_out: int


def is_simple(content: bytes | str) -> bool:
    """True for a list whose header is not that of a places.csv: it names no `code` and `parent`, but names do."""
    text = text_in(content) if isinstance(content, bytes) else content.removeprefix("\ufeff")
    lines = (line for line in text.splitlines() if line.strip(",;\t ") and not line.startswith("sep="))
    rows = ([cell.strip().strip('"') for cell in re.split(r"[,;\t|]", line)] for line in islice(lines, MOST_TITLES + 1))
    first = next(rows, [])
    cells = first if _names_places(first) else next(filter(_heads, rows), first)
    return not {"code", "level", "name_ar"} <= set(_named(cells)) and _names_places(cells)


def _names_places(cells: list[str]) -> bool:
    return not set(_named(cells)).isdisjoint(_HEADERS["name_ar"])


def _heads(cells: list[str]) -> bool:
    """Whether a row surely is the header: it names places, and is made of our columns more than of others."""
    filled = [name for name in _named(cells) if name]
    ours = sum(name in _KNOWN for name in filled)
    return _names_places(cells) and ours > 1 and ours * 2 > len(filled)


def _named(header: list[str]) -> list[str]:
    """The columns as they are called above, whatever letters and spaces they are written with."""
    small = [name.strip().lower() for name in header]
    return [name if name in _KNOWN else re.sub(r"[\s-]+", "_", name) for name in small]


def read_simple(content: bytes | str, *, file: str = "places.csv") -> SimplePlaces:
    """The list as a places.csv. No row is lost in silence: `problems` has those left out, or taken with less."""
    complaints = Complaints()
    taken: dict[str, Simple] = {}
    for row in read_table(file, content, complaints, _named, _heads):
        place = _place(row)
        if place is None:
            continue
        if place.code in taken:
            row.complain("", f"«{place.code}» stands in an earlier row too.", "It was left out.")
        else:
            taken[place.code] = place
    tree = Tree(taken)
    placed = [replace(place, parent=tree.parent_of(place)) for place in taken.values()]
    every = [*tree.made.values(), *placed]
    return SimplePlaces(
        written(pointed(every)), len(every), len(tree.made), tuple(complaints.found), complaints.left_out
    )


def _cell(row: Row, column: str) -> str:
    return row.text(*_HEADERS[column])


def _place(row: Row) -> Simple | None:
    """The place of a row; None, and a complaint, when it has no name."""
    arabic, english = _cell(row, "name_ar"), _cell(row, "name_en")
    if not fold(arabic) and not fold(english):
        row.complain("name_ar", "the place has no name.", "It was left out: give it one.")
        return None
    code = next((before + row.text(name) for name, before in _IDS if row.text(name)), "")
    above = (_cell(row, "parent_ar"), _cell(row, "parent_en"))
    governorate = (_cell(row, "governorate_ar"), _cell(row, "governorate_en"))
    path = "/".join(filter(None, (governorate[0] or governorate[1], above[0] or above[1], arabic or english)))
    return Simple(
        _NOT_CODE_KEPT.sub("-", code)[:80] or f"p-{mark_of(path)}",
        _level(row, bool(any(above)), bool(any(governorate))),
        arabic or english,
        english or arabic,
        governorate,
        above,
        _point(row),
        tuple(dict.fromkeys(part.strip() for part in re.split(r"[|؛;]", _cell(row, "aliases")) if part.strip())),
        f"{row.file}, row {row.number}",
    )


_NOT_CODE_KEPT = re.compile(r"[^A-Za-z0-9_.-]+")


def _level(row: Row, below_something: bool, in_governorate: bool) -> str:
    said = _cell(row, "level")
    word = fold(said.partition("(")[0])
    level = _LEVEL_OF.get(word) or _LEVEL_OF.get(word.removeprefix("ال"))
    if said and level is None:
        row.softly.complain("level", f"«{said}» is no level we know.", "It was taken as a village.")
    if level in {None, "village"} and in_governorate and not below_something:
        return "area"  # «حولي، السالمية»: right below its governorate
    return level or "village"


def _point(row: Row) -> Point | None:
    found = []
    for column, limit in (("lat", 90.0), ("lon", 180.0)):
        value = _cell(row, column)
        try:
            number = read_decimal(value) if value else None
        except ValueError:
            number = 999.0
        if number is not None and not abs(number) <= limit:
            row.softly.complain(
                column, f"«{value}» is not a number of degrees.", "The place was taken without its point."
            )
            number = None
        found.append(number)
    lat, lon = found
    return Point(lat, lon) if lat is not None and lon is not None else None


def pointed(places: Sequence[Simple]) -> Iterable[Simple]:
    """The places; one that was only named lies in the middle of what belongs to it."""
    parent = {place.code: place.parent for place in places}
    sums: dict[str, list[float]] = {}
    for place in places:
        above = place.parent if place.point else ""
        while above and place.point:
            total = sums.setdefault(above, [0.0, 0.0, 0.0])
            total[0] += place.point.lat
            total[1] += place.point.lon
            total[2] += 1
            above = parent.get(above, "")
    for place in places:
        lat, lon, count = sums.get(place.code, (0.0, 0.0, 0.0))
        if place.point is None and count and place.source.startswith("named as"):
            middle = Point(round(lat / count, 5), round(lon / count, 5))
            yield replace(place, point=middle, source=f"{place.source}; point: the middle of {count:g} places in it")
        else:
            yield place


def written(places: Iterable[Simple]) -> bytes:
    """A places.csv of these."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for each in places:
        lat, lon = each.point or ("", "")
        table.writerow(
            (
                each.code,
                each.level,
                each.parent,
                each.name_ar,
                each.name_en,
                lat,
                lon,
                "|".join(each.aliases),
                each.source,
            )
        )
    return out.getvalue().encode()
