"""Reads the sheets of an old Excel workbook (.xls) as texts, with the library that pyxform itself reads them with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

from dialogs.form.xlsx import UnreadableWorkbook

EMPTY_ROWS = 60  # a longer gap is the end of the sheet: old workbooks colour all 65,536 rows


class XlsFile:
    """An open workbook. UnreadableWorkbook is all that its methods raise."""

    def __init__(self, content: bytes) -> None:
        """Reads the names of the sheets, not the sheets."""
        import xlrd

        try:
            self._book = xlrd.open_workbook(file_contents=content, logfile=StringIO(), on_demand=True)
            self.sheet_names: tuple[str, ...] = tuple(self._book.sheet_names())
        except Exception as error:  # on bytes that are no workbook xlrd raises whatever it stumbles over
            raise UnreadableWorkbook(str(error)) from error

    def rows(self, sheet: str) -> Iterator[tuple[int, Mapping[int, str]]]:
        """The rows that hold something: their number from 1, and the texts of their cells by column from 0."""
        try:
            page = self._book.sheet_by_name(sheet)
            width, last = page.ncols, 0
            for at in range(page.nrows):
                cells = {column: self._text(cell) for column, cell in enumerate(page.row_slice(at, 0, width))}
                filled = {column: text for column, text in cells.items() if text and not text.isspace()}
                if filled:
                    width, last = (max(filled) + 1 if at == 0 else width), at
                    yield at + 1, filled
                elif at - last > EMPTY_ROWS:
                    break
        except Exception as error:  # the same
            raise UnreadableWorkbook(str(error)) from error

    def _text(self, cell: Any) -> str:
        import xlrd

        if cell.ctype == xlrd.XL_CELL_NUMBER:
            return str(int(cell.value)) if float(cell.value).is_integer() else str(cell.value)
        if cell.ctype == xlrd.XL_CELL_DATE:
            moment = xlrd.xldate_as_datetime(cell.value, self._book.datemode)
            return str(moment if cell.value >= 1 else moment.time())
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
        return str(cell.value).strip()
