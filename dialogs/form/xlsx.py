"""Reads the sheets of an .xlsx as texts, one row at a time and never more than a form can need."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import IO
from zipfile import BadZipFile, ZipFile

from lxml import etree

LARGEST_PART = 40_000_000  # bytes of one sheet, or of all its texts, once unzipped
MOST_CELLS = 500_000  # of one sheet, blank ones that only have a colour included
MOST_TEXTS = 500_000  # different texts in one workbook
MOST_SHEETS = 200
LAST_COLUMN = 16_384  # the last that Excel has

_BROKEN = (BadZipFile, OSError, EOFError, zlib.error, RuntimeError, NotImplementedError, LookupError, etree.LxmlError)
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class UnreadableWorkbook(ValueError):
    """The workbook is damaged. Save it again as .xlsx."""


class TooLargeWorkbook(ValueError):
    """The workbook holds more than a form can need. Move its lists to an attached CSV file."""


class XlsxFile:
    """An open workbook. UnreadableWorkbook and TooLargeWorkbook are all that its methods raise."""

    def __init__(self, content: bytes) -> None:
        """Reads the names of the sheets, not the sheets."""
        try:
            self._archive = ZipFile(BytesIO(content))
            self._main = self._main_part()
            self._from_1904 = False  # workbooks of old Macintoshes count their days from there
            self._parts = self._sheet_parts()
            self._texts: tuple[str, ...] | None = None
            self._dates: tuple[str, ...] | None = None
        except _BROKEN as error:
            raise UnreadableWorkbook(str(error)) from error

    @property
    def sheet_names(self) -> tuple[str, ...]:
        """The names of the sheets in order."""
        return tuple(self._parts)

    def rows(self, sheet: str) -> Iterator[tuple[int, Mapping[int, str]]]:
        """The rows that hold something: their number from 1, and the texts of their cells by column from 0."""
        try:
            if self._texts is None:
                self._texts = tuple(self._shared_texts())
                self._dates = tuple(self._date_formats())
            yield from self._rows(self._parts[sheet])
        except _BROKEN as error:
            raise UnreadableWorkbook(str(error)) from error

    # -- the parts of the archive

    def _part(self, path: str) -> IO[bytes]:
        if self._archive.getinfo(path).file_size > LARGEST_PART:
            raise TooLargeWorkbook
        return self._archive.open(path)

    def _read(self, path: str) -> etree._Element:
        parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
        data = self._part(path).read(2_000_000)
        return etree.fromstring(data, parser)

    def _main_part(self) -> str:
        names = self._archive.namelist()
        found = next((name for name in ("xl/workbook.xml", "xl/workbook2.xml") if name in names), None)
        return found or next(name for name in names if name.endswith("workbook.xml"))

    def _sheet_parts(self) -> dict[str, str]:
        folder, _, file = self._main.rpartition("/")
        targets = {
            relation.get("Id", ""): relation.get("Target", "")
            for relation in self._read(f"{folder}/_rels/{file}.rels".lstrip("/")).iterfind("{*}Relationship")
        }
        found: dict[str, str] = {}
        workbook = self._read(self._main)
        self._from_1904 = any(one.get("date1904") in ("1", "true") for one in workbook.iterfind("{*}workbookPr"))
        for sheet in workbook.iterfind("{*}sheets/{*}sheet"):
            ids = [str(value) for key, value in sheet.attrib.items() if str(key).endswith("}id")]
            target = targets.get(ids[0], "") if ids else ""
            if target:
                path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/")
                found[sheet.get("name", "")] = path
            if len(found) > MOST_SHEETS:
                raise TooLargeWorkbook
        return found

    def _elements(self, path: str, *tags: str) -> Iterator[etree._Element]:
        with self._part(path) as part:
            walk = etree.iterparse(
                part,
                events=("end",),
                tag=tuple(f"{{*}}{tag}" for tag in tags),
                resolve_entities=False,
                load_dtd=False,
                no_network=True,
                huge_tree=False,
            )
            for _event, element in walk:
                yield element

    def _shared_texts(self) -> Iterator[str]:
        path = f"{self._main.rpartition('/')[0]}/sharedStrings.xml".lstrip("/")
        if path not in self._archive.namelist():
            return
        for count, item in enumerate(self._elements(path, "si")):
            if count > MOST_TEXTS:
                raise TooLargeWorkbook
            yield _text_in(item)
            _forget(item)

    def _date_formats(self) -> Iterator[str]:
        """For each cell format in order, its format of dates; "" when it is none."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

        path = f"{self._main.rpartition('/')[0]}/styles.xml".lstrip("/")
        if path not in self._archive.namelist():
            return
        own: dict[str, str] = {}
        for element in self._elements(path, "numFmt", "xf"):
            parent = element.getparent()
            within = "" if parent is None else etree.QName(parent).localname
            if within == "numFmts":
                own[element.get("numFmtId", "")] = element.get("formatCode", "")[:100]
            elif within == "cellXfs":
                number = element.get("numFmtId", "0")
                written = own.get(number) or BUILTIN_FORMATS.get(int(number) if number.isdecimal() else 0, "")
                yield written if is_date_format(written) else ""

    # -- the cells

    def _rows(self, path: str) -> Iterator[tuple[int, Mapping[int, str]]]:
        cells: dict[int, str] = {}
        number, column = 0, -1
        for count, element in enumerate(self._elements(path, "c", "row")):
            if count > MOST_CELLS:
                raise TooLargeWorkbook
            if str(element.tag).endswith("}row") or element.tag == "row":
                written = element.get("r", "")
                number = int(written) if written.isdecimal() and len(written) < 9 else number + 1
                if cells:
                    yield number, cells
                cells, column = {}, -1
            else:
                column = _column(element.get("r", ""), column + 1)
                if column >= LAST_COLUMN:
                    raise TooLargeWorkbook
                text = self._text(element)
                if text and not text.isspace():
                    cells[column] = text.strip()
            _forget(element)

    def _text(self, cell: etree._Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return "".join(_text_in(found) for found in cell.iterfind("{*}is"))
        value = (cell.findtext("{*}v") or "").strip() if kind != "str" else cell.findtext("{*}v") or ""
        if not value:
            return ""
        if kind == "s":
            return (self._texts or ())[int(value)] if value.isdecimal() else ""
        if kind == "b":
            return "TRUE" if value in ("1", "true") else "FALSE"
        if kind == "n":
            return self._number(value, cell.get("s", ""))
        return _unescaped(value)

    def _number(self, value: str, style: str) -> str:
        from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

        try:
            number = float(value) if re.search(r"[.eE]", value) else int(value[:400])
        except ValueError:
            return value
        at = int(style) if style.isdecimal() and len(style) < 9 else -1
        dates = self._dates or ()
        if 0 <= at < len(dates) and dates[at]:
            try:
                return str(from_excel(number, MAC_EPOCH if self._from_1904 else WINDOWS_EPOCH))
            except (OverflowError, ValueError):
                return value
        return str(int(number)) if isinstance(number, float) and number.is_integer() else str(number)


def _text_in(element: etree._Element) -> str:
    """The text of a shared or inline string: its runs in order, without the readings that stand above them."""
    runs = (found for found in element.iterfind(".//{*}t") if not _is_reading(found))
    return _unescaped("".join(run.text or "" for run in runs))


def _is_reading(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and str(parent.tag).endswith("rPh")


def _unescaped(text: str) -> str:
    """`_x000D_` as the letter it stands for; the carriage return before a line break goes."""
    if "_x" in text:
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return text.replace("\r\n", "\n")


def _column(reference: str, otherwise: int) -> int:
    """`C5` as 2."""
    letters = reference.rstrip("0123456789")
    if not 1 <= len(letters) <= 3 or not (letters.isascii() and letters.isalpha()):
        return otherwise
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _forget(element: etree._Element) -> None:
    """Frees what has been read, so that a large sheet takes no more memory than a row."""
    element.clear()
    parent = element.getparent()
    if parent is not None and element.tag != "c" and not str(element.tag).endswith("}c"):
        while element.getprevious() is not None:
            del parent[0]
