"""What HSDS 1.x and 2.x, and the UK's 1.0, call otherwise than 3.1 does, by the changelog of the standard."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from referrals.directory.hsds.objects import GIVEN, LOCATION, ORGANIZATION, SERVICE
from referrals.directory.tables.cells import read_decimal

ELIGIBILITY = "eligibility"  # an entity of its own before 3.0: what it says stands on the service now
UUID_LENGTH = 36
TERMS_BEFORE = frozenset({"parent_id", "parent_name", "vocabulary", "taxonomy_id"})  # of a taxonomy before 2.0
_OF_SERVICE = ({"service_id": "link_id", "taxonomy_id": "taxonomy_term_id"}, {"link_entity": SERVICE})
_OF_OTHERS: tuple[Mapping[str, str], Mapping[str, str]] = (
    {"link_type": "link_entity", "taxonomy_id": "taxonomy_term_id"},
    {},
)


@dataclass(frozen=True, slots=True)
class Former:
    """An object as it was called: what it is now, what its fields are called now, what all of them say."""

    kind: str
    fields: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    mark: str = ""  # before its ids, where another table of numbers became objects of the same kind


FORMER: Mapping[str, Former] = {
    **dict.fromkeys(("physical_address", "physical_addresses"), Former("address", {}, {"address_type": "physical"})),
    **dict.fromkeys(
        ("postal_address", "postal_addresses", "mail_address", "mail_addresses"),
        Former("address", {}, {"address_type": "postal"}, "postal-"),
    ),
    **dict.fromkeys(("regular_schedule", "regular_schedules"), Former("schedule")),
    **dict.fromkeys(
        "service_taxonomy service_taxonomies services_taxonomy service_taxonomys service_attribute"
        " service_attributes".split(),
        Former("attribute", *_OF_SERVICE),
    ),
    **dict.fromkeys(
        "other_attribute other_attributes link_taxonomy link_taxonomies link_taxonomys".split(),
        Former("attribute", *_OF_OTHERS, "other-"),
    ),
    "accessibility_for_disabilities": Former("accessibility"),
    "fundings": Former("funding"),
    **dict.fromkeys(("identifier", "identifiers"), Former("organization_identifier", {"register": "identifier_type"})),
    "eligibilities": Former(ELIGIBILITY),
    "eligibilitys": Former(ELIGIBILITY),
    ELIGIBILITY: Former(ELIGIBILITY),
}
"""By the name of a table, and of a list in JSON."""
RENAMED: Mapping[str, Mapping[str, str]] = {
    ORGANIZATION: {"url": "website"},
    SERVICE: {"website": "url", "eligibility": "eligibility_description"},
    "language": {"language": "name"},
    "accessibility": {"accessibility": "description"},
    "service_area": {"service_area": "name"},
    "taxonomy_term": {"term": "name", "vocabulary": "taxonomy"},
    "schedule": {"weekday": "byday"},
    "phone": {"number_type": "type"},
}
"""By object: what a field was called, and what it is called where it is not there under that name."""
LEFT: Mapping[str, str] = {
    **dict.fromkeys(
        ("holiday_schedule", "holiday_schedules"), "Write the days into calendar.csv (date,kind,location_id)."
    ),
    **dict.fromkeys(
        ("payment_accepted", "payments_accepted"), "Say it in the service's fees_description or in cost_options.csv."
    ),
    **dict.fromkeys(("review", "reviews"), "Nobody is shown what others wrote of a service."),
}
"""Tables that 3.0 has no place for, and what to do instead."""
_DAYS = dict(zip("1234567", ("MO", "TU", "WE", "TH", "FR", "SA", "SU"), strict=True))  # HSDS 1.1: 1 = Monday


@dataclass
class Earlier:
    """Turns rows and objects of earlier versions into those of 3.1; remembers what one row says of another."""

    whom: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By service: what tables of eligibility say of whom it takes; they are read first."""
    runs: dict[str, str] | None = None
    """By location: who runs it; kept where services name a location in place of an organization."""

    def renewed(self, kind: str, cells: dict[str, Any], former: Former | None = None) -> dict[str, Any]:
        """The fields of an object by their names of today."""
        if former is not None:
            cells = {former.fields.get(name, name): value for name, value in cells.items()} | dict(former.says)
            if former.mark and 0 < len(str(cells.get("id", ""))) < UUID_LENGTH:
                cells = cells | {"id": f"{former.mark}{cells['id']}"}
        for before, now in RENAMED.get(kind, {}).items():
            if before in cells and now not in cells:
                cells = {now if name == before else name: value for name, value in cells.items()}
        if kind == "schedule" and str(cells.get("byday", "")).strip() in _DAYS:
            cells = cells | {"byday": _DAYS[str(cells["byday"]).strip()]}
        if kind == "address" and ("address_3" in cells or "address_4" in cells):
            parts = [str(cells.pop(f"address_{at}", "") or "") for at in (2, 3, 4)]
            cells = cells | {"address_2": "، ".join(filter(None, parts))}
        if kind == LOCATION and self.runs is not None and cells.get("organization_id"):
            self.runs[str(cells.get("id", ""))] = str(cells["organization_id"])
        return self._service(cells) if kind == SERVICE else cells

    def note_whom(self, service: str, cells: Mapping[str, Any]) -> None:
        """Keeps what a row of eligibility says until its service comes."""
        told = self.whom.setdefault(service, {})
        said = str(cells.get("eligibility") or cells.get("description") or "").strip()
        if said and said not in told.get("eligibility_description", "").split("، "):
            told["eligibility_description"] = "، ".join(filter(None, (told.get("eligibility_description"), said)))
        for name, choose in (("minimum_age", min), ("maximum_age", max)):
            if (age := _age(cells.get(name))) is not None:
                told[name] = choose(told.get(name, age), age)

    def _service(self, cells: dict[str, Any]) -> dict[str, Any]:
        own = str(cells.get("id", ""))
        if own in self.whom:
            cells = {**self.whom.pop(own), **cells}
        if self.runs and not cells.get("organization_id") and (ran := self.runs.get(str(cells.get("location_id", "")))):
            cells = cells | {"organization_id": ran}
        return cells


def kind_now(kind: str, names: Collection[str]) -> str:
    """What an object is called now: before 2.0 a taxonomy was one of its terms."""
    return "taxonomy_term" if kind == "taxonomy" and not TERMS_BEFORE.isdisjoint(names) else kind


def beside_service(cells: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """What a service of an earlier version says in a column and 3.1 says in objects of their own: place and terms.

    It is taken out of `cells`, or the next export would say it twice.
    """
    own, place = str(cells.get("id", "")), str(cells.pop("location_id", "") or "")
    found: list[tuple[str, dict[str, Any]]] = []
    if own and place:
        found.append((GIVEN, {"id": f"{own}@{place}", "service_id": own, "location_id": place}))
    for term in dict.fromkeys(str(cells.pop("taxonomy_ids", "") or "").replace(";", ",").split(",")):
        if own and (term := term.strip()):
            linked = {"id": f"{own}#{term}", "link_id": own, "link_entity": SERVICE, "taxonomy_term_id": term}
            found.append(("attribute", linked))
    return found


def made_id(kind: str, cells: Mapping[str, Any]) -> str:
    """An id for what has none and what nothing refers to: the same for the same words."""
    names = ("service_id", "location_id") if kind == GIVEN else sorted(cells)
    said = "|".join([kind, *(f"{name}={cells.get(name, '')}" for name in names)])
    return f"made-{blake2b(said.encode('utf-8', 'surrogatepass'), digest_size=12).hexdigest()}"


def _age(value: Any) -> float | None:
    try:
        return read_decimal(str(value))
    except ValueError:
        return None
