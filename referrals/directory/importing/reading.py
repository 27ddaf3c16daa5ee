"""One package being read on one connection: every row judged and laid out, and what came of it."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from hashlib import blake2b

from sqlalchemy import Connection, text

from referrals.directory.hsds.checks import Judge
from referrals.directory.hsds.earlier import Earlier
from referrals.directory.hsds.nested import Flat
from referrals.directory.hsds.objects import CORE, OBJECTS
from referrals.directory.hsds.package import CALENDAR, LINES, Part, tell_unread, text_of
from referrals.directory.hsds.streaming import Unreadable, elements
from referrals.directory.hsds.tabular import Table, names_place_for_owner
from referrals.directory.importing.columns import Columns
from referrals.directory.importing.projecting import project, terms_of, units_of
from referrals.directory.importing.settling import settle
from referrals.directory.importing.staging import Staging, digest_of
from referrals.directory.tables.files import stream_table
from referrals.directory.tables.rows import NOTE, Complaints, TableProblem

MOST_NOTES = 10_000
BLOCK = 1 << 20
UNREADABLE = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)
NO_FINGERPRINT = "-"  # of a package that cannot be read to its end
READ_AS = "4"  # counted up when the same rows make other records than before
Transaction = AbstractContextManager[object]


@dataclass
class Report:
    """What came of a package. `taken` and `changed` count by HSDS object; `unmapped` are services without our term."""

    problems: tuple[TableProblem, ...] = ()
    taken: dict[str, int] = field(default_factory=dict)
    left_out: int = 0
    changed: dict[str, int] = field(default_factory=dict)
    gone: int = 0
    unmapped: int = 0
    in_force: bool = False

    @property
    def complaints(self) -> tuple[TableProblem, ...]:
        """The problems that are more than a note."""
        return tuple(problem for problem in self.problems if problem.effect != NOTE)

    @property
    def empty(self) -> bool:
        """Whether nothing of a directory could be read."""
        return not any(self.taken.get(kind) for kind in CORE)


@dataclass
class Reading:
    """One package being read on one connection."""

    programme_id: str
    connection: Connection
    judge: Judge
    complaints: Complaints = field(default_factory=Complaints)
    report: Report = field(default_factory=Report)
    whole: set[str] = field(default_factory=set)
    calendar: bytes | None = None
    terms: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""

    def take_fingerprint(self, parts: Sequence[Part], terms: Mapping[str, str]) -> str:
        """What stands for every byte of the package and for all that it is read with; to be asked before `stage`."""
        self.terms = terms
        found = blake2b(self.judged_by().encode(), digest_size=12)
        for part in parts:
            found.update(f"\0{part.name}\0{part.kind}\0".encode("utf-8", "surrogatepass"))
            try:
                with part.open() as stream:
                    while block := stream.read(BLOCK):
                        found.update(block)
            except UNREADABLE:  # told where it is read
                self.fingerprint = ""
                return NO_FINGERPRINT
        self.fingerprint = found.hexdigest()
        return self.fingerprint

    def stage(self, parts: Sequence[Part], terms: Mapping[str, str], transaction: Callable[[], Transaction]) -> None:
        """Reads, judges and lays out everything; nothing of it is in force."""
        with transaction():
            staging = Staging(self.connection, self.complaints, self.judge)
            aliases: dict[tuple[str, str], str] = {}
            earlier = Earlier(runs={} if any(map(names_place_for_owner, parts)) else None)
            for part in parts:
                self._take(staging, part, aliases, earlier)
            staging.finish()
        with transaction():
            settle(staging, aliases)
        self.report.taken = {kind: count for kind, count in staging.taken.items() if count}
        self.report.left_out = staging.left_out
        self.terms = terms
        self.report.problems = tuple(self.complaints.found)

    def judged_by(self) -> str:
        """What stands for everything beside its rows that a package is read with."""
        places = digest_of("|".join(f"{place.code} {place.parent} {place.point}" for place in self.judge.places))
        said = [
            READ_AS,
            self.judge.time_zone,
            places,
            digest_of((self.calendar or b"").hex()),
            *sorted(self.terms.items()),
        ]
        return digest_of(repr(said))

    def project(self, transaction: Callable[[], Transaction]) -> None:
        """Makes the columns of the records; nothing of it is in force."""
        with transaction():
            terms = terms_of(self.connection, self.terms)
            project(self.connection, Columns(self.programme_id, self.judge, terms, units_of(self.connection)))
            self._tell_nobodys()
            self.tell_unmapped("new_service")
        self.report.problems = tuple(self.complaints.found)

    def _take(self, staging: Staging, part: Part, aliases: dict[tuple[str, str], str], earlier: Earlier) -> None:
        if part.name.rsplit("/", 1)[-1].lower() == CALENDAR:
            with part.open() as stream:
                self.calendar = stream.read()
        elif part.nested:
            self._take_nested(staging, part, Flat(part.name, self.complaints, aliases, earlier))
        elif not part.kind:
            tell_unread(part, self.complaints)
        else:
            table = Table(part.name, part.kind, earlier, self.complaints)
            with text_of(part, self.complaints) as lines:
                for row in stream_table(part.name, lines, self.complaints, table.named, table.heads):
                    if not table.understood:
                        return
                    if table.as_it_stands:
                        staging.take(table.kind, row, nested=False)
                        continue
                    for kind, each in table.rows(row):
                        staging.take(kind, each, nested=kind != table.kind)
                        self.whole.add(kind)
            if table.understood is None:
                self._tell_empty(part)
            elif table.understood and table.kind in OBJECTS:
                self.whole.add(table.kind)

    def _take_nested(self, staging: Staging, part: Part, flat: Flat) -> None:
        element, broken = None, False
        with text_of(part, self.complaints) as stream:
            try:
                for element in elements(stream, one_a_line=part.name.lower().endswith(LINES)):
                    if isinstance(element.value, Unreadable):
                        self.complaints.add(part.name, element.line, "", f"{element.value}.", "Put that line right.")
                        broken = True
                        continue
                    for kind, row in flat.rows(element):
                        staging.take(kind, row, nested=True)
                        self.whole.add(kind)
            except Unreadable as failure:
                self.complaints.add(part.name, None, "", f"{failure}.", "What came before was read; mend the rest.")
                broken = True
        if broken:
            self.whole.clear()  # what is missing may only not have been reached
        elif element is None:
            self._tell_empty(part)

    def _tell_empty(self, part: Part) -> None:
        cause = "there is nothing in the file: it says nothing of what stands."
        self.complaints.add(part.name, None, "", cause, "Is it the right one?", effect=NOTE)

    def _tell_nobodys(self) -> None:
        """Notes the places of which nobody knows who runs them: they are kept as they came, nobody is sent there."""
        rows = self.connection.execute(
            text(
                "select s.file, s.number, s.pointer from new_location n join staged s on s.kind = 'location'"
                " and s.external_id = n.external_id where n.organization is null order by s.n"
            )
        ).all()
        for row in rows[:MOST_NOTES]:
            cause = "nobody runs this place and no service is given there: nobody is sent there."
            remedy = "Name its organization, or what is given there (service_at_location)."
            self.complaints.add(
                row.file, row.number, "organization_id", cause, remedy, pointer=row.pointer, effect=NOTE
            )
        self.connection.execute(text("delete from new_location where organization is null"))

    def tell_unmapped(self, table: str) -> None:
        """Notes the services, of those to come or of those in force, that have none of our terms."""
        of = " and n.programme_id = :programme" if table == "service" else ""
        rows = self.connection.execute(
            text(
                f"select s.external_id, s.file, s.number, s.pointer, n.name from {table} n cross join staged s"
                " where n.service_term = '' and s.kind = 'service' and s.external_id = n.external_id and s.good = 1"
                f"{of} order by s.n"
            ),
            {"programme": self.programme_id} if of else {},
        ).all()
        self.report.unmapped = len(rows)
        for row in rows[:MOST_NOTES]:
            self.complaints.add(
                row.file,
                row.number,
                "x_service_term",
                f"«{row.name[:60]}» ({row.external_id}) is unmapped: no need leads to it.",
                "Give its taxonomy term one of our service terms (--terms FILE).",
                pointer=row.pointer,
                effect=NOTE,
            )
