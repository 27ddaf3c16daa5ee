"""Which kind of file somebody hands over as a form: told by its content, whatever its name says."""

from __future__ import annotations

from io import BytesIO
from typing import Literal, TypeAlias
from zipfile import BadZipFile, ZipFile

from dialogs.form.errors import FormError, FormProblem

FileKind: TypeAlias = Literal["md", "csv", "xlsx", "xls", "xform"]

LARGEST_FILE = 20_000_000  # bytes of any file; the largest real form seen has four million
LARGEST_XLS = 5_000_000  # bytes of an old workbook: it is read whole, and slowly
MOST_ENTRIES = 2_000  # files in the archive that an .xlsx is

_OLE = b"\xd0\xcf\x11\xe0"  # Microsoft's container of old: .xls, .doc, and anything under a password
_SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")


def file_kind(content: bytes, *, name: str) -> FileKind:
    """What the file is. FormError, with what to do about it, when it is nothing a form can be read from."""
    if not content.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise unusable(name, "is empty.", "Send the file again.")
    if len(content) > LARGEST_FILE:
        raise unusable(name, f"has over {LARGEST_FILE} bytes.", "Move its lists to an attached CSV file.")
    if content.startswith(b"PK"):
        return _archive(content, name)
    if content.startswith(_OLE):
        return _container(content, name)
    if content.startswith((b"%PDF", b"{\\rtf", *_PICTURES)):
        raise unusable(name, "is a picture or a printed document, not a form.", "Send the .xlsx it was made from.")
    if _begins_with_tag(content):
        return _markup(content, name)
    return _text(content, name)


def unusable(name: str, cause: str, remedy: str) -> FormError:
    """The error about a file as a whole."""
    return FormError([FormProblem("", None, f"{name[:100]} {cause}", remedy)])


def _archive(content: bytes, name: str) -> FileKind:
    damaged = unusable(name, "is a damaged .xlsx: it cannot be unzipped.", "Save it again as .xlsx.")
    try:
        with ZipFile(BytesIO(content)) as archive:
            if len(archive.filelist) > MOST_ENTRIES:
                raise unusable(name, f"holds over {MOST_ENTRIES} files.", "Save it again as .xlsx.")
            names = {entry.filename for entry in archive.filelist}
            locked = any(entry.flag_bits & 1 for entry in archive.filelist)
    except (BadZipFile, OSError, ValueError, LookupError, NotImplementedError) as error:
        raise damaged from error
    if locked:
        raise unusable(name, "is locked with a password.", "Take the password off and save it again.")
    if any(entry.endswith("workbook.xml") for entry in names):
        return "xlsx"
    raise unusable(name, *_other_archive(names))


def _other_archive(names: set[str]) -> tuple[str, str]:
    if any(entry.endswith("workbook.bin") for entry in names):
        return "is a binary Excel workbook (.xlsb).", "Save it as .xlsx."
    if "mimetype" in names and "content.xml" in names:
        return "is an OpenDocument file (.ods).", "Save it as .xlsx."
    if "word/document.xml" in names:
        return "is a Word document.", "Put the form into a workbook and save it as .xlsx."
    if any(entry.lower().endswith((".xlsx", ".xls", ".md", ".xml")) for entry in names) and "_rels/.rels" not in names:
        return "is an archive with files in it.", "Unpack it and give the form itself."
    return "is no Excel workbook.", "Save the form as .xlsx."


def _container(content: bytes, name: str) -> FileKind:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise unusable(name, "is locked with a password.", "Take the password off and save it again.")
    if "WordDocument".encode("utf-16-le") in content:
        raise unusable(name, "is a Word document.", "Put the form into a workbook and save it as .xlsx.")
    if len(content) > LARGEST_XLS:
        raise unusable(name, f"is an old Excel file (.xls) with over {LARGEST_XLS} bytes.", "Save it as .xlsx.")
    return "xls"


def _begins_with_tag(content: bytes) -> bool:
    start = content[:200]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.replace(b"\0", b"")[2:]
    return start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")


def _markup(content: bytes, name: str) -> FileKind:
    start = content[:2000].replace(b"\0", b"").lower()
    if b"schemas-microsoft-com:office" in start:
        raise unusable(name, "is a spreadsheet saved as XML or as a web page.", "Save it as .xlsx.")
    if b"<!doctype html" in start or (b"<html" in start and b"xforms" not in content.replace(b"\0", b"").lower()):
        raise unusable(name, "is a web page, not a form.", "Download the form itself: its .xlsx, or its XForm XML.")
    return "xform"


def _text(content: bytes, name: str) -> FileKind:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise unusable(name, "is not written in UTF-8.", "Save it as UTF-8, or as .xlsx.") from error
    if any(line.lstrip().startswith("|") for line in text.splitlines()):
        return "md"
    first = text.lstrip().partition(",")[0].strip().strip('"').lower()
    if first.partition("\n")[0].strip().strip('",') in _SHEETS:
        return "csv"
    if text.lstrip().startswith("{"):
        raise unusable(name, "is JSON, not a form.", "Give the .xlsx or Markdown it was made from.")
    remedy = "Write one table for each of survey, choices and settings."
    raise unusable(name, "has no Markdown tables.", remedy)
