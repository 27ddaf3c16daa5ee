"""A CSV file, cut into rows: a quote that somebody forgot to close swallows no good row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import TextIO

from referrals.directory.tables.cells import NOTHING, plain
from referrals.directory.tables.encodings import OF_WINDOWS, encoding_of
from referrals.directory.tables.rows import NOTE, TAKEN_WITH_LESS, Complaints, Row

WIDEST = 16 * 1024 * 1024  # characters of a row; the shape of a district is longer than the 128 KB that csv allows
MOST_CELLS = 5_000
LINES_OF_A_ROW = 2_000  # past these a quote was opened and never closed
_MARK_SAID = re.compile(r"sep=(.)")  # in a line before the header, as Excel writes it
MOST_TITLES = 5  # lines above the header, where people who made the sheet for printing put its title
LONGEST_HEADER = 1 << 16  # characters
Named = Callable[[list[str]], list[str]]
Heads = Callable[[list[str]], bool]


def read_table(
    file: str, content: bytes | str, complaints: Complaints, named: Named = list, heads: Heads | None = None
) -> tuple[Row, ...]:
    """The rows of one CSV file, as `stream_table` reads them."""
    text = content.removeprefix("\ufeff") if isinstance(content, str) else _decoded(file, content, complaints)
    return tuple(stream_table(file, io.StringIO(text, newline=""), complaints, named, heads))


def _decoded(file: str, content: bytes, complaints: Complaints) -> str:
    encoding = encoding_of(io.BytesIO(content))
    if encoding in OF_WINDOWS:
        tell_windows(file, encoding, complaints)
    return content.decode(encoding, "replace")


def tell_windows(file: str, encoding: str, complaints: Complaints) -> None:
    """Tells that a file was read by a guess."""
    cause = f"the file is not UTF-8; it was read as Windows ({encoding})."
    remedy = "Look at the names, and save it as «CSV UTF-8»."
    complaints.add(file, None, "", cause, remedy, effect=TAKEN_WITH_LESS)


def stream_table(
    file: str, lines: TextIO, complaints: Complaints, named: Named = list, heads: Heads | None = None
) -> Iterator[Row]:
    """The rows of a CSV file as they are read: commas, semicolons or tabs.

    Blank rows are left out, also before the header.

    `named` gives the names of the columns from what stands in the header. `heads` says whether a row surely is one:
    where the first is none and one of the next is, what stands above it is a title, passed over and told.

    A row that cannot be cut into the header's columns is told and left out, and the next line is a row again: a quote
    that somebody forgot to close swallows no good row.
    """
    source = _Lines(lines)
    header: list[str] = []
    repeated = False
    number = 0
    while cells := source.record():
        number += 1
        if not header:
            if not any(cell.strip("\ufeff \r\n") for cell in cells):
                continue
            if heads is not None and not heads(_head(cells)) and (titles := source.titles(heads)):
                number, cells = number + titles, source.record()
                cause = "the header stands here: what is above it was passed over."
                complaints.add(file, number, "", cause, "Nothing is to be done.", effect=NOTE)
            header = named(_head(cells))
            _tell_repeated(file, number, header, complaints)
            repeated = len(set(header)) < len(header)
            continue
        broken = source.broken or (len(source.taken) > 1 and len(cells) != len(header))
        filled = None if broken else _cut(cells, header, repeated)
        if not filled and not any(cell.strip() for cell in cells):
            continue
        if filled is None:
            cause = source.why or f"the row has {len(cells)} cells, the header {len(header)}."
            complaints.add(file, number, "", cause, "Quote cells with commas. Close every quote.")
            source.go_back()
            continue
        yield Row(file, number, filled, complaints)


def _cut(cells: list[str], header: list[str], repeated: bool) -> dict[str, str] | None:
    """The filled cells by their columns, the first where a name is `repeated`; None where there are too many."""
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        return None
    if repeated:
        cells = [*reversed(cells[: len(header)])]
        header = [*reversed(header[: len(cells)])]
    return {
        name: cell if cell.isascii() else plain(cell)
        for name, written in zip(header, cells, strict=False)
        if (cell := written.strip()) and cell not in NOTHING
    }


def _head(cells: list[str]) -> list[str]:
    """What stands in a header, without marks."""
    return [plain(name.removeprefix("\ufeff")) for name in cells]


def _tell_repeated(file: str, number: int, header: list[str], complaints: Complaints) -> None:
    cause, remedy = "two columns have this name.", "Rename one: the first was read."
    for name in sorted({name for name in header if name and header.count(name) > 1}):
        complaints.add(file, number, name, cause, remedy, effect=TAKEN_WITH_LESS)


class _Lines:
    """The lines of a file, one record at a time, with the way back to the second line of a record that failed."""

    def __init__(self, lines: TextIO) -> None:
        self.lines = lines
        self.again: list[str] = []
        self.taken: list[str] = []
        self.delimiter = ""
        self.broken = False
        self.why = ""

    def record(self) -> list[str]:
        """The cells of the next record, [""] for an empty line; [] at the end of the file."""
        if self.delimiter and not self.again:
            line = self._read()
            if line and '"' not in line and len(line) < WIDEST:  # most are such, and quickly cut
                self.taken, self.broken, self.why = [line], False, ""
                return line.rstrip("\r\n").replace("\0", "").split(self.delimiter, MOST_CELLS)
            self.again = [line] if line else []
        others = csv.field_size_limit(WIDEST)  # the library's one limit is everybody's: others keep theirs
        try:
            return self._cells()
        except csv.Error:
            return self._too_long()
        finally:
            csv.field_size_limit(others)

    def _cells(self) -> list[str]:
        self.taken, self.broken, self.why = [], False, ""
        cells = next(csv.reader(self._one_record(), delimiter=self.delimiter or ","), None)
        if cells is None:
            return []
        if sum(map(len, self.taken)) >= WIDEST:
            return self._too_long()
        if not self.delimiter and (said := _MARK_SAID.fullmatch(self.taken[0].strip("\ufeff\r\n"))):
            self.delimiter = said[1]
            return [""]
        if not self.delimiter and any(cells):
            self.delimiter = _delimiter_of(self.taken[0])
            cells = next(csv.reader(self.taken, delimiter=self.delimiter))
        return cells or [""]

    def _too_long(self) -> list[str]:
        self.broken, self.why = True, f"the row has more than {WIDEST} characters."
        return [self.taken[0][:40]]

    def _read(self) -> str:
        """The next line; of one that is longer than any row, only its beginning. "" at the end."""
        line = rest = self.lines.readline(WIDEST)
        while len(rest) == WIDEST and not rest.endswith(("\n", "\r")):
            rest = self.lines.readline(WIDEST)
        return line

    def titles(self, heads: Heads) -> int:
        """How many records, the last one read among them, stand above the header; 0 where no header follows soon.

        The header is the next record then; else nothing was gone past.
        """
        passed: list[str] = []
        while len(passed) < MOST_TITLES and (line := self.again.pop(0) if self.again else self._read()):
            mark = _delimiter_of(line)
            if heads(_head(next(csv.reader([line[:LONGEST_HEADER]], delimiter=mark), []))):
                self.again, self.delimiter = [line, *self.again], mark
                return len(passed) + 1
            passed.append(line)
        self.again = passed + self.again
        return 0

    def go_back(self) -> None:
        """The lines after the first of the last record are to be read again, as records of their own."""
        self.again = self.taken[1:] + self.again

    def _one_record(self) -> Iterator[str]:
        size = 0
        while len(self.taken) < LINES_OF_A_ROW and size < WIDEST:
            line = self.again.pop(0) if self.again else self._read()
            size += len(line)
            if not line:
                self.broken = len(self.taken) > 1 or (bool(self.taken) and self.taken[0].count('"') % 2 == 1)
                return
            self.taken.append(line.replace("\0", ""))
            yield self.taken[-1]
        self.broken = True


def _delimiter_of(head: str) -> str:
    counts = {mark: head.count(mark) for mark in (",", ";", "\t", "|")}
    return max(counts, key=lambda mark: (counts[mark], mark == ","))
