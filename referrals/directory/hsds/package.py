"""An HSDS package as people send it: a folder, a .zip, one JSON or CSV file; its files, opened one at a time."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from referrals.directory.hsds.earlier import ELIGIBILITY, FORMER, LEFT
from referrals.directory.hsds.objects import LOCATION, NAMES, ORGANIZATION, SERVICE, kind_of_name, stem_of
from referrals.directory.tables.encodings import BLOCK, OF_WINDOWS, encoding_of
from referrals.directory.tables.files import tell_windows
from referrals.directory.tables.rows import NOTE, Complaints

CALENDAR = "calendar.csv"
DESCRIPTION = "datapackage.json"
LINES = (".jsonl", ".ndjson")
TABLES, NESTED = (".csv", ".tsv", ".txt"), (".json", ".geojson", *LINES)
FIRST = (ELIGIBILITY, ORGANIZATION, "program", LOCATION, SERVICE)  # what earlier versions say of a service comes before
LARGEST_FILE = 8 * 1024**3  # bytes of one file, unpacked: past it an archive is a trap
DENSE, DENSEST = 64 * 1024**2, 200  # so is what is larger and packed so many times smaller; tables are 5 to 30 times


class NoPackage(ValueError):
    """There is nothing to read: neither a folder, nor a .zip, nor a JSON or CSV file of a directory."""


@dataclass(frozen=True)
class Part:
    """One file of a package. `kind` is the HSDS object that its name promises; "" for JSON of any shape."""

    name: str
    kind: str
    open: Callable[[], IO[bytes]]

    @property
    def nested(self) -> bool:
        """Whether it is JSON, in which objects stand inside one another."""
        return self.name.lower().endswith(NESTED)


@contextmanager
def open_parts(path: Path) -> Iterator[list[Part]]:
    """The files of a package, those first to which others refer. Raises `NoPackage` with the reason."""
    try:
        if path.is_dir():
            files = [file for file in sorted(path.rglob("*")) if file.is_file()]
            yield _parts({str(file.relative_to(path)): _opener(file) for file in files})
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield _parts({one.filename: _member(archive, one) for one in _members(archive)})
        elif path.suffix.lower() in (*TABLES, *NESTED):
            path.open("rb").close()
            yield _parts({path.name: _opener(path)})
        elif not path.exists():
            raise NoPackage(f"there is no {path}")
        elif path.suffix.lower() == ".zip":
            raise NoPackage(f"{path} is no whole .zip: perhaps it was cut off. Pack or fetch it again")
        else:
            raise NoPackage(f"{path} is neither a folder nor a .zip, .json or .csv file")
    except (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as failure:
        raise NoPackage(f"{path} cannot be read: {failure}") from failure


def parts_of(files: dict[str, bytes]) -> list[Part]:
    """The same from files that are in memory already, by name."""
    return _parts({name: partial(io.BytesIO, content) for name, content in files.items()})


def text_of(part: Part, complaints: Complaints) -> io.TextIOWrapper:
    """The text of a file. One that is not UTF-8 is read as what Windows writes, and its author is told."""
    with part.open() as stream:
        encoding = encoding_of(stream)
    if encoding in OF_WINDOWS:
        tell_windows(part.name, encoding, complaints)
    return io.TextIOWrapper(io.BufferedReader(part.open(), BLOCK), encoding, errors="replace", newline="")  # type: ignore[type-var]  # any binary stream


def tell_unread(part: Part, complaints: Complaints) -> None:
    """Notes a file of which we know no object, or which HSDS itself has no place for any more."""
    cause = "no object of HSDS goes by this name: the file was left aside."
    remedy = "Name it as HSDS does: organizations.csv, services.csv, …"
    if instead := LEFT.get(stem_of(part.name), ""):
        cause, remedy = "HSDS 3 has no such table any more: the file was left aside.", instead
    complaints.add(part.name, None, "", cause, remedy, effect=NOTE)


def _opener(file: Path) -> Callable[[], IO[bytes]]:
    return lambda: file.open("rb")


def _member(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(one)


def _members(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    for one in archive.infolist():
        if one.is_dir():
            continue
        if one.flag_bits & 1:
            raise NoPackage(f"{one.filename} is locked with a password: pack it without one")
        if one.file_size > LARGEST_FILE or one.file_size > max(DENSE, DENSEST * one.compress_size):
            raise NoPackage(f"{one.filename} unpacks to {one.file_size} bytes: more than any directory has")
        yield one


def _parts(files: dict[str, Callable[[], IO[bytes]]]) -> list[Part]:
    described = _described(files)
    found = []
    for name, opened in files.items():
        path = PurePosixPath(name.replace("\\", "/"))
        if path.name == DESCRIPTION or path.name.startswith((".", "~", "._")) or "__MACOSX" in path.parts:
            continue
        ending = path.suffix.lower()
        kind = described.get(path.name.lower(), "") or kind_of_name(path.name) or _former(path.name)
        if ending in NESTED or (ending in TABLES and (kind or ending != ".txt")):
            found.append(Part(str(path).encode("utf-8", "replace").decode(), kind, opened))
    return sorted(found, key=_rank)


def _former(name: str) -> str:
    return ELIGIBILITY if (former := FORMER.get(stem_of(name))) and former.kind == ELIGIBILITY else ""


def _rank(part: Part) -> tuple[int, str]:
    """Files to which others refer come first; what is known by nothing else, last."""
    if part.kind in FIRST:
        return FIRST.index(part.kind), part.name
    order = list(dict.fromkeys(NAMES.values()))
    return len(FIRST) + (order.index(part.kind) if part.kind in order else len(order) + 1), part.name


def _described(files: dict[str, Callable[[], IO[bytes]]]) -> dict[str, str]:
    """What a datapackage.json says of its files: path -> object."""
    opened = next((opener for name, opener in files.items() if name.rsplit("/", 1)[-1] == DESCRIPTION), None)
    if opened is None:
        return {}
    try:
        with opened() as stream:
            resources = json.loads(stream.read().decode("utf-8-sig"))["resources"]
        return {
            str(each["path"]).rsplit("/", 1)[-1].lower(): NAMES.get(str(each.get("name", "")).lower(), "")
            for each in resources
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}  # the names of the files say it too
