"""Writes an .xls as Excel 97 did: BIFF8 records in the one stream of a compound file. No library still writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from struct import pack

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def xls(tables: Mapping[str, Sequence[Sequence[str | float]]]) -> bytes:
    """An .xls with these sheets; a cell is a text or a number."""
    return _compound(_biff(tables))


def _record(code: int, data: bytes) -> bytes:
    return pack("<HH", code, len(data)) + data


def _biff(tables: Mapping[str, Sequence[Sequence[str | float]]]) -> bytes:
    begin = _record(0x0042, pack("<H", 1200))  # code page: Unicode
    sheets = [_sheet(rows) for rows in tables.values()]
    opening = _record(0x0809, pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + begin
    names = [name.encode("utf-16-le") for name in tables]
    at = len(opening) + sum(4 + 8 + len(name) for name in names) + 4
    entries = b""
    for name, sheet in zip(names, sheets, strict=True):
        entries += _record(0x0085, pack("<IBBBB", at, 0, 0, len(name) // 2, 1) + name)
        at += len(sheet)
    return opening + entries + _record(0x000A, b"") + b"".join(sheets)


def _sheet(rows: Sequence[Sequence[str | float]]) -> bytes:
    cells = b""
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                text = cell.encode("utf-16-le")
                cells += _record(0x0204, pack("<HHHHB", at, column, 0, len(cell), 1) + text)
            else:
                cells += _record(0x0203, pack("<HHHd", at, column, 0, cell))
    return _record(0x0809, pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + cells + _record(0x000A, b"")


def _compound(stream: bytes) -> bytes:
    """A compound file: header, one sector that says which sector follows which, one directory, the stream."""
    stream = stream.ljust(4096, b"\0")  # a shorter one would have to go into another table
    count = -(-len(stream) // _SECTOR)
    follows = [_FAT, _END, *(3 + at for at in range(count - 1)), _END]
    table = pack(f"<{len(follows)}I", *follows).ljust(_SECTOR, b"\xff")
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, len(stream))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 10
    header += pack("<IIIIIIIII", 1, 1, 0, 4096, _END, 0, _END, 0, 0)
    return (
        header.ljust(_SECTOR, b"\xff") + table + directory.ljust(_SECTOR, b"\0") + stream.ljust(count * _SECTOR, b"\0")
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    links = pack("<HBBIII", len(written), kind, 1, _FREE, _FREE, child)
    return written.ljust(64, b"\0") + links + b"\0" * 36 + pack("<III", start, size, 0)
