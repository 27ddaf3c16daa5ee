"""Writes workbooks for tests: .xlsx of given rows, and raw archives as nobody's Excel would write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

Tables = Mapping[str, Sequence[Sequence[object]]]


def xlsx(tables: Tables) -> bytes:
    """An .xlsx with these sheets; a cell is a text, a number, a date, a truth value or None."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def archive(files: Mapping[str, str | bytes]) -> bytes:
    """A zip archive of these files."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return written.getvalue()


def raw_xlsx(sheet: str, *, sheets: int = 1, texts: str = "") -> bytes:
    """An archive that Excel's readers take for a workbook; the first sheet is called `survey`."""
    namespace = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    names = "".join(f'<sheet name="{"survey" if at == 0 else f"extra{at}"}" r:id="r{at}"/>' for at in range(sheets))
    relations = "".join(f'<Relationship Id="r{at}" Target="worksheets/sheet.xml"/>' for at in range(sheets))
    files = {
        "xl/workbook.xml": f"<workbook {namespace}><sheets>{names}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships>{relations}</Relationships>",
        "xl/worksheets/sheet.xml": sheet,
    }
    return archive({**files, **({"xl/sharedStrings.xml": texts} if texts else {})})


def rows_xml(*rows: Sequence[str]) -> str:
    """The XML of a sheet with these rows of inline texts."""
    cells = (
        "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>' for text in row) for row in rows
    )
    return f"<worksheet><sheetData>{''.join(f'<row>{row}</row>' for row in cells)}</sheetData></worksheet>"
