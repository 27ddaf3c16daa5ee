"""What may be asked of the HSDS read API: every parameter with its kind and bounds, and a question read from a request.

The same table is what the API's own description says of itself, so that the two cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any, Final

MOST_PER_PAGE = 200
PER_PAGE = 50
LAST_PAGE = 1_000_000
LARGEST_BODY = 16_384  # bytes of a question
LONGEST = 200  # characters of a text
FARTHEST_METRES = 200_000
NEAR_METRES = 25_000
SCHEMAS: Final[Mapping[str, Mapping[str, Any]]] = {
    "text": {"type": "string", "maxLength": LONGEST},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "flag": {"type": "boolean"},
    "moment": {"type": "string", "format": "date-time"},
}
UNWRITABLE: Final = re.compile("[\x00\ud800-\udfff]")  # no database keeps them, and no name has them
NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?")
FLAGS = {"true": True, "false": False}


class UnfitQuestion(ValueError):
    """A parameter cannot be answered; says which, why, and what to write instead."""

    def __init__(self, parameter: str, why: str, remedy: str) -> None:
        super().__init__(why)
        self.parameter, self.why, self.remedy = parameter, why, remedy


@dataclass(frozen=True)
class Parameter:
    """One parameter. `kind`: text, whole, number, flag, moment."""

    name: str
    kind: str
    about: str
    least: float | None = None
    most: float | None = None
    values: tuple[str, ...] = ()
    blank: bool = True  # whether a text may be blank, as if it were not given

    def schema(self) -> dict[str, Any]:
        """As JSON Schema."""
        found: dict[str, Any] = dict(SCHEMAS[self.kind])
        if self.values:
            found = {"type": "string", "enum": list(self.values)}
        if not self.blank:
            found["minLength"] = 1
        if self.least is not None:
            found["minimum"] = self.least
        if self.most is not None:
            found["maximum"] = self.most
        return found

    def read(self, value: Any) -> Any:
        """The value as the API takes it, from JSON or from text of an address or a form. Raises `UnfitQuestion`."""
        found: Any = READERS[self.kind](self, value)
        if found == "" and not self.blank:
            raise UnfitQuestion(self.name, "it is blank", "Fill it in, or leave it out.")
        if self.values and found not in self.values:
            raise UnfitQuestion(self.name, "it has no such value", f"Use one of: {', '.join(self.values)}.")
        if self.least is not None and found < self.least:
            raise UnfitQuestion(self.name, f"it is less than {self.least:.15g}", f"Use {self.least:.15g} or more.")
        if self.most is not None and found > self.most:
            raise UnfitQuestion(self.name, f"it is more than {self.most:.15g}", f"Use {self.most:.15g} or less.")
        return found


SEARCH = Parameter("search", "text", "Words of a name, in Arabic or English; أ and ا, ة and ه, ى and ي are the same.")
PAGE = Parameter("page", "whole", "Number of the page, from 1.", least=1, most=LAST_PAGE)
PER_PAGE_OF = Parameter(
    "per_page", "whole", f"How many on a page; never more than {MOST_PER_PAGE} are given.", least=1, most=LAST_PAGE
)
FORMAT = Parameter("format", "text", "json, or ndjson for everything, one object a line.", values=("json", "ndjson"))
FULL = Parameter("full", "flag", "With everything that hangs on each.")
MINIMAL = Parameter("minimal", "flag", "Only the ids and when each last changed.")
MODIFIED_AFTER = Parameter("modified_after", "moment", "Only what changed at or after this moment.")
TERM = Parameter("taxonomy_term_id", "text", "Only services of this term, by its id or its code.")
TAXONOMY = Parameter("taxonomy_id", "text", "Only services with a term of this taxonomy.")
ORGANIZATION = Parameter("organization_id", "text", "Only what this organization gives.")
FULL_SERVICE = Parameter("full_service", "flag", "With the services of each organization, whole.")
POSTCODE = Parameter(
    "postcode", "text", "The code of a place (x_place_code): only where its families are served.", blank=False
)
PROXIMITY = Parameter(
    "proximity", "number", "Within so many metres of lat and lon, or of the place.", least=0, most=FARTHEST_METRES
)
LAT = Parameter("lat", "number", "Latitude of a point, with lon; the nearest come first.", least=-90, most=90)
LON = Parameter("lon", "number", "Longitude of a point, with lat.", least=-180, most=180)
TOP_ONLY = Parameter("top_only", "flag", "Only terms that lie under no other.")
PARENT = Parameter("parent_id", "text", "Only terms under this one.")

COMMON: Final = (SEARCH, PAGE, PER_PAGE_OF, FORMAT)
WHERE: Final = (POSTCODE, PROXIMITY, LAT, LON)
LISTS: Final[Mapping[str, tuple[Parameter, ...]]] = {
    "services": (*COMMON, TERM, TAXONOMY, ORGANIZATION, MODIFIED_AFTER, MINIMAL, FULL, *WHERE),
    "service_at_locations": (*COMMON, TERM, TAXONOMY, ORGANIZATION, MODIFIED_AFTER, MINIMAL, FULL, *WHERE),
    "organizations": (*COMMON, TERM, TAXONOMY, MODIFIED_AFTER, FULL, FULL_SERVICE),
    "locations": (*COMMON, ORGANIZATION, MODIFIED_AFTER, FULL, PROXIMITY, LAT, LON),
    "taxonomies": COMMON,
    "taxonomy_terms": (*COMMON, TAXONOMY, TOP_ONLY, PARENT),
}
ONE: Final[Mapping[str, tuple[Parameter, ...]]] = {"organizations": (FULL_SERVICE,)}


@dataclass(frozen=True)
class Question:
    """What was asked, by parameter; what was not asked for is its default."""

    told: Mapping[str, Any]

    def text(self, name: str) -> str:
        """The text, blank where it was not given."""
        return str(self.told.get(name, ""))

    def flag(self, name: str) -> bool:
        """Whether it was asked for."""
        return bool(self.told.get(name, False))

    @property
    def page(self) -> int:
        """From 1."""
        return int(self.told.get("page", 1))

    @property
    def per_page(self) -> int:
        """How many a page has; a minimal list is meant to stand on as few pages as may be."""
        asked = int(self.told.get("per_page", MOST_PER_PAGE if self.flag("minimal") else PER_PAGE))
        return min(asked, MOST_PER_PAGE)


@dataclass(frozen=True)
class Written:
    """A value as it stands in an address or a form, where everything is text."""

    text: str


def read_question(parameters: tuple[Parameter, ...], told: Iterable[tuple[str, Any]]) -> Question:
    """The question in these pairs; a value is `Written`, or what JSON had. Raises `UnfitQuestion`.

    HSDS wants parameters to be cumulative: one that is not known cannot be left out of account without answering more
    than was asked for, so it is refused by name.
    """
    known = {each.name: each for each in parameters}
    found: dict[str, Any] = {}
    for name, value in told:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            there = f"There are: {', '.join(known)}.{meant}" if known else "This address takes none."
            raise UnfitQuestion(_writable(name[:80]), "there is no such parameter", there)
        if name in found:
            raise UnfitQuestion(name, "it is given twice", "Give it once.")
        read = known[name].read(value)
        if read != "":  # a form's field that nobody filled in
            found[name] = read
    return Question(found)


def _text(parameter: Parameter, value: Any) -> str:
    text = value.text if isinstance(value, Written) else value
    if not isinstance(text, str):
        raise UnfitQuestion(parameter.name, "it is no text", "Write a text.")
    if len(text) > LONGEST:
        raise UnfitQuestion(parameter.name, f"it has more than {LONGEST} characters", "Write less.")
    return _writable(text)


def _writable(text: str) -> str:
    return UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _whole(parameter: Parameter, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)  # JSON has one kind of number: 1.0 is 1
    if isinstance(value, Written) and re.fullmatch(r"-?[0-9]{1,18}", value.text):
        return int(value.text)
    raise UnfitQuestion(parameter.name, "it is no whole number", "Write digits, such as 2.")


def _number(parameter: Parameter, value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
        return float(value)
    text = value.text if isinstance(value, Written) else value  # HSDS itself calls proximity a text
    if isinstance(text, str) and NUMBER.fullmatch(text):
        return float(text)
    raise UnfitQuestion(parameter.name, "it is no number", "Write digits, with a point for fractions: 25.914.")


def _flag(parameter: Parameter, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, Written) and value.text.lower() in FLAGS:
        return FLAGS[value.text.lower()]
    raise UnfitQuestion(parameter.name, "it is neither true nor false", "Write true or false.")


def _moment(parameter: Parameter, value: Any) -> datetime:
    try:
        text = value.text.replace(" ", "+") if isinstance(value, Written) else value  # a + that nobody quoted
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is None:
        raise UnfitQuestion(parameter.name, "it is no moment", "Write one by ISO 8601: 2026-11-01T08:00:00Z.")
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as failure:
        raise UnfitQuestion(parameter.name, "it is no moment", "Write a year between 2 and 9998.") from failure


READERS: Final[Mapping[str, Callable[[Parameter, Any], Any]]] = {
    "text": _text,
    "whole": _whole,
    "number": _number,
    "flag": _flag,
    "moment": _moment,
}
