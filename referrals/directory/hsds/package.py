"""An HSDS package as people send it: a folder, a .zip, one JSON or CSV file; its files, opened one at a time."""

from __future__ import annotations

import codecs
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import IO

from referrals.directory.hsds.objects import NAMES, PROFILE_OBJECTS, kind_of_name
from referrals.directory.tables.rows import NOTE, TAKEN_WITH_LESS, Complaints

CALENDAR = "calendar.csv"
DESCRIPTION = "datapackage.json"
TABLES, NESTED = (".csv", ".tsv", ".txt"), (".json", ".jsonl", ".ndjson", ".geojson")
LARGEST_FILE = 8 * 1024**3  # bytes of one file, unpacked: past it an archive is a trap
BLOCK = 1 << 20
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
ARABIC = range(0x621, 0x653)


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
        encoding = _encoding(stream)
    if encoding in ("cp1256", "cp1252"):
        cause = f"the file is not UTF-8; it was read as Windows ({encoding})."
        complaints.add(
            part.name, None, "", cause, "Look at the names, and save it as «CSV UTF-8».", effect=TAKEN_WITH_LESS
        )
    return io.TextIOWrapper(io.BufferedReader(part.open(), BLOCK), encoding, errors="replace", newline="")  # type: ignore[type-var]  # any binary stream


def tell_unread(part: Part, complaints: Complaints) -> None:
    """Notes a file of which we know no object."""
    complaints.add(
        part.name,
        None,
        "",
        "no object of HSDS goes by this name: the file was left aside.",
        "Name it as HSDS does: organizations.csv, services.csv, …",
        effect=NOTE,
    )


def _opener(file: Path) -> Callable[[], IO[bytes]]:
    return lambda: file.open("rb")


def _member(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(one)


def _members(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    for one in archive.infolist():
        if one.is_dir():
            continue
        if one.file_size > LARGEST_FILE:
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
        kind = described.get(path.name.lower(), "") or kind_of_name(path.name)
        if ending in NESTED or (ending in TABLES and (kind or ending != ".txt")):
            found.append(Part(str(path), kind, opened))
    return sorted(found, key=_rank)


def _rank(part: Part) -> tuple[int, str]:
    """Files to which others refer come first; what is known by nothing else, last."""
    order = list(dict.fromkeys(NAMES.values()))
    late = part.kind in PROFILE_OBJECTS or not part.kind
    return (len(order) + late if not part.kind else order.index(part.kind)), part.name


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


def _encoding(stream: IO[bytes]) -> str:
    first = stream.read(BLOCK)
    for mark, name in MARKS:
        if first.startswith(mark):
            return name
    decoder = codecs.getincrementaldecoder("utf-8")()
    block = first
    try:
        while block:
            decoder.decode(block)
            block = stream.read(BLOCK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _windows(block or first)
    return "utf-8"


def _windows(sample: bytes) -> str:
    """Arabic Windows writes letters one after the other; in Western text an accent stands alone."""
    text = sample.decode("cp1256", "replace")
    pairs = sum(1 for one, other in pairwise(text) if ord(one) in ARABIC and ord(other) in ARABIC)
    return "cp1256" if pairs >= 2 else "cp1252"
