"""A CSV file, cut into rows: a quote that somebody forgot to close swallows no good row."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator

from referrals.directory.tables.cells import NOTHING, plain
from referrals.directory.tables.encodings import OF_WINDOWS, encoding_of
from referrals.directory.tables.rows import TAKEN_WITH_LESS, Complaints, Row

WIDEST_CELL = 16 * 1024 * 1024  # characters; the shape of a district is longer than the 128 KB that csv allows
LINES_OF_A_ROW = 2_000  # past these a quote was opened and never closed


def read_table(file: str, content: bytes | str, complaints: Complaints) -> tuple[Row, ...]:
    """The rows of one CSV file (commas or semicolons, with or without a byte-order mark). Blank rows are left out."""
    text = content.removeprefix("\ufeff") if isinstance(content, str) else _decoded(file, content, complaints)
    return tuple(stream_table(file, io.StringIO(text, newline=""), complaints))


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
    file: str, lines: Iterable[str], complaints: Complaints, named: Callable[[list[str]], list[str]] = list
) -> Iterator[Row]:
    """The rows of a CSV file as they are read: commas, semicolons or tabs. Blank rows are left out.

    `named` gives the names of the columns from what stands in the header.

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
            header = named([plain(name.removeprefix("\ufeff")) for name in cells])
            _tell_repeated(file, header, complaints)
            repeated = len(set(header)) < len(header)
            continue
        broken = source.broken or (len(source.taken) > 1 and len(cells) != len(header))
        filled = None if broken else _cut(cells, header, repeated)
        if not filled and not any(cell.strip() for cell in cells):
            continue
        if filled is None:
            cause = f"the row has {len(cells)} cells, the header {len(header)}."
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


def _tell_repeated(file: str, header: list[str], complaints: Complaints) -> None:
    for name in sorted({name for name in header if name and header.count(name) > 1}):
        complaints.add(
            file, 1, name, "two columns have this name.", "Rename one: the first was read.", effect=TAKEN_WITH_LESS
        )


class _Lines:
    """The lines of a file, one record at a time, with the way back to the second line of a record that failed."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = iter(lines)
        self.again: list[str] = []
        self.taken: list[str] = []
        self.delimiter = ""
        self.broken = False

    def record(self) -> list[str]:
        """The cells of the next record, [""] for an empty line; [] at the end of the file."""
        if self.delimiter and not self.again:
            line = next(self.lines, None)
            if line is not None and '"' not in line and len(line) < WIDEST_CELL:  # most are such, and quickly cut
                self.taken, self.broken = [line], False
                return line.rstrip("\r\n").replace("\0", "").split(self.delimiter)
            self.again = [] if line is None else [line]
        others = csv.field_size_limit(WIDEST_CELL)  # the library's one limit is everybody's: others keep theirs
        try:
            return self._cells()
        finally:
            csv.field_size_limit(others)

    def _cells(self) -> list[str]:
        self.taken, self.broken = [], False
        cells = next(csv.reader(self._one_record(), delimiter=self.delimiter or ","), None)
        if cells is None:
            return []
        if not self.delimiter:
            self.delimiter = _delimiter_of(self.taken[0])
            cells = next(csv.reader(self.taken, delimiter=self.delimiter))
        return cells or [""]

    def go_back(self) -> None:
        """The lines after the first of the last record are to be read again, as records of their own."""
        self.again = self.taken[1:] + self.again

    def _one_record(self) -> Iterator[str]:
        while len(self.taken) < LINES_OF_A_ROW:
            line = self.again.pop(0) if self.again else next(self.lines, None)
            if line is None:
                self.broken = len(self.taken) > 1 or (bool(self.taken) and self.taken[0].count('"') % 2 == 1)
                return
            self.taken.append(line.replace("\0", ""))
            yield self.taken[-1]
        self.broken = True


def _delimiter_of(head: str) -> str:
    counts = {mark: head.count(mark) for mark in (",", ";", "\t", "|")}
    return max(counts, key=lambda mark: (counts[mark], mark == ","))
