"""Answers of the HSDS read API: a page of a list, everything of it, or one object."""

from __future__ import annotations

import threading
import time
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from bot.doors.hsds_questions import NEAR_METRES, Question, UnfitQuestion
from referrals.directory.hsds.service_terms import TAXONOMY_ID
from referrals.directory.places.places import Point
from referrals.directory.publishing import lists as publishing
from referrals.directory.publishing import readable
from referrals.directory.publishing.parts import Told
from referrals.directory.publishing.public_ids import fill_public, folded, is_blank
from referrals.directory.publishing.readable import Found, Near, Sought, centre_of, open_programmes
from referrals.store.unit_of_work import Store, UnitOfWork

A_PORTION = 200
YOUNG_SECONDS = 30.0
MOST_IDS = 500_000  # of all answers together: 4 MB
LISTED: dict[str, Callable[..., Found]] = {
    "services": readable.services,
    "service_at_locations": readable.services_at_locations,
    "organizations": readable.organizations,
    "locations": readable.locations,
}


class UnknownObject(LookupError):
    """There is no such object, or none that may be read."""


@dataclass
class Lately:
    """The rows that questions were answered with lately, in this process's memory."""

    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[Any, tuple[float, array[int]]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def known(self, key: Any) -> array[int] | None:
        """The ids of an answer that is young enough; None for any other."""
        with self._lock:
            at, ids = self._kept.get(key, (0.0, None))
            return ids if ids is not None and self.clock() - at < YOUNG_SECONDS else None

    def keep(self, key: Any, ids: tuple[int, ...]) -> array[int]:
        """Remembers an answer, and gives it back; the oldest make room."""
        found = array("q", ids)
        with self._lock:
            self._kept[key] = (self.clock(), found)
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and sum(len(each) for _, each in self._kept.values()) > MOST_IDS:
                self._kept.popitem(last=False)
        return found


@dataclass(frozen=True)
class Library:
    """The directories of a database, for reading."""

    store: Store
    lately: Lately = field(default_factory=Lately)

    def programmes(self) -> tuple[str, ...]:
        """Whose directories are read; rows that came without ids for readers get theirs first."""
        with self.store.reading() as uow:
            blank, found = is_blank(uow), open_programmes(uow)
        if blank:
            self.store.transact(fill_public)
        return found

    def page(self, programme: str, collection: str, question: Question) -> Told:
        """One page, in HSDS's wrapper. Raises `UnfitQuestion`."""
        skip = (question.page - 1) * question.per_page
        with self.store.reading() as uow:
            if collection in LISTED:
                sought = _sought(uow, self._scope(uow, programme), question)
                total, ids = self._looked_up(uow, collection, sought, slice(skip, skip + question.per_page))
                return _wrapped(_told(uow, collection, ids, question), total, question)
            told = self._vocabulary(uow, programme, collection, question)
            return _wrapped(told[skip : skip + question.per_page], len(told), question)

    def _looked_up(self, uow: UnitOfWork, collection: str, sought: Sought, page: slice) -> tuple[int, tuple[int, ...]]:
        """How many there are, and who stands on that page: found once for all pages, and looked at anew for each.

        Whoever reads a whole directory asks for hundreds of pages; only that everything on a page may be read now
        is asked each time.
        """
        key = (collection, sought)
        if (ids := self.lately.known(key)) is None:
            ids = self.lately.keep(key, LISTED[collection](uow, sought).ids)
        shown = tuple(ids[page])
        if shown:
            still = set(LISTED[collection](uow, replace(sought, near=None, place="", search="", among=shown)).ids)
            shown = tuple(id for id in shown if id in still)
        return len(ids), shown

    def everything(self, programme: str, collection: str, question: Question) -> Iterator[list[Told]]:
        """All that is asked for, in portions; each portion is a look of its own. Raises `UnfitQuestion` at once."""
        with self.store.reading() as uow:
            if collection not in LISTED:
                return iter([self._vocabulary(uow, programme, collection, question)])
            ids = LISTED[collection](uow, _sought(uow, self._scope(uow, programme), question)).ids
        return self._portions(collection, ids, question)

    def _portions(self, collection: str, ids: tuple[int, ...], question: Question) -> Iterator[list[Told]]:
        for begin in range(0, len(ids), A_PORTION):
            with self.store.reading() as uow:
                told = _told(uow, collection, ids[begin : begin + A_PORTION], question)
            yield told

    def one(self, programme: str, collection: str, id: str, question: Question) -> Told:
        """One object with everything that hangs on it. Raises `UnknownObject`."""
        with self.store.reading() as uow:
            if collection not in LISTED:
                terms = self._vocabulary(uow, programme, collection, Question({}))
                found = [each for each in terms if each["id"] == id.lower()]
            else:
                sought = replace(Sought(self._scope(uow, programme)), public_id=_uuid(id))
                ids = LISTED[collection](uow, sought, most=1).ids
                full = {"full": True, "full_service": question.flag("full_service")}
                found = _told(uow, collection, ids, Question(full))
        if not found:
            raise UnknownObject(UnknownObject.__doc__)
        return found[0]

    def _scope(self, uow: UnitOfWork, programme: str) -> tuple[str, ...]:
        return (programme,) if programme else open_programmes(uow)

    def _vocabulary(self, uow: UnitOfWork, programme: str, collection: str, question: Question) -> list[Told]:
        if collection == "taxonomies":
            told = publishing.taxonomies_json()
        else:
            told = publishing.taxonomy_terms_json(uow, self._scope(uow, programme))
            if question.text("taxonomy_id") not in ("", TAXONOMY_ID) or question.text("parent_id"):
                return []  # our terms lie under no other
        if _finds_nothing(question):
            return []
        words = folded(question.text("search")).split()
        return [each for each in told if all(word in folded(each["name"], each["description"]) for word in words)]


def _uuid(id: str) -> str:
    try:
        return str(UUID(id))
    except ValueError as unfit:
        raise UnknownObject(UnknownObject.__doc__) from unfit


def _sought(uow: UnitOfWork, programmes: tuple[str, ...], question: Question) -> Sought:
    """The question as the directory takes it. Raises `UnfitQuestion`."""
    asked_term, taxonomy = question.text("taxonomy_term_id"), question.text("taxonomy_id")
    term = publishing.term_of(uow, asked_term) if asked_term else None
    return Sought(
        programmes=programmes,
        search=question.text("search"),
        term=term,
        nothing=bool(asked_term and term is None) or taxonomy not in ("", TAXONOMY_ID) or _finds_nothing(question),
        organization=question.text("organization_id").lower(),
        modified_after=question.told.get("modified_after"),
        place=question.text("postcode"),
        near=_near(uow, programmes, question),
    )


def _finds_nothing(question: Question) -> bool:
    """Whether what is searched for has no letter that a name could have, such as «%»."""
    search = question.text("search").strip()
    return bool(search) and not folded(search).split()


def _near(uow: UnitOfWork, programmes: tuple[str, ...], question: Question) -> Near | None:
    lat, lon, metres = (question.told.get(name) for name in ("lat", "lon", "proximity"))
    if (lat is None) != (lon is None):
        missing = "lat" if lat is None else "lon"
        raise UnfitQuestion(missing, "a point has both lat and lon", "Give both, or neither.")
    if lat is not None and lon is not None:
        return Near(Point(lat, lon), float(NEAR_METRES if metres is None else metres))
    if metres is None:
        return None
    if not question.text("postcode"):
        raise UnfitQuestion("proximity", "it is not said of what", "Give lat and lon, or a postcode, too.")
    centre = centre_of(uow, programmes, question.text("postcode"))
    return Near(centre, float(metres)) if centre is not None else None


def _told(uow: UnitOfWork, collection: str, ids: tuple[int, ...], question: Question) -> list[Told]:
    full, minimal = question.flag("full"), question.flag("minimal")
    if collection == "services":
        return publishing.services_json(uow, ids, full=full, minimal=minimal)
    if collection == "service_at_locations":
        return publishing.services_at_locations_json(uow, ids, full=full, minimal=minimal)
    if collection == "locations":
        return publishing.locations_json(uow, ids, full=full)
    whole = question.flag("full_service")
    return publishing.organizations_json(uow, ids, full=full or whole, full_service=whole)


def _wrapped(contents: list[Any], total: int, question: Question) -> Told:
    pages = -(-total // question.per_page)
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": question.page,
        "size": len(contents),
        "first_page": question.page == 1,
        "last_page": question.page >= pages,
        "empty": not contents,
        "contents": contents,
    }
