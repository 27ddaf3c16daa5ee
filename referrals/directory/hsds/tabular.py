"""A table of an HSDS package, whatever version it is of: its header understood, its rows as rows of 3.1."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from referrals.directory.hsds.earlier import (
    ELIGIBILITY,
    FORMER,
    RENAMED,
    Earlier,
    Former,
    beside_service,
    kind_now,
    made_id,
)
from referrals.directory.hsds.objects import OBJECTS, SERVICE, stem_of
from referrals.directory.hsds.package import Part
from referrals.directory.tables.rows import NOTE, Complaints, Row

KEYS = ("id", "organization_id", "service_id", "location_id", "link_id", "taxonomy_term_id", "number")
HEADER = 1 << 16  # bytes
CELLS_OF_A_SERVICE = frozenset({"location_id", "taxonomy_ids"})


@dataclass
class Table:
    """One table. To be asked for the names of its columns first, and then for what each row says."""

    file: str
    kind: str
    earlier: Earlier
    complaints: Complaints
    former: Former | None = None
    as_it_stands: bool = False  # of 3.1, with ids: nothing is to be done
    makes_ids: bool = False
    understood: bool | None = None  # whether its header names columns of it; None before one was met
    _ours: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        self.former = FORMER.get(stem_of(self.file))

    def heads(self, cells: Sequence[str]) -> bool:
        """Whether a row surely is the header: two columns of the object and more, and hardly another word."""
        filled = [name.lower().replace(" ", "_").replace("-", "_") for name in cells if name]
        ours = len(self._known().intersection(filled))
        return ours > 1 and ours * 2 > len(filled)

    def named(self, header: Sequence[str]) -> list[str]:
        """The columns by the names of the standard, in whatever way they are written; one stands for each name."""
        written = [name.lower().replace(" ", "_").replace("-", "_") for name in header]
        if kind_now(self.kind, written) != self.kind:
            self.kind, self.former = kind_now(self.kind, written), Former("taxonomy_term")
            if "id" not in written:
                header = written = ["id" if name == "taxonomy_id" else name for name in written]
        known = self._known()
        exact = {name for name in header if name in known}
        found = [
            name if name in exact or other in exact or other not in known else other
            for name, other in zip(header, written, strict=True)
        ]
        if not known.intersection(found):
            cause = f"the header names no column of a {self.kind.replace('_', ' ')}: no row of the file was read."
            self.complaints.add(self.file, 1, "", cause, "The first row names the columns: id, name, …")
            self.understood = False
            return found
        self.understood = True
        self._understand(set(found))
        return found

    def rows(self, row: Row) -> Iterator[tuple[str, Row]]:
        """The row, and what else it says in a version that had fewer tables."""
        if self.kind == ELIGIBILITY:
            self.earlier.note_whom(row.text("service_id"), row.cells)
            return
        cells = self.earlier.renewed(self.kind, dict(row.cells), self.former)
        if self.makes_ids:
            cells = {"id": made_id(self.kind, cells), **cells}
        apart = beside_service(cells) if self.kind == SERVICE else ()
        yield self.kind, Row(row.file, row.number, cells, row.complaints)
        for kind, beside in apart:
            yield kind, Row(row.file, row.number, beside, row.complaints)

    def _known(self) -> frozenset[str]:
        each = OBJECTS.get(self.kind)
        names = {*each.columns, *each.profile} if each else {"id", "service_id", "eligibility"}
        return frozenset(names | set(KEYS) | CELLS_OF_A_SERVICE | RENAMED.get(self.kind, {}).keys())

    def _understand(self, header: set[str]) -> None:
        told = {before for before, now in RENAMED.get(self.kind, {}).items() if before in header and now not in header}
        told |= {name for name in ("address_3", "address_4") if name in header}
        told |= (CELLS_OF_A_SERVICE if self.kind == SERVICE else frozenset()) & header
        self.makes_ids = "id" not in header and self.kind not in ("travel_time", ELIGIBILITY) and bool(header)
        self.makes_ids = self.makes_ids and OBJECTS[self.kind].hangs
        needed = self.former is not None or bool(told) or self.makes_ids
        needed = needed or (self.kind == SERVICE and bool(self.earlier.whom or self.earlier.runs))
        needed = needed or (self.kind == "location" and self.earlier.runs is not None)
        self.as_it_stands = not needed
        if self.former is not None or told:
            what = f"the column {', '.join(sorted(told))}" if told else "the table"
            cause = f"{what} is of HSDS before 3.0 and was read as 3.1 has it."
            self.complaints.add(self.file, None, "", cause, "Nothing is to be done.", effect=NOTE)
        if self.makes_ids:
            cause = "the table has no column id: each row got one made of what it says."
            self.complaints.add(self.file, None, "id", cause, "Give every row an id that stays.", effect=NOTE)


def names_place_for_owner(part: Part) -> bool:
    """Whether this is a table of services that name a location in place of an organization, as before 1.0."""
    if part.kind != SERVICE or part.nested:
        return False
    try:
        with part.open() as stream:
            head = stream.readline(HEADER).lower()
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        return False  # told where it is read
    return b"location_id" in head and b"organization_id" not in head
